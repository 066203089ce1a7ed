package dev.rgap.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import java.util.concurrent.TimeUnit;

/**
 * How often something may be said in the log: a few times at once, and then once a minute. Safe for
 * all threads.
 */
@InternalApi
public final class LineLimit {

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final HostClock clock;
  private final int free;

  @GuardedBy("this")
  private int said;

  @GuardedBy("this")
  private long saidAt;

  /**
   * Nothing has been said yet.
   *
   * @param clock tells a minute
   * @param free how many lines may come at once
   */
  public LineLimit(HostClock clock, int free) {
    this.clock = clock;
    this.free = free;
  }

  /** Whether a line may be said now; if so, it counts as said. */
  public synchronized boolean admits() {
    long now = clock.nanoTime();
    if (said >= free && now - saidAt < PAUSE_NANOS) {
      return false;
    }
    said = Math.min(said + 1, free);
    saidAt = now;
    return true;
  }

  /** A few lines may come at once again. */
  public synchronized void reset() {
    said = 0;
  }
}
