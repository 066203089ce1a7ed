package dev.rgap.worker.check;

import dev.rgap.text.DurationText;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When a check has to be over, whatever it does until then.
 *
 * @param at by {@link System#nanoTime}
 * @param timeout how long it was from the start until then
 */
record Deadline(long at, Duration timeout) {

  /** This long from now. */
  static Deadline in(Duration timeout) {
    return new Deadline(System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout), timeout);
  }

  /**
   * How long it is until then, in milliseconds, rounded up, and no longer than an int is.
   *
   * @throws SocketTimeoutException if it has passed
   */
  int millisLeft() throws SocketTimeoutException {
    long nanos = at - System.nanoTime();
    if (nanos <= 0) {
      throw new SocketTimeoutException("not done within " + DurationText.format(timeout));
    }
    return (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
  }

  /** For people: {@code within 1s}. */
  @Override
  public String toString() {
    return "within " + DurationText.format(timeout);
  }
}
