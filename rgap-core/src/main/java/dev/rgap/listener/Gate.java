package dev.rgap.listener;

import dev.rgap.api.InternalApi;
import dev.rgap.membership.Admission;
import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupKey;
import dev.rgap.membership.GroupKeys;
import dev.rgap.membership.KeyChange;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.transport.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a datagram is: a genuine, fresh announcement that has entered the membership, or
 * not, and why. The one place that does.
 *
 * <pre>
 *   datagram -> size -> version -> group -> freshness -> alive -> key -> address -> membership
 *                |         |         |          |          |       |        |           |
 *              SIZE     VERSION    GROUP      STALE      STALE SIGNATURE ADDRESS   REPLAY, FULL
 * </pre>
 *
 * <p>Cheap checks come first. The group is looked up once for each datagram; everything behind goes
 * by what was found. The address is looked at when it is known to be genuine: that somebody with a
 * key announces what may not be in the group is worth to be known. Allocates nothing. Not safe for
 * use by several threads: each has its own.
 *
 * <p>Where a group has several keys, a datagram is first held against the one that has signed for
 * its address before. A forged one is held against all: it costs as many verifications as there are
 * keys, {@value GroupConfig#MAX_KEYS} at most.
 */
@InternalApi
public final class Gate {

  private final LiveMembership membership;
  private final AnnouncementSigner signer = new AnnouncementSigner();

  /** The group of the datagram that was looked at last. */
  private @Nullable Group found;

  /** The key that has signed it, if one has. */
  private @Nullable GroupKey signedWith;

  private @Nullable KeyChange keyChange;

  private boolean joined;

  /** A gate to this membership. */
  public Gate(LiveMembership membership) {
    this.membership = membership;
  }

  /**
   * Checks a datagram and lets it in.
   *
   * @param datagram holds the datagram from index 0
   * @param length the datagram's length
   * @param nowMicros the time by this host's wall clock
   * @return null if it was accepted, else the first reason against it
   */
  public @Nullable Rejection admit(byte[] datagram, int length, long nowMicros) {
    return admit(datagram, length, nowMicros, null);
  }

  /**
   * The same, and notes where it came from.
   *
   * @param sender who has sent it; null if that is not known
   */
  @Nullable Rejection admit(byte[] datagram, int length, long nowMicros, @Nullable Sender sender) {
    Rejection rejection = check(datagram, length, nowMicros);
    Group group = found;
    return rejection == null && group != null
        ? enter(group, datagram, nowMicros, sender)
        : rejection;
  }

  /**
   * Checks a datagram for all that can be told without the membership, and changes nothing.
   *
   * @return null if it is genuine and fresh, else the first reason against it
   */
  public @Nullable Rejection check(byte[] datagram, int length, long nowMicros) {
    found = null;
    signedWith = null;
    keyChange = null;
    joined = false;
    if (!isOfRightSize(length)) {
      return Rejection.SIZE;
    }
    if (!isOfKnownVersion(datagram)) {
      return Rejection.VERSION;
    }
    Group group = membership.find(AnnouncementCodec.groupBits(datagram));
    if (group == null) {
      return Rejection.GROUP;
    }
    found = group;
    GroupConfig config = group.config();
    long timestamp = AnnouncementCodec.timestampMicros(datagram);
    if (!isFresh(timestamp, nowMicros, config) || !isAlive(timestamp, nowMicros, config)) {
      return Rejection.STALE;
    }
    if (!isSigned(datagram, group.keys())) {
      return Rejection.SIGNATURE;
    }
    return isAllowed(datagram, config) ? null : Rejection.ADDRESS;
  }

  /**
   * Lets in a datagram that was let in before and was kept since: all is asked of it but that it is
   * fresh. Its timestamp may be old, as long as its life is not over.
   *
   * @param datagram holds {@value AnnouncementCodec#SIZE} bytes from index 0
   * @param nowMicros the time by this host's wall clock
   * @return null if it was accepted, else the first reason against it
   */
  @Nullable Rejection restore(byte[] datagram, long nowMicros) {
    if (!isOfKnownVersion(datagram)) {
      return Rejection.VERSION;
    }
    Group group = membership.find(AnnouncementCodec.groupBits(datagram));
    if (group == null) {
      return Rejection.GROUP;
    }
    if (!isSigned(datagram, group.keys())) {
      return Rejection.SIGNATURE;
    }
    GroupConfig config = group.config();
    // It would live for longer than any may: this host's clock was set back since.
    if (AnnouncementCodec.timestampMicros(datagram) > nowMicros + config.clockSkewMicros()) {
      return Rejection.STALE;
    }
    return isAllowed(datagram, config)
        ? rejection(group.restore(datagram, nowMicros, signedWith))
        : Rejection.ADDRESS;
  }

  /** Whether the datagram that was let in last has made its address a member. */
  boolean joined() {
    return joined;
  }

  /** What the datagram that was let in last has changed about the use of its group's keys. */
  @Nullable KeyChange keyChange() {
    return keyChange;
  }

  /** What is configured for the group of the datagram that was looked at last, if it is known. */
  public @Nullable GroupConfig group() {
    Group group = found;
    return group == null ? null : group.config();
  }

  private static boolean isOfRightSize(int length) {
    return length == AnnouncementCodec.SIZE;
  }

  private static boolean isOfKnownVersion(byte[] datagram) {
    return AnnouncementCodec.version(datagram) == AnnouncementCodec.VERSION;
  }

  private static boolean isFresh(long timestampMicros, long nowMicros, GroupConfig group) {
    long skew = group.clockSkewMicros();
    // Compared this way round, a timestamp at the end of the range can't overflow.
    return timestampMicros >= nowMicros - skew && timestampMicros <= nowMicros + skew;
  }

  private static boolean isAlive(long timestampMicros, long nowMicros, GroupConfig group) {
    return timestampMicros > nowMicros - group.expireMicros();
  }

  private boolean isSigned(byte[] datagram, GroupKeys keys) {
    int place = keys.likely(datagram);
    for (int i = 0; i < keys.size(); i++) {
      GroupKey candidate = keys.get(place);
      if (signer.verify(datagram, candidate.key())) {
        keys.signed(datagram, place);
        signedWith = candidate;
        return true;
      }
      place = place + 1 == keys.size() ? 0 : place + 1;
    }
    return false;
  }

  private static boolean isAllowed(byte[] datagram, GroupConfig group) {
    return group.allows(
        AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram));
  }

  private @Nullable Rejection enter(
      Group group, byte[] datagram, long nowMicros, @Nullable Sender sender) {
    Admission admission =
        sender == null
            ? group.accept(datagram, nowMicros, signedWith, 0, 0)
            : group.accept(
                datagram, nowMicros, signedWith, sender.addressHigh(), sender.addressLow());
    joined = admission == Admission.JOINED;
    keyChange = group.keys().takeChange();
    return rejection(admission);
  }

  private static @Nullable Rejection rejection(Admission admission) {
    return switch (admission) {
      case JOINED, REFRESHED -> null;
      case REPLAY -> Rejection.REPLAY;
      case PENDING -> Rejection.PENDING;
      case FULL -> Rejection.FULL;
      case EXPIRED -> Rejection.STALE;
      case REMOVED -> Rejection.GROUP;
    };
  }
}
