package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.text.DurationText;
import java.time.Duration;

/**
 * How a group is guarded against the accidental empty list: when more members fall silent at a time
 * than this allows, those that are due stay published for a while. Immutable.
 *
 * @param minMembers below this number nobody leaves; 0 to {@link GroupConfig#GREATEST_MAX_MEMBERS}
 * @param maxLossPercent how many of the members that there were at the window's begin may be gone
 *     at its end, in percent; 0 to 100
 * @param window the time that losses are looked at together; {@link #SHORTEST} to {@link #LONGEST}
 * @param hold how long those that are due stay at most, from the first of them on; {@link
 *     #SHORTEST} to {@link #LONGEST}
 */
@StableApi
public record Guard(int minMembers, int maxLossPercent, Duration window, Duration hold) {

  /** The shortest {@code window} and {@code hold}. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest {@code window} and {@code hold}: what is published is never older than that. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** One member at least, half of them at a time, within 10 s, for 5 minutes. */
  public static final Guard DEFAULT =
      new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(5));

  /**
   * A guard.
   *
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Guard {
    if (minMembers < 0 || minMembers > GroupConfig.GREATEST_MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "min_members must be 0 to " + GroupConfig.GREATEST_MAX_MEMBERS);
    }
    if (maxLossPercent < 0 || maxLossPercent > 100) {
      throw new IllegalArgumentException("max_loss must be 0% to 100%");
    }
    checkRange("window", window);
    checkRange("hold", hold);
  }

  private static void checkRange(String name, Duration duration) {
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name
              + " must be "
              + DurationText.format(SHORTEST)
              + " to "
              + DurationText.format(LONGEST));
    }
  }

  /**
   * How many members there have to be.
   *
   * @param before how many there were at the window's begin
   */
  int floor(int before) {
    return Math.max(minMembers, before - (int) ((long) before * maxLossPercent / 100));
  }
}
