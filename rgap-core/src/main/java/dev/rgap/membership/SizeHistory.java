package dev.rgap.membership;

import java.util.Arrays;

/**
 * How many members a group had a while ago: a state machine that knows no clock. Times, in
 * nanoseconds, are handed in.
 *
 * <pre>
 *            begin of the window                               now
 *                  v                                            v
 *   |   |   |   |   |   |   |   |   |   |   |   |   |   |   |   |      32 slices of time
 *   ^---- the number at the begin of each slice is known
 * </pre>
 */
final class SizeHistory {

  /** So many of them are as long as the window. */
  static final int SLICES = 32;

  private final long width;

  /** The number at the begin of each slice, by the slice's number modulo their count. */
  private final int[] sizes = new int[SLICES + 1];

  /** The number of the slice that has begun last. */
  private long latest;

  /**
   * As if there had always been so many.
   *
   * @param windowNanos how far to look back; at least {@value #SLICES}
   */
  SizeHistory(long windowNanos, int size, long nowNanos) {
    this.width = windowNanos / SLICES;
    reset(size, nowNanos);
  }

  /** As if there had always been so many. */
  void reset(int size, long nowNanos) {
    latest = Math.floorDiv(nowNanos, width);
    Arrays.fill(sizes, size);
  }

  /**
   * Has to be told before each change, and may be told at any time.
   *
   * @param size how many there have been since the last change
   */
  void advance(int size, long nowNanos) {
    long slice = Math.floorDiv(nowNanos, width);
    if (slice - latest > SLICES) {
      reset(size, nowNanos);
    }
    while (slice - latest > 0) {
      latest++;
      sizes[index(latest)] = size;
    }
  }

  /** One of those that there were does not count, as if it had never been there. */
  void forgetOne() {
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.max(0, sizes[i] - 1);
    }
  }

  /** How many there were at the window's begin, or up to a slice before it. */
  int atBegin() {
    return sizes[index(latest - SLICES)];
  }

  private static int index(long slice) {
    return (int) Math.floorMod(slice, (long) (SLICES + 1));
  }
}
