package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.transport.Sender;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Explains rejected datagrams in the log: at most one line a minute for each sender and reason, for
 * at most {@value #CAPACITY} of them at a time, and one line a minute for all others together. What
 * senders do decides neither the log's volume nor the memory needed. Safe for all threads.
 *
 * <p>Replays are explained at level debug only: networks with more than one way duplicate and
 * reorder datagrams in normal operation. So are announcements for groups that are not configured
 * here, as they are neighbours' on a shared multicast address; {@link ForeignGroups} names these
 * groups. So are those that wait for another announcement, as each new address does.
 */
final class RejectionLog {

  /** Senders and reasons that are remembered; a power of two. */
  static final int CAPACITY = 256;

  private static final System.Logger LOG = System.getLogger(RejectionLog.class.getName());

  /** Places in which a sender and reason may be remembered. */
  private static final int PROBES = 8;

  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Verdict: log nothing. */
  private static final long QUIET = -1;

  /** Verdict: log that there are too many senders. */
  private static final long OVERFLOW = -2;

  private static final class Slot {
    /** The sender's address, or its label if that is not known. */
    Object sender;

    Rejection reason;
    long loggedAt;
    long suppressed;

    Slot(Object sender, Rejection reason) {
      this.sender = sender;
      this.reason = reason;
    }
  }

  private final ForeignGroups foreign = new ForeignGroups();

  @GuardedBy("this")
  private final @Nullable Slot[] slots = new @Nullable Slot[CAPACITY];

  @GuardedBy("this")
  private long overflow;

  @GuardedBy("this")
  private long overflowLoggedAt;

  @GuardedBy("this")
  private boolean overflowLogged;

  /**
   * Takes note of a rejection.
   *
   * @param source the label of the source at which the datagram arrived
   * @param group the group that it claims to be for, if that is known
   */
  void rejected(
      Rejection reason,
      String source,
      Sender sender,
      byte[] datagram,
      int length,
      @Nullable GroupConfig group,
      long nowMicros,
      long nowNanos) {
    if (reason == Rejection.GROUP) {
      foreign.heard(AnnouncementCodec.groupBits(datagram), source, sender);
    }
    Level level =
        switch (reason) {
          case GROUP, REPLAY, PENDING -> Level.DEBUG;
          case SIZE, VERSION, STALE, SIGNATURE, UNSUPPORTED, ADDRESS, FULL -> Level.WARNING;
        };
    if (!LOG.isLoggable(level)) {
      return;
    }
    InetAddress address = sender.address();
    long suppressed = admit(reason, address == null ? sender.label() : address, nowNanos);
    if (suppressed == OVERFLOW) {
      LOG.log(
          level,
          "rejected datagrams come from more senders than are logged one by one;"
              + " {0} so far only counted",
          overflowed());
    }
    if (suppressed < 0) {
      return;
    }
    String more =
        suppressed == 0 ? "" : " (and " + suppressed + " more of the kind since the last line)";
    LOG.log(
        level,
        "{0}: rejected a datagram from {1}: {2}: {3}{4}",
        source,
        sender.label(),
        reason.label(),
        RejectionText.of(reason, datagram, length, group, nowMicros),
        more);
  }

  /**
   * How many of the kind went unlogged, if one is to be logged now; else {@link #QUIET} or {@link
   * #OVERFLOW}. Nothing is logged while the lock is held.
   */
  private synchronized long admit(Rejection reason, Object sender, long now) {
    int start = 31 * sender.hashCode() + reason.name().hashCode();
    start ^= start >>> 16;
    int usable = -1;
    for (int i = 0; i < PROBES; i++) {
      int place = (start + i) & (CAPACITY - 1);
      Slot slot = slots[place];
      if (slot == null || now - slot.loggedAt >= PERIOD_NANOS) {
        usable = usable < 0 ? place : usable;
      }
      if (slot != null && slot.reason == reason && slot.sender.equals(sender)) {
        if (now - slot.loggedAt < PERIOD_NANOS) {
          slot.suppressed++;
          return QUIET;
        }
        long suppressed = slot.suppressed;
        slot.suppressed = 0;
        slot.loggedAt = now;
        return suppressed;
      }
    }
    if (usable < 0) {
      overflow++;
      if (overflowLogged && now - overflowLoggedAt < PERIOD_NANOS) {
        return QUIET;
      }
      overflowLogged = true;
      overflowLoggedAt = now;
      return OVERFLOW;
    }
    Slot slot = new Slot(sender, reason);
    slot.loggedAt = now;
    slots[usable] = slot;
    return 0;
  }

  private synchronized long overflowed() {
    return overflow;
  }
}
