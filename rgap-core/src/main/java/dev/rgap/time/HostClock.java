package dev.rgap.time;

import dev.rgap.api.StableApi;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The two clocks of a host: the wall clock, which people and other hosts share and which may be set
 * forwards or backwards at any time, and the monotonic clock, which only measures how time passes.
 */
@StableApi
public interface HostClock {

  /** Microseconds since the Unix epoch, by the wall clock. */
  long epochMicros();

  /** Nanoseconds since an arbitrary origin, by the monotonic clock; see {@link System#nanoTime}. */
  long nanoTime();

  /** What {@link #bootNanoTime} answers if nobody knows. */
  long UNKNOWN = Long.MIN_VALUE;

  /**
   * Nanoseconds since an arbitrary origin, by a clock like the monotonic one that goes on while the
   * host sleeps. Not as fine as the other clocks, and costs more than they do. {@link #UNKNOWN}, at
   * present or for ever, if the host can't tell; that is the default.
   */
  default long bootNanoTime() {
    return UNKNOWN;
  }

  /**
   * Waits until a latch has come to zero.
   *
   * @param nanos for how long at most, by the monotonic clock; not positive means not at all
   * @return whether it has
   */
  default boolean await(CountDownLatch latch, long nanos) throws InterruptedException {
    return latch.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** The wall clock's time. */
  default Instant instant() {
    long micros = epochMicros();
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  /** The clocks of the machine that this program runs on. */
  static HostClock system() {
    return SystemHostClock.INSTANCE;
  }
}
