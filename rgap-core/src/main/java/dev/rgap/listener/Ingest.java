package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.KeyChange;
import dev.rgap.metrics.Counter;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.text.DurationText;
import dev.rgap.time.HostClock;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramTap;
import dev.rgap.transport.Sender;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the datagrams of one source into members, or into counted and explained rejections. */
final class Ingest implements DatagramHandler {

  private static final System.Logger LOG = System.getLogger(Ingest.class.getName());

  private final String source;
  private final List<DatagramTap> taps;
  private final Gate gate;
  private final HostClock clock;
  private final IngestStats stats;
  private final Counter received;
  private final AcceptedSkews.Tally skews;
  private final RejectionLog log;
  private final UnreachableMembers unreachable;
  private final Journal journal;
  private boolean tapFailed;

  /**
   * @param source the source's label
   * @param taps see each datagram first, whatever it is
   * @param received counts this source's datagrams
   * @param skews counts the clocks of those that are accepted
   * @param journal is told of goodbyes
   */
  Ingest(
      String source,
      List<DatagramTap> taps,
      Gate gate,
      HostClock clock,
      IngestStats stats,
      Counter received,
      AcceptedSkews.Tally skews,
      RejectionLog log,
      UnreachableMembers unreachable,
      Journal journal) {
    this.source = source;
    this.taps = List.copyOf(taps);
    this.gate = gate;
    this.clock = clock;
    this.stats = stats;
    this.received = received;
    this.skews = skews;
    this.log = log;
    this.unreachable = unreachable;
    this.journal = journal;
  }

  @Override
  public void received(byte[] datagram, int length, Sender sender) {
    received.increment();
    for (int i = 0; i < taps.size(); i++) {
      show(taps.get(i), datagram, length, sender);
    }
    long nowMicros = clock.epochMicros();
    Rejection rejection = gate.admit(datagram, length, nowMicros, sender);
    if (rejection == null) {
      if (gate.left()) {
        stats.countFarewell();
        journal.farewell();
      } else {
        stats.countAccepted();
        skews.accepted(AnnouncementCodec.timestampMicros(datagram) - nowMicros);
      }
      if (gate.joined()) {
        unreachable.joined(source, sender, datagram, gate.group());
      }
    } else {
      stats.count(rejection);
      log.rejected(
          rejection, source, sender, datagram, length, gate.group(), nowMicros, clock.nanoTime());
    }
    KeyChange change = gate.keyChange();
    if (change != null) {
      say(change, gate.group());
    }
  }

  /** Says how a rotation of keys goes. */
  private static void say(KeyChange change, @Nullable GroupConfig group) {
    String key =
        "group %s: the key %s (%s of %s)"
            .formatted(
                group == null ? "?" : group.id(),
                change.use().fingerprint(),
                change.place(),
                change.keys());
    if (change.isInUse()) {
      LOG.log(Level.INFO, key + " is in use: " + change.use().lastAddress() + " announces with it");
    } else {
      LOG.log(
          Level.INFO,
          key
              + " is out of use: nobody has announced with it for "
              + DurationText.format(change.unusedFor())
              + ", the last was "
              + change.use().lastAddress());
    }
  }

  /** What a tap throws keeps no datagram from the gate. */
  private void show(DatagramTap tap, byte[] datagram, int length, Sender sender) {
    try {
      tap.datagram(datagram, length, sender);
    } catch (RuntimeException | Error e) {
      // Once only: a sender must not be able to fill the log.
      if (!tapFailed) {
        tapFailed = true;
        LOG.log(Level.ERROR, source + ": a tap failed; going on", e);
      }
    }
  }
}
