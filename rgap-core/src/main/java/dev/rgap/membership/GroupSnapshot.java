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

  /** Some of them; nearly always none. */
  private final AddressSet draining;

  private GroupSnapshot(
      GroupId group, long version, boolean ready, AddressSet addresses, AddressSet draining) {
    this.group = group;
    this.version = version;
    this.ready = ready;
    this.addresses = addresses;
    this.draining = draining;
  }

  /** A group without members, at version 0. */
  static GroupSnapshot empty(GroupId group, boolean ready) {
    return new GroupSnapshot(group, 0, ready, AddressSet.EMPTY, AddressSet.EMPTY);
  }

  GroupSnapshot with(long high, long low, boolean drains) {
    AddressSet changed = drains ? draining.with(high, low) : draining;
    return new GroupSnapshot(group, version + 1, ready, addresses.with(high, low), changed);
  }

  GroupSnapshot without(long high, long low) {
    AddressSet changed = isDraining(high, low) ? draining.without(high, low) : draining;
    return new GroupSnapshot(group, version + 1, ready, addresses.without(high, low), changed);
  }

  /** The same members, one of which drains, or does so no more; it is another than before. */
  GroupSnapshot marked(long high, long low, boolean drains) {
    AddressSet changed = drains ? draining.with(high, low) : draining.without(high, low);
    return new GroupSnapshot(group, version + 1, ready, addresses, changed);
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
   * The members among {@link #addresses} that have said last that they drain: they are there, and
   * ask for nothing new. In ascending order; unmodifiable, and quick to find an address in.
   */
  public List<IpAddress> draining() {
    return draining;
  }

  /** Whether an address is one of those; the arguments are its halves. */
  boolean isDraining(long high, long low) {
    return draining.contains(high, low);
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
        + (draining.isEmpty() ? "" : ", draining: " + draining.size());
  }
}
