package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.text.DurationText;
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

  /** Who held back changes for longer would publish members that are long gone. */
  private static final Duration LONGEST = Duration.ofHours(24);

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

  /** As it is written in a configuration. */
  @Override
  public String toString() {
    return "{min: " + DurationText.format(min) + ", max: " + DurationText.format(max) + "}";
  }

  /**
   * Reads {@code debounce: {min: 100ms, max: 1s}}.
   *
   * @param byDefault stands in for it if it is absent
   */
  public static Reader.WithDefault<Debounce> reader(Debounce byDefault) {
    return new Reader.WithDefault<>(value -> read(value, byDefault), byDefault);
  }

  private static Optional<Debounce> read(ConfigValue setting, Debounce byDefault) {
    try (ConfigSection settings = setting.settings()) {
      Reader<Duration> time = Readers.durations().between(Duration.ZERO, LONGEST).example("10s");
      Optional<Duration> min = settings.read("min", time);
      Optional<Duration> max = settings.read("max", time);
      if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
        setting.error("min is longer than max", "max is how long a change waits at most");
        return Optional.empty();
      }
      if (max.isEmpty()) {
        return min.map(given -> new Debounce(given, tenfold(given)));
      }
      Duration least = byDefault.min();
      Duration most = max.get();
      return Optional.of(new Debounce(min.orElse(least.compareTo(most) > 0 ? most : least), most));
    }
  }

  private static Duration tenfold(Duration min) {
    Duration tenfold = min.multipliedBy(DEFAULT_RATIO);
    return tenfold.compareTo(LONGEST) > 0 ? LONGEST : tenfold;
  }
}
