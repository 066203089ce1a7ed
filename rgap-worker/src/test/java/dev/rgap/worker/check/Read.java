package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.testing.ConfigTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks that are read from what a file says, and made. */
final class Read {

  /** Long enough for what is made at once, however busy the machine is. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private Read() {}

  /** A check with nothing wrong. */
  static HealthCheckConfig config(Map<String, ?> item) {
    Problems problems = new Problems();
    Optional<HealthCheckConfig> read =
        Checks.read(ConfigValue.root(new ConfigTree().node(item), problems));
    assertThat(problems.all()).isEmpty();
    return read.orElseThrow();
  }

  /** A check of a kind. */
  static HealthCheck check(String kind, Object what) {
    return config(Map.of(kind, what)).check();
  }

  /** What is wrong with one, as it is shown. */
  static List<String> problems(Map<String, ?> item) {
    Problems problems = new Problems();
    Optional<HealthCheckConfig> _ =
        Checks.read(ConfigValue.root(new ConfigTree().node(item), problems));
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  /** Makes a check: why it fails, or nothing if it passes. */
  static String outcome(HealthCheck check) throws InterruptedException {
    return outcome(check, LONG);
  }

  /** The same within a time. */
  static String outcome(HealthCheck check, Duration timeout) throws InterruptedException {
    try {
      check.run(timeout);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
