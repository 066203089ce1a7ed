package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for what takes its time, by looking again and again. */
final class Eventually {

  /** How long anything that is to happen may take: much longer than on the slowest machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long PAUSE_MILLIS = 50;

  private Eventually() {}

  /** Looks until what is seen is this, and fails with what was seen last. */
  static <T> void equal(Callable<T> look, T expected) throws Exception {
    T last = see(look, expected::equals);
    assertThat(last).isEqualTo(expected);
  }

  /** Looks until it is as described, and returns what was seen then. */
  static <T> T see(String description, Callable<T> look, Predicate<T> good) throws Exception {
    T last = see(look, good);
    assertThat(good.test(last)).as("%s: %s", description, last).isTrue();
    return last;
  }

  private static <T> T see(Callable<T> look, Predicate<T> good) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    T seen = look.call();
    while (!good.test(seen) && System.nanoTime() < end) {
      Thread.sleep(PAUSE_MILLIS);
      seen = look.call();
    }
    return seen;
  }
}
