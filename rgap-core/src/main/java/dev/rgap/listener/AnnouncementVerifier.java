package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.Rejection;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a datagram is a genuine and fresh announcement for one of some groups. Cheap
 * checks come first, in the order of {@link Rejection}; what membership alone can know (replays) is
 * not checked here. Allocates nothing. Not safe for use by several threads.
 */
public final class AnnouncementVerifier {

  /** Sorted, for a search that makes no objects. */
  private final long[] ids;

  private final GroupConfig[] groups;
  private final AnnouncementSigner signer = new AnnouncementSigner();

  /** Knows these groups. */
  public AnnouncementVerifier(Collection<GroupConfig> known) {
    groups = known.toArray(GroupConfig[]::new);
    Arrays.sort(groups, (a, b) -> Long.compare(a.id().bits(), b.id().bits()));
    ids = Arrays.stream(groups).mapToLong(group -> group.id().bits()).toArray();
  }

  /**
   * Checks a datagram.
   *
   * @param datagram holds the datagram from index 0
   * @param length the datagram's length
   * @param nowMicros the time by this host's wall clock
   * @return null if it is genuine and fresh, else the first reason against it
   */
  public @Nullable Rejection check(byte[] datagram, int length, long nowMicros) {
    if (length != AnnouncementCodec.SIZE) {
      return Rejection.SIZE;
    }
    if (AnnouncementCodec.version(datagram) != AnnouncementCodec.VERSION) {
      return Rejection.VERSION;
    }
    GroupConfig group = group(datagram);
    if (group == null) {
      return Rejection.GROUP;
    }
    if (!isFresh(AnnouncementCodec.timestampMicros(datagram), nowMicros, group)) {
      return Rejection.STALE;
    }
    return signer.verify(datagram, group.key()) ? null : Rejection.SIGNATURE;
  }

  /** The group that a datagram of the right size claims to be for, if it is known. */
  public @Nullable GroupConfig group(byte[] datagram) {
    int found = Arrays.binarySearch(ids, AnnouncementCodec.groupBits(datagram));
    return found < 0 ? null : groups[found];
  }

  private static boolean isFresh(long timestampMicros, long nowMicros, GroupConfig group) {
    long skew = group.clockSkewMicros();
    // Compared this way round, a timestamp at the end of the range can't overflow.
    return timestampMicros >= nowMicros - skew && timestampMicros <= nowMicros + skew;
  }
}
