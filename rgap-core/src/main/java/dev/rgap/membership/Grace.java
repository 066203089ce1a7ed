package dev.rgap.membership;

/**
 * Who may be told to leave after this host was kept from listening: a state machine of one group
 * that knows no clock. Times, in nanoseconds, are handed in.
 *
 * <pre>
 *            not listening          grace: nobody leaves whose deadline is here ...
 *   ----------|                |==================|-------------------------------→  time
 *             from             to                 until
 *             `-- ... or here: what it has sent was not heard --'
 * </pre>
 *
 * <p>Whose deadline came before the pause leaves as ever. For all others there is a grace: after a
 * short pause as long as that, since all that was sent meanwhile may be lost; after one that lasted
 * as long as an announcement does, as long as a listener that has just started would wait. Whoever
 * is heard within the grace goes on being a member, without having left.
 *
 * <p>A pause within a grace prolongs it. But who has not been heard for a whole grace, added up
 * over the times in which there was somebody to listen, leaves, however many pauses there are.
 */
final class Grace {

  private boolean active;

  /** Deadlines at or before this count although there is a grace. */
  private long judged;

  /** When the first pause ended since which {@link #listened} counts. */
  private long heardSince;

  private long lastEnd;
  private long until;

  /** The time in which there was somebody to listen, up to the last pause. */
  private long listened;

  Grace() {}

  /**
   * Nobody has listened for a while.
   *
   * @param from when it was listening for the last time
   * @param to when it listens again
   * @param expire how long an announcement keeps its address a member
   * @param full how long everybody needs to report: the longest grace
   */
  void paused(long from, long to, long expire, long full) {
    long length = to - from >= expire ? full : Math.min(to - from, full);
    if (isActive(from)) {
      listened += from - lastEnd;
      if (listened >= full) {
        judged = heardSince;
        heardSince = to;
        listened = 0;
      }
      length = Math.min(full, Math.max(length, until - from));
    } else {
      active = true;
      judged = from;
      heardSince = to;
      listened = 0;
    }
    lastEnd = to;
    until = to + length;
  }

  /** Whether there are members who would have to leave, and need not. */
  boolean isActive(long now) {
    active = active && until - now > 0;
    return active;
  }

  /** The time by which to judge whose deadline has come: now, unless there is a grace. */
  long judging(long now) {
    return isActive(now) ? judged : now;
  }

  /** When somebody leaves at the earliest whose deadline is this. */
  long leaving(long deadline, long now) {
    return isActive(now) && deadline - judged > 0 && deadline - until < 0 ? until : deadline;
  }
}
