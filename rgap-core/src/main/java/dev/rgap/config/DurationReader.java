package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a duration, of any sign and length unless bounds are set. */
@StableApi
public final class DurationReader implements Reader<Duration> {

  /** The shortest positive one: what timers can keep to, and not nothing in any unit in use. */
  public static final Duration SHORTEST = Duration.ofMillis(1);

  /** About a century: far from where the sums of points in time overflow. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  /** Of any sign and length. */
  static final DurationReader ANY = new DurationReader(null, null, "");

  private final @Nullable Duration least;
  private final @Nullable Duration greatest;
  private final String hint;

  private DurationReader(@Nullable Duration least, @Nullable Duration greatest, String hint) {
    this.least = least;
    this.greatest = greatest;
    this.hint = hint;
  }

  /** From {@link #SHORTEST} to {@link #LONGEST}. */
  public DurationReader positive() {
    return between(SHORTEST, LONGEST);
  }

  /** From 0 to {@link #LONGEST}. */
  public DurationReader notNegative() {
    return between(Duration.ZERO, LONGEST);
  }

  /** Between two bounds, which are allowed. */
  public DurationReader between(Duration shortest, Duration longest) {
    return new DurationReader(shortest, longest, hint);
  }

  /** At most this long; of any sign, unless there is another bound. */
  public DurationReader atMost(Duration longest) {
    return new DurationReader(least, longest, hint);
  }

  /** The same, with an example for those who wrote nothing, or something out of bounds. */
  public DurationReader example(String text) {
    return new DurationReader(least, greatest, "write for example " + text);
  }

  @Override
  public String hint() {
    return hint;
  }

  @Override
  public Optional<Duration> read(ConfigValue value) {
    Optional<Duration> duration = value.as(DurationText::parse);
    if (duration.isEmpty()) {
      return duration;
    }
    String wrong = wrong(duration.get());
    if (!wrong.isEmpty()) {
      value.error(wrong, hint);
      return Optional.empty();
    }
    return duration;
  }

  private String wrong(Duration duration) {
    if (least != null && duration.compareTo(least) < 0) {
      if (least.isZero()) {
        return "must not be negative";
      }
      return duration.isPositive()
          ? "must be at least " + DurationText.format(least)
          : "must be greater than 0";
    }
    return greatest != null && duration.compareTo(greatest) > 0
        ? "must be at most " + DurationText.format(greatest)
        : "";
  }
}
