package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.UnreachableAddress;
import dev.rgap.transport.Sender;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Warns of members at whose addresses nobody can be reached: once for each group, and of at most
 * {@value #MAX_GROUPS} groups. Where a group says which addresses may be in it, whoever wrote that
 * knows, and nothing is said. Safe for all threads.
 */
final class UnreachableMembers {

  static final int MAX_GROUPS = 256;

  private static final System.Logger LOG = System.getLogger(UnreachableMembers.class.getName());

  private final Set<GroupId> warnedOf = ConcurrentHashMap.newKeySet();

  /**
   * Looks at one who has just joined.
   *
   * @param source the label of the source at which the announcement arrived
   */
  void joined(String source, Sender sender, byte[] datagram, @Nullable GroupConfig group) {
    if (group == null || !group.addresses().isEmpty()) {
      return;
    }
    long high = AnnouncementCodec.addressHigh(datagram);
    long low = AnnouncementCodec.addressLow(datagram);
    String kind = UnreachableAddress.kind(high, low);
    if (kind == null || warnedOf.size() >= MAX_GROUPS || !warnedOf.add(group.id())) {
      return;
    }
    LOG.log(
        Level.WARNING,
        "{0}: {1} has made {2} a member of group {3}, but no other host can reach it there: that is"
            + " {4}. Correct the address that the agent announces, or name the networks of the group"
            + " under addresses: in the configuration. Said once for the group",
        source,
        sender.label(),
        new IpAddress(high, low),
        group.id(),
        kind);
  }
}
