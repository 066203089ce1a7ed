package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.text.DurationText;
import java.time.Duration;

/**
 * How often a new address of a group has to be announced before it is published. Immutable.
 *
 * @param minAnnouncements how many announcements it takes; {@value #LEAST} to {@value #MOST}
 * @param within the time in which they have to come, from the first of them on; {@link #SHORTEST}
 *     to {@link #LONGEST}
 */
@StableApi
public record Damping(int minAnnouncements, Duration within) {

  /** The smallest {@code minAnnouncements}: with fewer, nothing would be damped. */
  public static final int LEAST = 2;

  /** The largest {@code minAnnouncements}. */
  public static final int MOST = 100;

  /** The shortest {@code within}. */
  public static final Duration SHORTEST = Duration.ofMillis(1);

  /** The longest {@code within}. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** Two announcements within 10 s. */
  public static final Damping DEFAULT = new Damping(2, Duration.ofSeconds(10));

  /**
   * A damping.
   *
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Damping {
    if (minAnnouncements < LEAST || minAnnouncements > MOST) {
      throw new IllegalArgumentException("min_announcements must be " + LEAST + " to " + MOST);
    }
    if (within.compareTo(SHORTEST) < 0 || within.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "within must be "
              + DurationText.format(SHORTEST)
              + " to "
              + DurationText.format(LONGEST));
    }
  }
}
