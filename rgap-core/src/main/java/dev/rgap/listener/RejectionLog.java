package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.transport.Sender;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Explains rejected datagrams in the log: at most one line a minute for each sender, reason and
 * group that {@link RejectionMemory} has room for, and one line a minute for all others together.
 * What senders do decides not the log's volume. Safe for all threads.
 *
 * <p>Replays are explained at level debug only: networks with more than one way duplicate and
 * reorder datagrams in normal operation. So are announcements for groups that are not configured
 * here, as they are neighbours' on a shared multicast address; {@link ForeignGroups} names these
 * groups. So are those that wait for another announcement, as each new address does.
 */
final class RejectionLog {

  private static final System.Logger LOG = System.getLogger(RejectionLog.class.getName());

  private final RejectionMemory memory;
  private final ForeignGroups foreign = new ForeignGroups();

  RejectionLog(RejectionMemory memory) {
    this.memory = memory;
  }

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
    long suppressed =
        memory.note(reason, source, sender, datagram, length, group, nowMicros, nowNanos);
    if (suppressed == RejectionTable.QUIET) {
      return;
    }
    Level level =
        switch (reason) {
          case GROUP, REPLAY, PENDING -> Level.DEBUG;
          case SIZE, VERSION, STALE, SIGNATURE, UNSUPPORTED, ADDRESS, FULL -> Level.WARNING;
        };
    if (!LOG.isLoggable(level)) {
      return;
    }
    if (suppressed == RejectionTable.OVERFLOW) {
      LOG.log(
          level,
          "rejected datagrams come from more senders than are logged one by one;"
              + " {0} so far only counted",
          memory.of(reason).others());
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
}
