package dev.rgap.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.manual.Span.Style;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownReaderTest {

  private static Span plain(String text) {
    return new Span(text, Style.PLAIN, "");
  }

  private static List<Block> paragraph(Span... spans) {
    return List.of(new Block.Paragraph(List.of(spans)));
  }

  @Test
  void looksAndLinksAreKept() {
    assertThat(MarkdownReader.read("a **b** *c* `d`\n[`e`](f.md#g), 2 * 3"))
        .isEqualTo(
            paragraph(
                plain("a "),
                new Span("b", Style.STRONG, ""),
                plain(" "),
                new Span("c", Style.EMPHASIS, ""),
                plain(" "),
                new Span("d", Style.CODE, ""),
                plain(" "),
                new Span("e", Style.CODE, "f.md#g"),
                plain(", 2 * 3")));
  }

  @Test
  void blocksAreTold() {
    String page =
        "# Title\n\n```yaml\n- no item\n```\n1. one\n\n       code\n| a\\|b |\n|---|\n| c |\n";

    assertThat(MarkdownReader.read(page.replace("code\n|", "code\n\n|")))
        .containsExactly(
            new Block.Heading(1, List.of(plain("Title"))),
            new Block.Code(List.of("- no item")),
            new Block.Items(
                true,
                List.of(
                    List.of(
                        new Block.Paragraph(List.of(plain("one"))),
                        new Block.Code(List.of("code"))))),
            new Block.Table(List.of(List.of(plain("a|b"))), List.of(List.of(List.of(plain("c"))))));
  }

  @Test
  void ofWhatTheManualHasNoFormForTheTextRemains() {
    assertThat(MarkdownReader.read("> quoted ![picture](p.png)\\\nmore\n\n---\n"))
        .isEqualTo(paragraph(plain("quoted picture more")));
  }
}
