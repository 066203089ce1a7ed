package dev.rgap.worker.clock;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is asked what time it is.
 *
 * @param servers as they were written, such as {@code ntp://pool.ntp.org}; not empty
 * @param maxOffset how far the clock may be off before that is said
 */
@InternalApi
public record ClockConfig(List<String> servers, Duration maxOffset) {

  /** How far the clock may be off unless more is said. */
  public static final Duration MAX_OFFSET = Duration.ofSeconds(1);

  private static final String EXAMPLE = "write for example ntp://pool.ntp.org";

  private static final Reader<String> SERVER =
      Readers.parsed(text -> TimeServer.parse(text, ClockWatch.PATIENCE).label());

  /** Copies the list. */
  public ClockConfig {
    servers = List.copyOf(servers);
  }

  /**
   * Reads the setting {@code verify_clock}: a server, a list of them, or a section with {@code
   * servers} and {@code max_offset}. Nothing if it is not there or has errors.
   */
  public static Optional<ClockConfig> read(ConfigValue setting) {
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    if (!setting.isMapping()) {
      return of(setting, MAX_OFFSET);
    }
    try (ConfigSection section = setting.settings()) {
      ConfigValue servers = section.required("servers", EXAMPLE);
      Duration maxOffset =
          section.read(
              "max_offset", Readers.durations().positive().example("1s").orElse(MAX_OFFSET));
      return of(servers, maxOffset);
    }
  }

  private static Optional<ClockConfig> of(ConfigValue servers, Duration maxOffset) {
    return Readers.oneOrMore(SERVER, "names no server", EXAMPLE)
        .read(servers)
        .map(each -> each.stream().distinct().toList())
        .filter(each -> !each.isEmpty())
        .map(each -> new ClockConfig(each, maxOffset));
  }
}
