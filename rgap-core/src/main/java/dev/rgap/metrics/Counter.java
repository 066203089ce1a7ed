package dev.rgap.metrics;

import dev.rgap.api.StableApi;
import java.util.concurrent.atomic.LongAdder;

/** A number of things that have happened since the start; it only grows. Safe for all threads. */
@StableApi
public final class Counter {

  private final LongAdder count = new LongAdder();

  Counter() {}

  /** One more. */
  public void increment() {
    count.increment();
  }

  /**
   * Some more.
   *
   * @param amount not negative
   */
  public void add(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("a counter only grows: " + amount);
    }
    count.add(amount);
  }

  /** How many so far. */
  public long value() {
    return count.sum();
  }
}
