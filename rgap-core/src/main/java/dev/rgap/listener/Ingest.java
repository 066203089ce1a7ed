package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.Rejection;
import dev.rgap.time.HostClock;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.Sender;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Turns the datagrams of one source into members, or into counted and explained rejections. */
final class Ingest implements DatagramHandler {

  private final String source;
  private final AnnouncementVerifier verifier;
  private final LiveMembership membership;
  private final HostClock clock;
  private final IngestStats stats;
  private final RejectionLog log;

  Ingest(
      String source,
      Collection<GroupConfig> groups,
      LiveMembership membership,
      HostClock clock,
      IngestStats stats,
      RejectionLog log) {
    this.source = source;
    this.verifier = new AnnouncementVerifier(groups);
    this.membership = membership;
    this.clock = clock;
    this.stats = stats;
    this.log = log;
  }

  @Override
  public void received(byte[] datagram, int length, Sender sender) {
    long nowMicros = clock.epochMicros();
    Rejection rejection = verifier.check(datagram, length, nowMicros);
    GroupConfig group = length == AnnouncementCodec.SIZE ? verifier.group(datagram) : null;
    if (rejection == null && group != null) {
      rejection = enter(group, datagram, nowMicros);
    }
    if (rejection == null) {
      stats.countAccepted();
    } else {
      stats.count(rejection);
      log.rejected(rejection, source, sender, datagram, length, group, nowMicros, clock.nanoTime());
    }
  }

  private @Nullable Rejection enter(GroupConfig group, byte[] datagram, long nowMicros) {
    return membership.accept(
        group.id(),
        AnnouncementCodec.addressHigh(datagram),
        AnnouncementCodec.addressLow(datagram),
        AnnouncementCodec.timestampMicros(datagram),
        nowMicros);
  }
}
