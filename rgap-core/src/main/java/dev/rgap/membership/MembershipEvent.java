package dev.rgap.membership;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;

/** Something that happened to a group, with the snapshot that it led to. */
public sealed interface MembershipEvent {

  /** The group right after this event. */
  GroupSnapshot snapshot();

  /** The group that it happened to. */
  default GroupId group() {
    return snapshot().group();
  }

  /**
   * The group as it stands, without saying how it came there: what a subscription begins with, and
   * what takes the place of the events that a subscriber was too slow for.
   *
   * @param missed how many events, of all subscribed groups together, were dropped just before; 0
   *     at the beginning of a subscription, and in all but the first of the states that take the
   *     place of dropped events
   */
  record State(GroupSnapshot snapshot, long missed) implements MembershipEvent {}

  /** An address that was no member has become one. */
  record Joined(GroupSnapshot snapshot, IpAddress address) implements MembershipEvent {}

  /** A member's time has run out. */
  record Left(GroupSnapshot snapshot, IpAddress address) implements MembershipEvent {}

  /** The group's readiness delay is over; happens at most once, and not if there is no delay. */
  record Ready(GroupSnapshot snapshot) implements MembershipEvent {}
}
