package dev.rgap.outputs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.GroupId;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/metrics.md against the numbers that outputs keep once they have been started. */
class MetricsDocTest {

  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final String HEADING = "## Outputs\n";

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs");
  private final Metrics metrics = new Metrics();
  private final SortedMap<String, Family> kept = new TreeMap<>();
  @TempDir private Path directory;

  /** A spec with all that makes an output count something. */
  private @Nullable Object spec(String kind) {
    return switch (kind) {
      case "noop", "eventlog" -> null;
      case "log" -> Map.of("interval", "1m");
      case "command" -> Map.of("group", 1, "command", List.of("true"));
      case "dns" ->
          Map.of(
              "bind_address",
              "127.0.0.1:0",
              "mappings",
              Map.of("w.example.com", Map.of("group", 1)));
      case "hostsfile" ->
          Map.of(
              "interval",
              "30s",
              "filename",
              directory.resolve("hosts"),
              "mappings",
              List.of(Map.of("group", 1, "hostname", "w")));
      case "template" ->
          Map.of(
              "groups",
              Map.of("w", Map.of("group", 1)),
              "inline",
              "{{#each w.members}}{{address}}{{/each}}",
              "destination",
              directory.resolve("file"),
              "check_command",
              List.of("true", "{}"),
              "reload_command",
              List.of("true"));
      default -> throw new AssertionError("say how a " + kind + " is configured");
    };
  }

  private <C> void run(OutputType<C> type) throws IOException {
    Yaml yaml = new Yaml();
    Optional<C> config = yaml.read(type, spec(type.kind()), 1);
    assertThat(yaml.problems()).isEmpty();
    ManualClock clock = new ManualClock();
    OutputContext context =
        OutputContext.of(
            new OutputId(type.kind()),
            Membership.fixed(Map.of(new GroupId(1), List.of())),
            clock.scheduler(),
            metrics.scope("output", type.kind()));
    try (Output output = type.create(config.orElseThrow(), context)) {
      output.start();
      clock.runDue();
      metrics.snapshot().families().forEach(family -> kept.put(family.name(), family));
    }
    assertThat(log.lines(Level.ERROR)).isEmpty();
  }

  private static String row(Family family) {
    String labels =
        family.samples().stream()
            .flatMap(sample -> sample.labels().keySet().stream())
            .distinct()
            .sorted()
            .map(label -> "`" + label + "`")
            .collect(Collectors.joining(", "));
    return "| `"
        + family.name()
        + "` | "
        + family.type().name().toLowerCase(Locale.ROOT)
        + " | "
        + labels
        + " |";
  }

  /** The rows of the section's tables without what they mean. */
  private static SortedSet<String> documented() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(HEADING);
    String section = page.substring(page.indexOf(HEADING) + HEADING.length());
    int next = section.indexOf("\n## ");
    SortedSet<String> rows = new TreeSet<>();
    for (String line : section.substring(0, next < 0 ? section.length() : next).split("\n", -1)) {
      if (line.startsWith("| `")) {
        int meaning = line.lastIndexOf(" | ");
        assertThat(line.substring(meaning)).as(line).matches(" \\| \\S.*\\S \\|");
        rows.add(line.substring(0, meaning) + " |");
      }
    }
    return rows;
  }

  @Test
  void thePageNamesExactlyTheNumbersOfOutputs() throws IOException {
    for (OutputType<?> type : BuiltinOutputs.types()) {
      run(type);
    }
    assertThat(documented())
        .containsExactlyElementsOf(
            kept.values().stream().map(MetricsDocTest::row).sorted().toList());
  }

  @Test
  void eachNumberSaysWhatItIs() throws IOException {
    for (OutputType<?> type : BuiltinOutputs.types()) {
      run(type);
    }
    assertThat(kept.values())
        .allSatisfy(family -> {
          assertThat(family.name()).startsWith("rgap_");
          assertThat(family.help()).matches("[A-Z].*\\.");
        });
  }
}
