package dev.rgap.listener;

import dev.rgap.api.InternalApi;
import dev.rgap.membership.Admission;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupKey;
import dev.rgap.membership.GroupKeys;
import dev.rgap.membership.KeyChange;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.transport.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a datagram is: a genuine, fresh announcement that has entered the membership, a
 * goodbye that has been heeded, or not, and why. The one place that does.
 *
 * <pre>
 *   datagram -> version, size -> group -> freshness -> alive -> key -> contents -> address -> membership
 *                      |           |          |          |       |         |           |          |
 *               SIZE, VERSION    GROUP      STALE      STALE SIGNATURE UNSUPPORTED  ADDRESS  REPLAY, FULL
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

  private boolean left;

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
        ? enter(group, datagram, length, nowMicros, sender)
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
    left = false;
    boolean extended = isExtended(datagram, length);
    if (extended ? !ExtendedCodec.isSized(datagram, length) : length != AnnouncementCodec.SIZE) {
      return Rejection.SIZE;
    }
    if (!extended && !isOfFirstVersion(datagram)) {
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
    if (!isSigned(datagram, length, group.keys())) {
      return Rejection.SIGNATURE;
    }
    if (extended && !isUnderstood(datagram, length, config)) {
      return Rejection.UNSUPPORTED;
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
    if (!isOfFirstVersion(datagram)) {
      return Rejection.VERSION;
    }
    Group group = membership.find(AnnouncementCodec.groupBits(datagram));
    if (group == null) {
      return Rejection.GROUP;
    }
    if (!isSigned(datagram, AnnouncementCodec.SIZE, group.keys())) {
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

  /** Whether the datagram that was let in last was a goodbye, or as good as one. */
  boolean left() {
    return left;
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

  private static boolean isOfFirstVersion(byte[] datagram) {
    return AnnouncementCodec.version(datagram) == AnnouncementCodec.VERSION;
  }

  private static boolean isExtended(byte[] datagram, int length) {
    return length >= Short.BYTES && AnnouncementCodec.version(datagram) == ExtendedCodec.VERSION;
  }

  /** A goodbye that the group does not want to know is as one of an unknown state. */
  private static boolean isUnderstood(byte[] datagram, int length, GroupConfig group) {
    return ExtendedCodec.isSupported(datagram, length)
        && (group.farewells() || ExtendedCodec.state(datagram) != AnnouncedState.LEAVING);
  }

  /** Whether its address is to be no member any more. */
  private static boolean isFarewell(byte[] datagram, int length, GroupConfig group) {
    if (length == AnnouncementCodec.SIZE) {
      return false;
    }
    AnnouncedState state = ExtendedCodec.state(datagram);
    return state == AnnouncedState.LEAVING
        || (state == AnnouncedState.DRAINING && group.draining() == DrainingPolicy.REMOVE);
  }

  private static boolean isFresh(long timestampMicros, long nowMicros, GroupConfig group) {
    long skew = group.clockSkewMicros();
    // Compared this way round, a timestamp at the end of the range can't overflow.
    return timestampMicros >= nowMicros - skew && timestampMicros <= nowMicros + skew;
  }

  private static boolean isAlive(long timestampMicros, long nowMicros, GroupConfig group) {
    return timestampMicros > nowMicros - group.expireMicros();
  }

  private boolean isSigned(byte[] datagram, int length, GroupKeys keys) {
    int place = keys.likely(datagram);
    for (int i = 0; i < keys.size(); i++) {
      GroupKey candidate = keys.get(place);
      if (length == AnnouncementCodec.SIZE
          ? signer.verify(datagram, candidate.key())
          : signer.verifyExtended(datagram, length, candidate.key())) {
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
      Group group, byte[] datagram, int length, long nowMicros, @Nullable Sender sender) {
    Admission admission =
        isFarewell(datagram, length, group.config())
            ? group.leave(datagram, nowMicros, signedWith)
            : accept(group, datagram, nowMicros, sender);
    left = admission == Admission.LEFT;
    joined = admission == Admission.JOINED;
    keyChange = group.keys().takeChange();
    return rejection(admission);
  }

  private Admission accept(Group group, byte[] datagram, long nowMicros, @Nullable Sender sender) {
    return sender == null
        ? group.accept(datagram, nowMicros, signedWith, 0, 0)
        : group.accept(datagram, nowMicros, signedWith, sender.addressHigh(), sender.addressLow());
  }

  private static @Nullable Rejection rejection(Admission admission) {
    return switch (admission) {
      case JOINED, REFRESHED, LEFT -> null;
      case REPLAY -> Rejection.REPLAY;
      case PENDING -> Rejection.PENDING;
      case FULL -> Rejection.FULL;
      case EXPIRED -> Rejection.STALE;
      case REMOVED -> Rejection.GROUP;
    };
  }
}
