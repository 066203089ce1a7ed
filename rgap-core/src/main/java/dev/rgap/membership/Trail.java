package dev.rgap.membership;

/**
 * What is noted of the way in which a member came, in one number, so that it takes no object:
 *
 * <pre>
 *   | since: seconds of the wall clock | skew: 10 ms, signed | key's number |
 *               32 bits                        24 bits            8 bits
 * </pre>
 *
 * <p>Each part may be unknown: since and key are 0 then, the skew is the least there is.
 */
final class Trail {

  static final long SKEW_UNIT_MICROS = 10_000;

  private static final int SINCE_SHIFT = 32;
  private static final int SKEW_SHIFT = 8;
  private static final long UNKNOWN_SKEW = -(1 << 23);
  private static final long MOST_SKEW = (1 << 23) - 1;
  private static final long MOST_SINCE = (1L << 32) - 1;
  private static final int LOW = 0xff;

  /** A trail of which nothing is known. */
  static final long UNKNOWN = of(0, 0);

  private Trail() {}

  /**
   * A trail without a skew.
   *
   * @param sinceMicros by the wall clock; kept in seconds, for times from 1970 to 2106
   * @param key 1 to 255, or 0 if it is unknown
   */
  static long of(long sinceMicros, int key) {
    return upper(sinceMicros) | (UNKNOWN_SKEW << SKEW_SHIFT & MOST_SINCE) | key;
  }

  /**
   * A trail.
   *
   * @param skewMicros positive if the clock of whoever has announced it is ahead; what is more than
   *     23 hours is kept as that
   */
  static long of(long sinceMicros, int key, long skewMicros) {
    // Rounded to the nearest, halves up.
    long units = Math.floorDiv(skewMicros + SKEW_UNIT_MICROS / 2, SKEW_UNIT_MICROS);
    long kept = Math.clamp(units, -MOST_SKEW, MOST_SKEW);
    return upper(sinceMicros) | (kept << SKEW_SHIFT & MOST_SINCE) | key;
  }

  private static long upper(long micros) {
    return Math.clamp(micros / 1_000_000, 0, MOST_SINCE) << SINCE_SHIFT;
  }

  /** The same, but since when another one says. */
  static long withSinceOf(long other, long trail) {
    return (other & ~MOST_SINCE) | (trail & MOST_SINCE);
  }

  /** Seconds of the wall clock; 0 if it is unknown. */
  static long sinceSeconds(long trail) {
    return trail >>> SINCE_SHIFT;
  }

  /** Whether the skew is known. */
  static boolean hasSkew(long trail) {
    return skewUnits(trail) != UNKNOWN_SKEW;
  }

  static long skewMicros(long trail) {
    return skewUnits(trail) * SKEW_UNIT_MICROS;
  }

  private static long skewUnits(long trail) {
    return (int) trail >> SKEW_SHIFT;
  }

  /** The key's number; 0 if it is unknown. */
  static int key(long trail) {
    return (int) trail & LOW;
  }
}
