package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.listener.ListenerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What docs/migrating.md says of the configurations and command lines of the Go implementation. */
class MigratingTest {

  private static final String KEY =
      "5f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  /** The rows of the table below a heading, cell by cell, whose first column bears this title. */
  private static List<List<String>> rows(String heading, String title) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "migrating.md"));
    String part = page.substring(page.indexOf("\n## " + heading + "\n") + 1);
    int end = part.indexOf("\n## ");
    List<List<String>> rows = new ArrayList<>();
    boolean inTable = false;
    for (String line : part.substring(0, end < 0 ? part.length() : end).lines().toList()) {
      if (line.startsWith("| " + title + " |")) {
        inTable = true;
      } else if (!line.startsWith("|")) {
        inTable = false;
      } else if (inTable && !line.startsWith("|---")) {
        rows.add(List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList());
      }
    }
    assertThat(rows).as(heading).hasSizeGreaterThan(3);
    return rows;
  }

  private static String code(String cell) {
    assertThat(cell).startsWith("`").endsWith("`");
    return cell.substring(1, cell.length() - 1).replace("KEY", KEY);
  }

  /** A configuration in which only this is special. */
  private static String configuration(String special) {
    StringBuilder yaml = new StringBuilder();
    boolean whole =
        Stream.of("listen:", "groups:", "outputs:").anyMatch(name -> special.startsWith(name));
    if (!special.startsWith("listen:")) {
      yaml.append("listen: ['127.0.0.1:1']\n");
    }
    if (!special.startsWith("groups:")) {
      yaml.append("groups:\n- psk: ").append(KEY).append('\n');
      if (!special.startsWith("id:")) {
        yaml.append("  id: 1\n");
      }
      if (!special.startsWith("expire:")) {
        yaml.append("  expire: 15s\n");
      }
      if (!whole) {
        yaml.append("  ").append(special).append('\n');
      }
    }
    if (whole) {
      yaml.append(special).append('\n');
    }
    return yaml.toString();
  }

  private static ConfigResult<ListenerConfig> parse(String yaml) {
    return new ConfigFile().parse("f", yaml.getBytes(StandardCharsets.UTF_8));
  }

  @TestFactory
  Stream<DynamicTest> whatMayStayAsItIs() throws IOException {
    return rows("What may stay as it is", "configuration").stream()
        .map(row -> DynamicTest.dynamicTest(row.getFirst(), () -> accepts(code(row.getFirst()))));
  }

  private static void accepts(String special) {
    assertThat(parse(configuration(special)).problems())
        .filteredOn(problem -> !problem.contains("outputs: there is no output"))
        .filteredOn(problem -> !problem.contains("has no readiness_delay"))
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> theOtherFormsThatARowNames() {
    return Stream.of(
            "id: 0b1",
            "id: 0o17",
            "id: 1_000",
            "id: 1e3",
            "id: 1000.0",
            "expire: .5s",
            "expire: 1.s",
            "expire: +15s")
        .map(special -> DynamicTest.dynamicTest(special, () -> accepts(special)));
  }

  @Test
  void noIdAndNoGroupAreGroup0() {
    String yaml =
        """
        listen: [":1"]
        groups:
        - {psk: %s, expire: 15s, readiness_delay: 0s}
        outputs:
        - kind: dns
          spec: {bind_address: ":53", mappings: {a.example: {}, b.example: }}
        - kind: hostsfile
          spec: {interval: 1m, filename: /tmp/x, mappings: [{hostname: a}]}
        ---
        """
            .formatted(KEY);

    ConfigResult<ListenerConfig> result = parse(yaml);

    assertThat(result.problems())
        .containsExactly(
            "f:3:3: warning: groups[0].id: is not given: this is group 0; write 'id: 0' if it is meant"
                + " to be");
    assertThat(result.config().orElseThrow().groups().getFirst().id()).hasToString("0");
  }

  @TestFactory
  Stream<DynamicTest> whatIsRefused() throws IOException {
    return rows("What is refused here", "configuration").stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getFirst(), () -> refuses(code(row.getFirst()), row.get(1))));
  }

  private static void refuses(String special, String error) {
    ConfigResult<ListenerConfig> result = parse(configuration(special));

    assertThat(result.hasErrors()).isTrue();
    assertThat(result.problems())
        .anyMatch(problem -> problem.contains(error) && !problem.contains("warning"));
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(parse(configuration("id: 1") + "---\nlisten: []\n").problems())
        .anyMatch(problem -> problem.contains("a second document begins here"));
  }

  @TestFactory
  Stream<DynamicTest> commandLinesThatAreRefused() throws IOException {
    return rows("What is refused here", "command line").stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getFirst(), () -> refusesCommand(code(row.getFirst()), row.get(1))));
  }

  private static void refusesCommand(String line, String error) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    if (line.startsWith("agent") && !words.contains("-a")) {
      words.addAll(List.of("-a", "10.0.0.1"));
    }

    Run run = Run.of(words.toArray(String[]::new));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("Error: ").contains(error).containsOnlyOnce("\n");
  }

  @Test
  void flagsStandBeforeTheCommand() {
    assertThat(Run.of("-c", "/nonexistent/c", "listener").err())
        .isEqualTo("Error: /nonexistent/c: can't be read: no such file\n");
  }
}
