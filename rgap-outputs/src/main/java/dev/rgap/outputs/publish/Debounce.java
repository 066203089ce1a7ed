package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import java.time.Duration;
import java.util.Optional;

/**
 * How long changes are collected before something is done about them.
 *
 * @param min how long it has to be quiet; not negative, zero for acting at once
 * @param max how long the first change of a series waits at most; at least {@code min}
 */
@StableApi
public record Debounce(Duration min, Duration max) {

  /** For what is cheap to repeat and should be fresh: files. */
  public static final Debounce OF_FILES =
      new Debounce(Duration.ofMillis(100), Duration.ofSeconds(1));

  /** Every change counts at once; those that come meanwhile are still taken together. */
  public static final Debounce NONE = new Debounce(Duration.ZERO, Duration.ZERO);

  /** How many times {@code min} {@code max} is, where only the former is given. */
  private static final int DEFAULT_RATIO = 10;

  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException if {@code min} is negative or more than {@code max}
   */
  public Debounce {
    if (min.isNegative() || min.compareTo(max) > 0) {
      throw new IllegalArgumentException("0 <= min <= max");
    }
  }

  /**
   * Reads {@code debounce: {min: 100ms, max: 1s}}.
   *
   * @param byDefault what is not given
   */
  public static Debounce parse(ConfigValue setting, Debounce byDefault) {
    if (setting.isEmpty()) {
      return byDefault;
    }
    try (ConfigSection settings = setting.settings()) {
      Optional<Duration> min = SharedSettings.notNegative(settings, "min");
      Optional<Duration> max = SharedSettings.notNegative(settings, "max");
      if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
        setting.error("min is longer than max", "max is how long a change waits at most");
        return byDefault;
      }
      if (max.isEmpty()) {
        return min.map(given -> new Debounce(given, given.multipliedBy(DEFAULT_RATIO)))
            .orElse(byDefault);
      }
      Duration least = byDefault.min();
      Duration most = max.get();
      return new Debounce(min.orElse(least.compareTo(most) > 0 ? most : least), most);
    }
  }
}
