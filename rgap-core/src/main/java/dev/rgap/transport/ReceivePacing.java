package dev.rgap.transport;

/**
 * Decides how a receiver waits for datagrams: for each one, or, when they come fast, by resting for
 * a moment and then taking all that have come. Being woken up for each costs more than all else
 * about it.
 *
 * <pre>
 *                      20 or more in a millisecond
 *   waits for each one ----------------------------> batching: takes all, rests, takes all, ...
 *                     <----------------------------
 *                      fewer than half as many
 * </pre>
 *
 * <p>A rest begins only when nothing is left to be taken. It is never longer than {@value
 * #LONGEST_NANOS} ns, and never so long that the socket's buffer could overflow. At lower rates,
 * and when idle, there is none.
 *
 * <p>Knows no clock: times are handed in. Not safe for use by several threads.
 */
final class ReceivePacing {

  /** With the timer's slack and the way to a subscriber, a new member is known within 1 ms. */
  static final long LONGEST_NANOS = 600_000;

  /** From here on a rest costs less than the wake-ups that it saves: datagrams in a nanosecond. */
  private static final double FAST = 20_000 / 1e9;

  /** The rate is looked at when at least this time has passed. */
  private static final long WINDOW_NANOS = 1_000_000;

  private final double room;
  private boolean batching;
  private long countedSince;
  private long count;

  /** The rate of the last window. */
  private double perNano;

  /**
   * Begins by waiting for each one.
   *
   * @param room how many datagrams the socket's buffer holds
   */
  ReceivePacing(int room, long now) {
    this.room = room;
    this.countedSince = now;
  }

  /** Whether to take what is there, and not to wait for the next one. */
  boolean batching() {
    return batching;
  }

  /** One was waited for. */
  void received(long now) {
    count++;
    lookAtRate(now);
  }

  /** One was there. */
  void taken() {
    count++;
  }

  /**
   * None was there.
   *
   * @return how long to rest, in nanoseconds; 0 if the next one is to be waited for
   */
  long drained(long now) {
    lookAtRate(now);
    // Half of the buffer is left for what comes while the other half is dealt with.
    return batching ? (long) Math.min(LONGEST_NANOS, room / 2 / perNano) : 0;
  }

  private void lookAtRate(long now) {
    long elapsed = now - countedSince;
    if (elapsed >= WINDOW_NANOS) {
      perNano = (double) count / elapsed;
      batching = perNano >= (batching ? FAST / 2 : FAST);
      countedSince = now;
      count = 0;
    }
  }
}
