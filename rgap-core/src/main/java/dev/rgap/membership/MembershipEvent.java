package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.Locale;

/** Something that happened to a group, with the snapshot that it led to. */
@StableApi
public sealed interface MembershipEvent {

  /** The group right after this event. */
  GroupSnapshot snapshot();

  /** The group that it happened to. */
  default GroupId group() {
    return snapshot().group();
  }

  /**
   * The group as it stands, without saying how it came there: what a subscription begins with, what
   * takes the place of the events that a subscriber was too slow for, and what is said when a group
   * comes into the configuration or has gone from it.
   *
   * @param missed how many events, of all subscribed groups together, were dropped just before; 0
   *     at the beginning of a subscription, and in all but the first of the states that take the
   *     place of dropped events
   */
  record State(GroupSnapshot snapshot, long missed) implements MembershipEvent {}

  /** An address that was no member has become one. That it drains is told behind that. */
  record Joined(GroupSnapshot snapshot, IpAddress address) implements MembershipEvent {}

  /**
   * A member says that it drains, or that it does so no more.
   *
   * @param begun whether it drains from now on
   */
  record Draining(GroupSnapshot snapshot, IpAddress address, boolean begun)
      implements MembershipEvent {}

  /**
   * A member is one no more.
   *
   * @param cause why
   */
  record Left(GroupSnapshot snapshot, IpAddress address, Cause cause) implements MembershipEvent {

    /** Why somebody leaves. More may come: treat those that you don't know as {@code EXPIRED}. */
    public enum Cause {
      /** It was not announced again in time. */
      EXPIRED,
      /** It said goodbye. */
      FAREWELL,
      /** It drains, and its group does not keep those who do. */
      DRAINING,
      /** Its group was taken out of the configuration. */
      REMOVED;

      /** The name used in metrics, logs and JSON. */
      public String label() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /** The group's readiness delay is over; not said if there is no delay. */
  record Ready(GroupSnapshot snapshot) implements MembershipEvent {}
}
