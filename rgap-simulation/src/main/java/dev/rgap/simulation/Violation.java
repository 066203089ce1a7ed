package dev.rgap.simulation;

/**
 * Something that must not be.
 *
 * @param invariant the one that does not hold
 * @param atNanos when that was seen, since the beginning
 * @param what who, and what of him
 */
record Violation(Invariant invariant, long atNanos, String what) {

  @Override
  public String toString() {
    return invariant + " at " + seconds(atNanos) + " s: " + what + " (" + invariant.says() + ")";
  }

  /** To the millisecond. */
  static double seconds(long nanos) {
    return Math.floor(nanos / 1e6) / 1e3;
  }
}
