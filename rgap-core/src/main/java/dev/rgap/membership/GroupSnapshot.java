package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.List;

/**
 * Who was a member of a group at one point of its history. Immutable.
 *
 * <p>Each change of the membership or of the readiness makes a new snapshot with the next version;
 * two snapshots of one listener's group with the same version are the same.
 */
@StableApi
public final class GroupSnapshot {

  private final GroupId group;
  private final long version;
  private final boolean ready;
  private final AddressSet addresses;

  private final int draining;

  private GroupSnapshot(
      GroupId group, long version, boolean ready, AddressSet addresses, int draining) {
    this.group = group;
    this.version = version;
    this.ready = ready;
    this.addresses = addresses;
    this.draining = draining;
  }

  /** A group without members, at version 0. */
  static GroupSnapshot empty(GroupId group, boolean ready) {
    return new GroupSnapshot(group, 0, ready, AddressSet.EMPTY, 0);
  }

  GroupSnapshot with(long high, long low) {
    return new GroupSnapshot(group, version + 1, ready, addresses.with(high, low), draining);
  }

  /**
   * Without a member.
   *
   * @param drain how many of the others drain
   */
  GroupSnapshot without(long high, long low, int drain) {
    return new GroupSnapshot(group, version + 1, ready, addresses.without(high, low), drain);
  }

  /** The same members, of which so many drain. */
  GroupSnapshot marked(int drain) {
    return new GroupSnapshot(group, version + 1, ready, addresses, drain);
  }

  /** The same members, ready or not. */
  GroupSnapshot as(boolean nowReady) {
    return new GroupSnapshot(group, version + 1, nowReady, addresses, draining);
  }

  /** The group. */
  public GroupId group() {
    return group;
  }

  /**
   * Counts the changes since the listener's start; not negative. It goes on while a group's
   * configuration is replaced, and when one that was taken away comes again.
   */
  public long version() {
    return version;
  }

  /**
   * Whether the listener has been running long enough to know all members. What is published of a
   * group before that would be incomplete.
   */
  public boolean ready() {
    return ready;
  }

  /** The members' addresses in ascending order; an unmodifiable list with fast random access. */
  public List<IpAddress> addresses() {
    return addresses;
  }

  /**
   * How many of the members have said last that they drain: they are there, and ask for nothing
   * new. {@link Membership#isDraining} tells which ones.
   */
  public int draining() {
    return draining;
  }

  /**
   * Whether nothing has happened to the group between the other snapshot and this one. The version
   * alone doesn't tell: a group that is removed and added again may come to the same version with
   * other members.
   */
  public boolean isSame(GroupSnapshot other) {
    return this == other || (isEmpty() && other.isEmpty() && equalsButForMembers(other));
  }

  private boolean isEmpty() {
    return addresses.isEmpty();
  }

  /** Of a group that is not configured, each snapshot is another object. */
  private boolean equalsButForMembers(GroupSnapshot other) {
    return version == other.version && ready == other.ready && group.equals(other.group);
  }

  /** For logs: the group, its readiness, the version, the number of members and who drains. */
  @Override
  public String toString() {
    return "group "
        + group
        + (ready ? ", READY" : ", NOT READY")
        + ", version "
        + version
        + ", members: "
        + addresses.size()
        + (draining == 0 ? "" : ", draining: " + draining);
  }
}
