package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Distribution;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far the clocks of those whose announcements were accepted seemed to be ahead, as a histogram.
 * Each source counts for itself, so that counting costs it a few plain writes; they are added up
 * when somebody looks. Safe for all threads.
 */
final class AcceptedSkews {

  private static final double[] BOUNDS = {-60, -10, -1, -0.1, -0.01, 0.01, 0.1, 1, 10, 60};

  /** The same in microseconds. */
  private static final long[] MICROS = new long[BOUNDS.length];

  static {
    for (int i = 0; i < BOUNDS.length; i++) {
      MICROS[i] = Math.round(BOUNDS[i] * 1e6);
    }
  }

  /** Of the range in which clocks of well-kept hosts are. */
  private static final int USUAL = 5;

  /** Where the sum of all is, in microseconds: behind the counts, of which there is one more. */
  private static final int SUM = BOUNDS.length + 1;

  /** The counts of one source; for its thread only. */
  final class Tally {

    /** One thread writes, so that reading and writing need not be one step. */
    private final AtomicLongArray numbers = new AtomicLongArray(SUM + 1);

    private Tally() {}

    /** An announcement was accepted, whose clock seemed to be ahead by so much. */
    void accepted(long skewMicros) {
      int range = USUAL;
      while (range > 0 && skewMicros <= MICROS[range - 1]) {
        range--;
      }
      while (range < MICROS.length && skewMicros > MICROS[range]) {
        range++;
      }
      numbers.setOpaque(range, numbers.getPlain(range) + 1);
      numbers.setOpaque(SUM, numbers.getPlain(SUM) + skewMicros);
    }

    /** Nothing comes any more; what was counted stays so. */
    void close() {
      synchronized (AcceptedSkews.this) {
        if (open.remove(this)) {
          addTo(closed);
        }
      }
    }

    private void addTo(long[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += numbers.getOpaque(i);
      }
    }
  }

  @GuardedBy("this")
  private final List<Tally> open = new ArrayList<>();

  /** Of sources that are gone. */
  @GuardedBy("this")
  private final long[] closed = new long[SUM + 1];

  AcceptedSkews(Metrics metrics) {
    metrics.family(
        "rgap_announcement_skew_seconds",
        MetricsSnapshot.Type.HISTOGRAM,
        "How far the clocks of accepted announcements seemed to be ahead of this host's.",
        () -> List.of(new Sample(Map.of(), distribution())));
  }

  /** The counts of another source. */
  synchronized Tally open() {
    Tally tally = new Tally();
    open.add(tally);
    return tally;
  }

  private synchronized long[] sums() {
    long[] sums = closed.clone();
    for (Tally tally : open) {
      tally.addTo(sums);
    }
    return sums;
  }

  private Distribution distribution() {
    long[] sums = sums();
    List<Double> bounds = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    long below = 0;
    for (int i = 0; i < SUM; i++) {
      below += sums[i];
      counts.add(below);
      if (i < BOUNDS.length) {
        bounds.add(BOUNDS[i]);
      }
    }
    return new Distribution(bounds, counts, sums[SUM] / 1e6);
  }
}
