package dev.rgap.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual's reader sees in a page what a complete reader of Markdown sees in it. */
class MarkdownReaderTest {

  @TestFactory
  Stream<DynamicTest> seesInEachPageWhatACompleteReaderSees() throws IOException {
    List<Path> pages = Examples.pages();
    assertThat(pages).hasSizeGreaterThan(20);
    return pages.stream()
        .map(page ->
            DynamicTest.dynamicTest(
                Examples.ROOT.relativize(page).toString(),
                () -> assertSame(Files.readString(page))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# A `title` with *looks* #\n\nText\nin two lines.\n",
        "a **strong** word, *one*, `code`, ``a ` b``, 2 * 3 * 4, \\*none\\*, a\\b",
        "see [there](x.md#y), [`code`](z/README.md) and [no link]",
        "text\n```yaml\n# no title\n- no item\n```\nmore",
        "text:\n\n    indented\n\n      more\n\nafter",
        "- one\n- two\n  goes on\n- three\n\nafter",
        "1. one\n\n       code\n\n2. two\n\n   more of it\n",
        "- item\n  - below it\n- next",
        "| a | b | |\n|---|:-:|--:|\n| `x\\|y` | | *z* |\n| 1 | 2 | [3](4) |\n\nafter",
        "text\n| a |\n|---|\n| b |",
      })
  void seesTheSameIn(String page) {
    assertSame(page);
  }

  private static void assertSame(String page) {
    assertThat(MarkdownReader.read(page)).isEqualTo(CommonMark.read(page));
  }
}
