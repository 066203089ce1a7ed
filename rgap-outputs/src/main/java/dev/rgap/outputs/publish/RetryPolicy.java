package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import java.time.Duration;

/**
 * After which pauses, and how often, something that has failed is done again.
 *
 * @param first the first pause; positive
 * @param longest what the pauses, each twice as long as the one before, grow up to
 * @param attempts how often the same state is attempted at most; positive
 * @param next what the log says happens after a failure, or after the last attempt if there is one
 */
@StableApi
public record RetryPolicy(Duration first, Duration longest, int attempts, String next) {

  private static final int ENDLESS = Integer.MAX_VALUE;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public RetryPolicy {
    if (!first.isPositive() || longest.compareTo(first) < 0 || attempts < 1) {
      throw new IllegalArgumentException("0 < first <= longest, 0 < attempts");
    }
  }

  /**
   * Until it succeeds. Each failure of another kind is logged at once. Changes meanwhile are no
   * reason to try more often: pauses are short again after a success only.
   */
  public static RetryPolicy endless(Duration first, Duration longest) {
    return new RetryPolicy(first, longest, ENDLESS, "trying again");
  }

  /**
   * So many attempts for each state. It is a failure, and an error in the log, when all of them
   * have failed; each change begins with the first attempt and the first pause.
   */
  public static RetryPolicy limited(
      int attempts, Duration first, Duration longest, String afterwards) {
    return new RetryPolicy(first, longest, attempts, afterwards);
  }

  boolean isEndless() {
    return attempts == ENDLESS;
  }
}
