package dev.rgap.worker.check;

import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.text;

import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.text.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All kinds of checks, as they are written in a file. */
@InternalApi
public final class Checks {

  private static final List<String> KINDS =
      List.of("tcp", "http", "grpc", "command", "file", "systemd");

  private static final int MOST_IN_A_ROW = 1_000;
  private static final int LONGEST_NAME = 64;

  private Checks() {}

  /** Reads one. Problems are those of the file. */
  public static Optional<HealthCheckConfig> read(ConfigValue item) {
    try (ConfigSection settings = item.settings()) {
      Reader<Integer> times = integers(1, MOST_IN_A_ROW);
      Optional<? extends HealthCheck> check = readKind(settings);
      Optional<String> name =
          settings.read(
              "name",
              text()
                  .where(
                      Checks::isName,
                      "must be 1 to " + LONGEST_NAME + " printable characters",
                      "it is what log and status call the check"));
      Duration interval =
          settings.read(
              "interval",
              durations().positive().example("5s").orElse(HealthCheckConfig.DEFAULT_INTERVAL));
      Duration timeout =
          settings.read(
              "timeout",
              durations().positive().example("1s").orElse(HealthCheckConfig.DEFAULT_TIMEOUT));
      int rise = settings.read("rise", times.orElse(HealthCheckConfig.DEFAULT_RISE));
      int fall = settings.read("fall", times.orElse(HealthCheckConfig.DEFAULT_FALL));
      Duration startPeriod =
          settings.read(
              "start_period", durations().notNegative().example("30s").orElse(Duration.ZERO));
      if (item.isMapping() && KINDS.stream().noneMatch(settings::has) && !settings.hasUnknown()) {
        item.error("names no check", "write one of " + String.join(", ", KINDS));
      }
      if (check.isEmpty()) {
        return Optional.empty();
      }
      if (timeout.compareTo(interval) > 0) {
        settings
            .optional(settings.has("timeout") ? "timeout" : "interval")
            .warning(
                "the timeout of "
                    + DurationText.format(timeout)
                    + " is longer than the interval of "
                    + DurationText.format(interval),
                "a check that takes so long is made less often than at each interval");
      }
      HealthCheck known = check.get();
      return Optional.of(
          new HealthCheckConfig(
              name.isPresent() ? new Named(name.get(), known) : known,
              interval,
              timeout,
              rise,
              fall,
              startPeriod));
    }
  }

  private static boolean isName(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_NAME
        && Shown.line(text, LONGEST_NAME).equals(text);
  }

  private static Optional<? extends HealthCheck> readKind(ConfigSection settings) {
    List<ConfigValue> given = new ArrayList<>();
    Optional<? extends HealthCheck> check = Optional.empty();
    for (String kind : KINDS) {
      ConfigValue value = settings.optional(kind);
      if (value.isEmpty()) {
        continue;
      }
      given.add(value);
      check = read(kind, value);
    }
    if (given.size() > 1) {
      given
          .getLast()
          .error(
              "is a second kind of check in one item",
              "each item of the list is one check: begin another one with a '-'");
      return Optional.empty();
    }
    return check;
  }

  /** Loads only what the kind needs. */
  private static Optional<? extends HealthCheck> read(String kind, ConfigValue value) {
    return switch (kind) {
      case "tcp" -> TcpCheck.read(value);
      case "http" -> HttpCheckReader.read(value);
      case "grpc" -> GrpcCheck.read(value);
      case "command" -> CommandCheck.read(value);
      case "file" -> FileCheck.read(value);
      case "systemd" -> SystemdCheck.read(value);
      default -> throw new AssertionError(kind);
    };
  }

  /** A check by a name of its own. */
  private record Named(String label, HealthCheck check) implements HealthCheck {
    @Override
    public void run(Duration timeout) throws IOException, InterruptedException {
      check.run(timeout);
    }
  }
}
