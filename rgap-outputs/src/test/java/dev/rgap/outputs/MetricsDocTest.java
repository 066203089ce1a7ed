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
import dev.rgap.testing.DocumentedMetrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/metrics.md against the numbers that outputs keep once they have been started. */
class MetricsDocTest {

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

  @Test
  void thePageNamesExactlyTheNumbersOfOutputs() throws IOException {
    for (OutputType<?> type : BuiltinOutputs.types()) {
      run(type);
    }
    assertThat(DocumentedMetrics.rows(kept.values()))
        .isEqualTo(DocumentedMetrics.documented("Outputs"));
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
