package dev.rgap.simulation;

import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an {@link Oracle} knows about a site and one group, from what it has seen itself. */
final class Known {

  /** An address of which something was accepted. Times are by the clock that goes on in sleep. */
  static final class Address {
    /** Of what was accepted last. */
    long timestamp = Long.MIN_VALUE;

    /** When that was. */
    long acceptedAt;

    /** When its time is over. */
    long deadline;

    /** Goodbyes that no event has told yet. */
    int goodbyes;

    /** Whether it has said goodbye last. */
    boolean gone;

    /** Whether that was an announcement of version 1, which is what is kept. */
    boolean plain;

    /** Something was restored of it. */
    void restored(Datagram record, long now, long until) {
      timestamp = record.timestamp();
      plain = true;
      acceptedAt = now;
      deadline = until;
    }

    /**
     * Something was accepted of it.
     *
     * @param left whether it is no member any more by that
     * @param member whether it was one before
     */
    void accepted(Datagram datagram, boolean left, boolean member, long now, long until) {
      if (left && member) {
        goodbyes++;
      }
      // Who has been away for long enough may begin anew, if clocks were set meanwhile.
      timestamp = member ? Math.max(datagram.timestamp(), timestamp) : datagram.timestamp();
      acceptedAt = now;
      gone = left;
      plain = datagram.isPlain();
      // Who is a member keeps the time that he has, though expire is shorter now.
      if (!member || until - deadline > 0) {
        deadline = until;
      }
    }
  }

  /** A group's limits: the greatest of late, as a change leaves members the times they have. */
  static final class Limits {
    long expireNanos;
    long fullGraceNanos;
    long holdNanos;
  }

  final Map<IpAddress, Address> addresses = new TreeMap<>();
  final Limits limits = new Limits();

  /** As the events tell it; null before the first. */
  @Nullable Set<IpAddress> told;

  /** What was published last; survives the program. */
  @Nullable List<IpAddress> published;

  /** Nothing at or before this need be accepted of somebody new. */
  long floor = Long.MIN_VALUE;

  /** When it was configured, by the timeline. */
  long since;

  boolean everReady;
  long version = -1;
  long changedAt;

  /** A new program, which knows nothing. */
  void forget(long now) {
    for (Address address : addresses.values()) {
      floor = Math.max(floor, address.timestamp);
    }
    addresses.clear();
    told = null;
    since = now;
    everReady = false;
    version = -1;
    changedAt = now;
  }

  /** Somebody has looked at the group. */
  void looked(GroupSnapshot snapshot, long now) {
    everReady = snapshot.ready();
    if (snapshot.version() != version) {
      version = snapshot.version();
      changedAt = now;
    }
  }

  Address address(IpAddress of) {
    return addresses.computeIfAbsent(of, unknown -> new Address());
  }

  /** The latest timestamp of those who are no members, which may count for all. */
  long latestOfOthers(List<IpAddress> members) {
    long latest = floor;
    for (Map.Entry<IpAddress, Address> each : addresses.entrySet()) {
      if (!members.contains(each.getKey())) {
        latest = Math.max(latest, each.getValue().timestamp);
      }
    }
    return latest;
  }

  /**
   * Takes an event in.
   *
   * @return what is wrong with it; null if nothing is
   */
  @Nullable String tell(MembershipEvent event) {
    Set<IpAddress> before = told;
    List<IpAddress> now = event.snapshot().addresses();
    switch (event) {
      case MembershipEvent.State _ -> {
        told = new HashSet<>(now);
        return null;
      }
      case MembershipEvent.Joined joined -> {
        if (before == null || !before.add(joined.address())) {
          return joined.address() + " joins again";
        }
      }
      case MembershipEvent.Left left -> {
        if (before == null || !before.remove(left.address())) {
          return left.address() + " leaves, and was no member";
        }
      }
      case MembershipEvent.Draining _, MembershipEvent.Ready _ -> {}
    }
    GroupId group = event.group();
    return before == null || before.size() != now.size() || !before.containsAll(now)
        ? "the events of " + group + " lead to " + before + ", the snapshot is " + now
        : null;
  }
}
