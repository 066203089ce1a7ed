package dev.rgap.transport;

/**
 * Decides when a receiver rests for a moment, so that datagrams that come fast are taken in many at
 * a time: being woken up for each costs more than all else about it.
 *
 * <pre>
 *   datagrams   | | | | | | | | | | | | | | | | | | | | | | | |
 *   receiver    rests......... takes all ^ rests......... takes all ^
 *                                        +-- this one it had to wait for: nothing was left
 * </pre>
 *
 * <p>It rests only when nothing is left to be taken; only if datagrams have come so fast lately
 * that a rest gathers {@value #WORTHWHILE} of them; never longer than {@value #LONGEST_NANOS} ns;
 * and never so long that the socket's buffer could overflow. At lower rates, and when idle, it
 * never rests.
 *
 * <p>Knows no clock: times are handed in. Not safe for use by several threads.
 */
final class ReceivePacing {

  /** With the timer's slack and the way to a subscriber, a new member is known within 1 ms. */
  static final long LONGEST_NANOS = 400_000;

  /** Datagrams in {@link #LONGEST_NANOS} from which on resting costs less than it saves. */
  static final int WORTHWHILE = 8;

  /** A datagram that takes longer than this to come and be dealt with was waited for. */
  static final long IMMEDIATE_NANOS = 4_000;

  /** The rate is that of the last period that was at least this long. */
  static final long WINDOW_NANOS = 1_000_000;

  private final double room;
  private long last;
  private boolean rested = true;
  private long windowBegan;
  private long count;
  private double perNano;

  /**
   * Begins to wait for the first datagram.
   *
   * @param room how many datagrams the socket's buffer holds
   */
  ReceivePacing(int room, long now) {
    this.room = room;
    this.windowBegan = now;
  }

  /**
   * Takes note of a datagram.
   *
   * @param now when it was received
   * @return how long to rest when it has been dealt with, in nanoseconds; 0 for not at all
   */
  long received(long now) {
    boolean waited = !rested && now - last > IMMEDIATE_NANOS;
    last = now;
    rested = false;
    count++;
    long elapsed = now - windowBegan;
    if (elapsed >= WINDOW_NANOS) {
      perNano = (double) count / elapsed;
      windowBegan = now;
      count = 0;
    }
    if (!waited || perNano * LONGEST_NANOS < WORTHWHILE) {
      return 0;
    }
    rested = true;
    // Half of the buffer is left for what comes while the other half is dealt with.
    return (long) Math.min(LONGEST_NANOS, room / 2 / perNano);
  }
}
