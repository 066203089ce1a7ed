package dev.rgap.metrics;

import dev.rgap.api.StableApi;
import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * How measured values are spread over some ranges. Safe for all threads; the numbers of a snapshot
 * that is taken meanwhile may differ by what is being observed.
 */
@StableApi
public final class Histogram {

  /** Bounds for durations from a millisecond to half a minute, in seconds. */
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  private final double[] bounds;

  /** How many values fall into each range, and not into the ones below it. */
  private final LongAdder[] counts;

  private final DoubleAdder sum = new DoubleAdder();

  Histogram(double... bounds) {
    this.bounds = bounds.clone();
    for (int i = 1; i < bounds.length; i++) {
      if (!(bounds[i - 1] < bounds[i])) {
        throw new IllegalArgumentException("bounds must ascend: " + Arrays.toString(bounds));
      }
    }
    counts = new LongAdder[bounds.length + 1];
    Arrays.setAll(counts, i -> new LongAdder());
  }

  /** Upper bounds that suit durations in seconds. */
  public static double[] secondsBounds() {
    return SECONDS.clone();
  }

  /** Takes a value in. */
  public void observe(double value) {
    int at = Arrays.binarySearch(bounds, value);
    counts[at >= 0 ? at : -at - 1].increment();
    sum.add(value);
  }

  /** How many values there were. */
  public long count() {
    long count = 0;
    for (LongAdder each : counts) {
      count += each.sum();
    }
    return count;
  }

  /** All values added up. */
  public double sum() {
    return sum.sum();
  }

  /** The upper bounds of the ranges but the last, which has none. */
  double[] bounds() {
    return bounds.clone();
  }

  /** How many values are at most each bound; last, all of them. */
  long[] cumulativeCounts() {
    long[] cumulative = new long[counts.length];
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i].sum();
      cumulative[i] = below;
    }
    return cumulative;
  }
}
