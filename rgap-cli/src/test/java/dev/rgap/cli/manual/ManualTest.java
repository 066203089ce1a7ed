package dev.rgap.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import dev.rgap.cli.config.Examples;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.BuiltinOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages about the configuration, as the program shows them. */
class ManualTest {

  static List<String> topics() {
    return Manual.topics();
  }

  @Test
  void theFileAndEachOutputHaveAPage() {
    List<String> kinds = BuiltinOutputs.types().stream().map(OutputType::kind).toList();

    assertThat(Manual.topics())
        .hasSize(kinds.size() + 3)
        .contains("configuration", "http", "agent-file")
        .containsAll(kinds);
    for (String kind : kinds) {
      assertThat(Run.of("help", kind).out()).startsWith(kind + ": ");
    }
  }

  /** Whatever is in a table, and all examples. */
  @ParameterizedTest
  @MethodSource("topics")
  void nothingOfAPageIsMissing(String topic) throws IOException {
    Run run = Run.of("help", topic);
    String shown = flat(run.out());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    for (Block block : MarkdownReader.read(Files.readString(source(topic)))) {
      for (String piece : pieces(block)) {
        assertThat(shown).contains(flat(piece));
      }
    }
  }

  private static Path source(String topic) {
    return Manual.DOCUMENTS.contains(topic)
        ? Examples.ROOT.resolve("docs/" + topic + ".md")
        : Examples.ROOT.resolve(
            "rgap-outputs/src/main/java/dev/rgap/outputs/" + topic + "/README.md");
  }

  private static List<String> pieces(Block block) {
    List<String> pieces = new ArrayList<>();
    switch (block) {
      case Block.Heading heading -> pieces.add(Span.plain(heading.text()));
      case Block.Paragraph paragraph -> paragraph.text().forEach(span -> pieces.add(span.text()));
      case Block.Code code -> pieces.addAll(code.lines());
      case Block.Items items ->
          items.items().forEach(item -> item.forEach(each -> pieces.addAll(pieces(each))));
      case Block.Table table ->
          table
              .rows()
              .forEach(row -> row.forEach(cell -> cell.forEach(span -> pieces.add(span.text()))));
    }
    return pieces;
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void linesFitTheTerminal(String topic) {
    // Examples are shown as they are.
    assertThat(Run.of("help", topic).out().lines())
        .noneMatch(line -> line.endsWith(" "))
        .noneMatch(line -> line.length() > 100 && !line.startsWith("        "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dns           | max_ttl (default: none)",
        "dns           | bind_address (required)",
        "command       | wait_delay (default: 100ms)",
        "hostsfile     | template (rgap help template).",
        "template      | nginx (docs/outputs/nginx.md)",
        "template      | Handlebars (https://handlebarsjs.com/guide/)",
        "configuration | dns (rgap help dns)",
        "configuration | http.md (rgap help http)",
        "http          | certificate_file (required)",
      })
  void settingsAreEntriesAndLinksLeadToWhatReadersHave(String topic, String expected) {
    assertThat(flat(Run.of("help", topic).out())).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dns           | .TH \"RGAP\\-DNS\" \"5\" \"\" \"rgap ",
        "dns           | rgap\\-dns \\- a name server that answers with the members",
        "dns           | \\fBmax_ttl\\fR (default: none)",
        "hostsfile     | \\fBrgap\\-template\\fR(5)",
        "configuration | rgap.yaml \\- the configuration file",
        "configuration | \\fBrgap\\-dns\\fR(5)",
        "http          | rgap\\-http \\- asking a listener",
        "http          | \\fBtoken_file\\fR (default: none)",
        "agent-file    | rgap\\-agent.yaml \\- the agent\\(aqs file",
        "agent-file    | \\fBjitter\\fR (default: \\fB10%\\fR)",
      })
  void soDoManualPages(String topic, String expected) {
    assertThat(Run.of("man", topic).out()).contains(expected.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "dsn, no help about 'dsn'; did you mean 'dns'?",
    "confguration, no help about 'confguration'; did you mean 'configuration'?",
    "agnet, no help about 'agnet'; did you mean 'agent'?",
    "../help/dns, no help about '../help/dns'; known: agent",
  })
  void whatIsMeantIsGuessed(String topic, String expected) {
    assertThat(Run.of("help", topic).err()).startsWith("Error: " + expected);
    assertThat(Run.of("man", topic).err()).startsWith("Error: " + expected);
  }

  @Test
  void outputsOfOtherJarsMayHavePages() {
    assertThat(Run.of("help", "foreign").out())
        .isEqualTo(
            """
            foreign: an output of another jar

                where (required)
                    where it goes
            """);
    assertThat(Run.of("man", "foreign").out())
        .contains("rgap\\-foreign \\- an output of another jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help"})
  void theOverviewNamesThem(String argument) {
    assertThat(Run.of(argument).out()).contains(String.join(", ", Manual.topics()));
  }
}
