package dev.rgap.listener;

import dev.rgap.api.InternalApi;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells people why a datagram was rejected, and what to look at. Never tells a key. */
@InternalApi
public final class RejectionText {

  private static final Duration CENTURY = Duration.ofDays(36_500);

  /** Networks of a group that are named. */
  private static final int MAX_NETWORKS = 8;

  private RejectionText() {}

  /**
   * Why a datagram was rejected.
   *
   * @param datagram holds the datagram from index 0
   * @param length the datagram's length; if it is the array's, it may have been longer
   * @param group the group that it claims to be for, if that is known
   * @param nowMicros the time by this host's wall clock
   */
  public static String of(
      Rejection reason, byte[] datagram, int length, @Nullable GroupConfig group, long nowMicros) {
    return switch (reason) {
      case SIZE -> ofSize(length, length == datagram.length);
      case VERSION ->
          "it has version "
              + version(AnnouncementCodec.version(datagram))
              + ", known are "
              + version(AnnouncementCodec.VERSION)
              + " and "
              + version(ExtendedCodec.VERSION);
      case GROUP ->
          "group " + new GroupId(AnnouncementCodec.groupBits(datagram)) + " is not configured here";
      case STALE ->
          "its timestamp is "
              + skew(AnnouncementCodec.timestampMicros(datagram), nowMicros)
              + (group == null ? "" : ", allowed is " + DurationText.format(group.clockSkew()))
              + "; compare the clocks of both hosts";
      case SIGNATURE ->
          "the signature does not match "
              + (group == null ? "the key" : keys(group.keys()) + " of group " + group.id())
              + (group == null ? "" : " (" + fingerprints(group.keys()) + ")")
              + "; compare the keys of both hosts";
      case UNSUPPORTED ->
          group != null
                  && !group.farewells()
                  && ExtendedCodec.state(datagram) == AnnouncedState.LEAVING
              ? "it says goodbye, and the group does not heed that: farewells: false"
              : "it says what this version does not know"
                  + "; update the listener, or have the agent say less";
      case ADDRESS ->
          "its address "
              + new IpAddress(
                  AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram))
              + (group == null
                  ? " may not be in its group"
                  : " is not in the 'addresses' of group "
                      + group.id()
                      + ", "
                      + networks(group.addresses()))
              + "; correct the agent's address, or 'addresses' if it is right";
      case REPLAY -> "it is a duplicate of, or older than, one that was accepted";
      case PENDING ->
          "its address is new, and becomes a member when it is announced again"
              + (group == null || group.damping() == null
                  ? ""
                  : " ("
                      + group.damping().minAnnouncements()
                      + " times within "
                      + DurationText.format(group.damping().within())
                      + ")");
      case FULL ->
          "its address is new, and "
              + (group == null
                  ? "the group has no room"
                  : "group " + group.id() + " has max_members, " + group.maxMembers() + ", already")
              + "; raise max_members if there are so many";
    };
  }

  /** Why a datagram of this length was rejected, which may have been cut to it. */
  static String ofSize(int length, boolean mayBeCut) {
    return "it has "
        + length
        + (mayBeCut ? " or more" : "")
        + " bytes, an announcement has "
        + AnnouncementCodec.SIZE;
  }

  /** The first few networks, and how many more there are. */
  private static String networks(List<IpNetwork> networks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < networks.size() && i < MAX_NETWORKS; i++) {
      text.append(i == 0 ? "" : ", ").append(networks.get(i));
    }
    int more = networks.size() - MAX_NETWORKS;
    return more <= 0 ? text.toString() : text + " and " + more + " more";
  }

  private static String keys(List<PreSharedKey> keys) {
    return keys.size() == 1 ? "the key" : "any of the " + keys.size() + " keys";
  }

  private static String fingerprints(List<PreSharedKey> keys) {
    StringBuilder shown = new StringBuilder(keys.size() == 1 ? "fingerprint" : "fingerprints");
    for (PreSharedKey key : keys) {
      shown.append(' ').append(key.fingerprint());
    }
    return shown.toString();
  }

  /** A protocol version as it stands in the datagram: {@code 0x0100}. */
  public static String version(int version) {
    return String.format(Locale.ROOT, "0x%04x", version);
  }

  /**
   * How far a timestamp is from this host's clock, which includes the time that the datagram
   * travelled.
   *
   * @return positive if the sender's clock is ahead
   */
  public static Duration clockDifference(long timestampMicros, long nowMicros) {
    // Not subtracted as numbers: a timestamp may be anything, and the difference overflow.
    return Duration.of(timestampMicros, ChronoUnit.MICROS).minus(nowMicros, ChronoUnit.MICROS);
  }

  /** A difference of clocks with its sign: {@code +1.5s}, {@code -20ms}. */
  public static String signed(Duration difference) {
    String sign = difference.isNegative() ? "-" : "+";
    return sign
        + (isBeyondMeasure(difference)
            ? "more than a century"
            : DurationText.format(difference.abs()));
  }

  /** How far a timestamp is from this host's clock, for people. */
  static String skew(long timestampMicros, long nowMicros) {
    Duration difference = clockDifference(timestampMicros, nowMicros);
    String amount =
        isBeyondMeasure(difference) ? "more than a century" : DurationText.format(difference.abs());
    return amount + (difference.isNegative() ? " behind" : " ahead of") + " this host's clock";
  }

  private static boolean isBeyondMeasure(Duration difference) {
    return difference.abs().compareTo(CENTURY) > 0;
  }
}
