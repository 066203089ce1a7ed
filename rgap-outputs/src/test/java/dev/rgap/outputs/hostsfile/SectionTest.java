package dev.rgap.outputs.hostsfile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionTest {

  private static final Path FILE = Path.of("/etc/hosts");
  private static final String NEW = "# BEGIN\n10.0.0.9 new\n# END\n";

  private static String replace(String content) throws IOException {
    Section section = new Section(List.of("# BEGIN"), List.of("# END"));
    return new String(section.replace(content.getBytes(UTF_8), NEW.getBytes(UTF_8), FILE), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'a\n', 'a\n'",
    "'a', 'a\n'", // a last line without its end gets one
  })
  void isPutAtTheEndOfAFileWithoutOne(String content, String before) throws IOException {
    assertThat(replace(content)).isEqualTo(before + NEW);
  }

  @ParameterizedTest
  @CsvSource({
    "'# BEGIN\n# END\n', '', ''",
    "'# BEGIN\n10.0.0.1 old\n10.0.0.2 old\n# END\n', '', ''",
    "'a\n# BEGIN\n10.0.0.1 old\n# END\nb\n', 'a\n', 'b\n'",
    "'a\n# BEGIN\n10.0.0.1 old\n# END\nb', 'a\n', 'b'",
    "'a\n# BEGIN\n10.0.0.1 old\n# END', 'a\n', ''",
    "'a\r\n# BEGIN\r\nx\r\n# END\r\nb\r\n', 'a\r\n', 'b\r\n'",
    "'# BEGIN \nx\n# END\t\nb\n', '', 'b\n'",
    "'# BEGIN\nx\n# END\n# BEGIN\ny\n# END\n', '', '# BEGIN\ny\n# END\n'",
  })
  void takesThePlaceOfTheOldOneAndLeavesTheRest(String content, String before, String after)
      throws IOException {
    assertThat(replace(content)).isEqualTo(before + NEW + after);
  }

  @Test
  void isFoundByAllOfItsFirstAndLastLines() throws IOException {
    Section section = new Section(List.of("#", "# BEGIN"), List.of("#", "# END"));
    String content = "#\n# not\n#\n# BEGIN\nold\n#\nold\n#\n# END\nkept\n";

    byte[] replaced = section.replace(content.getBytes(UTF_8), "new\n".getBytes(UTF_8), FILE);

    assertThat(new String(replaced, UTF_8)).isEqualTo("#\n# not\nnew\nkept\n");
  }

  @Test
  void keepsBytesThatAreNoUtf8AndFindsMarkersThatAreNotAscii() throws IOException {
    Section section = new Section(List.of("# ▼"), List.of("# ▲"));
    byte[] strange = "\u00ff\u0000\u00e9\n".getBytes(ISO_8859_1);
    String old = new String(strange, ISO_8859_1);
    byte[] content =
        (old + new String("# ▼\nx\n# ▲\n".getBytes(UTF_8), ISO_8859_1) + old).getBytes(ISO_8859_1);

    byte[] replaced = section.replace(content, "new\n".getBytes(UTF_8), FILE);

    assertThat(replaced).isEqualTo((old + "new\n" + old).getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "'a\n# BEGIN\nb\n', # END",
    "'a\n# END\nb\n', # BEGIN",
    "'# END\na\n# BEGIN\n', # END",
  })
  void refusesAFileWithOneEndOnly(String content, String missing) {
    assertThatThrownBy(() -> replace(content))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "/etc/hosts has only one end of the section, the line '"
                + missing
                + "' is missing; put it back where it belongs, or remove the other end");
  }
}
