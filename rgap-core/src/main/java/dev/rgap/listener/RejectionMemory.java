package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.transport.Sender;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was rejected of late, and how often: an entry for each sender, reason and configured group,
 * of which {@link RejectionLog} is one reader and whoever asks {@link #show} another. Who sends
 * decides neither what this takes nor what others find in it: what is heard again within a minute
 * is never pushed out, and what there is no room for is counted. Safe for all threads.
 *
 * <p>What is normal in some networks has entries of its own, so that it takes no room from what is
 * not: duplicates, neighbours' groups on a shared multicast address, and new addresses that have to
 * be announced again.
 */
final class RejectionMemory {

  private final RejectionTable faults = new RejectionTable();
  private final RejectionTable foreign = new RejectionTable();
  private final RejectionTable replays = new RejectionTable();
  private final RejectionTable pending = new RejectionTable();

  /** Those of this reason, and of others like it. */
  RejectionTable of(Rejection reason) {
    return switch (reason) {
      case GROUP -> foreign;
      case REPLAY -> replays;
      case PENDING -> pending;
      case SIZE, VERSION, STALE, SIGNATURE, UNSUPPORTED, ADDRESS, FULL -> faults;
    };
  }

  /**
   * Takes note of a rejection.
   *
   * @param source the label of the source at which the datagram arrived
   * @param group the group that it claims to be for, if that is configured
   * @return as {@link RejectionTable#note}
   */
  long note(
      Rejection reason,
      String source,
      Sender sender,
      byte[] datagram,
      int length,
      @Nullable GroupConfig group,
      long nowMicros,
      long nowNanos) {
    return of(reason).note(reason, source, sender, datagram, length, group, nowMicros, nowNanos);
  }

  /** All that is remembered, what was heard last first. */
  Rejections show() {
    List<RejectionEntry> found = new ArrayList<>();
    long others = 0;
    for (RejectionTable table : List.of(faults, foreign, replays, pending)) {
      table.copyTo(found);
      others += table.others();
    }

    found.sort(RejectionEntry::newestFirst);
    return new Rejections(found.stream().map(RejectionEntry::show).toList(), others);
  }
}
