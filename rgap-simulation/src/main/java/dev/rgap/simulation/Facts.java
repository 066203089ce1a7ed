package dev.rgap.simulation;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an {@link Oracle} knows about a site, from what it has seen itself. */
final class Facts {

  final Map<GroupId, Known> groups = new TreeMap<>();

  /** When they were configured anew, by the timeline. */
  final Map<GroupId, Long> reloaded = new HashMap<>();

  /** The file of members. */
  byte[] members = new byte[0];

  /** Whether it may be another one, as the host has crashed. */
  boolean torn;

  boolean kept;

  // By the clock that goes on in sleep:
  long keptSince;
  long pauseFrom;
  long pauseTo;

  /** Whether there was another pause not long before that one. */
  boolean pausedBefore;

  // By the timeline:
  long startedAt;
  long lastPaused;
  long lastRefused = Long.MIN_VALUE / 2;

  // Of the datagram that is dealt with:
  List<IpAddress> before = List.of();
  long accepted;
  long farewells;
  long lines;
  long linesOfRejected;

  Known group(GroupId id) {
    return groups.computeIfAbsent(id, unknown -> new Known());
  }

  /** A program starts, which knows nothing. */
  void forget(long now, long bootNanos) {
    startedAt = now;
    lastPaused = now;
    pauseFrom = bootNanos;
    pauseTo = bootNanos;
    pausedBefore = true;
    linesOfRejected = 0;
    groups.values().forEach(known -> known.forget(now));
  }

  /** Goes by these times from now on, where they are longer. */
  void limits(List<GroupConfig> configured) {
    for (GroupConfig group : configured) {
      Known.Limits limits = group(group.id()).limits;
      long expire = group.expire().toNanos();
      limits.expireNanos = Math.max(limits.expireNanos, expire);
      limits.fullGraceNanos =
          Math.max(limits.fullGraceNanos, Math.max(expire, group.readinessDelay().toNanos()));
      if (group.guard() != null) {
        limits.holdNanos = Math.max(limits.holdNanos, group.guard().hold().toNanos());
      }
    }
  }

  long longestGraceNanos() {
    long longest = 0;
    for (Known known : groups.values()) {
      longest = Math.max(longest, known.limits.fullGraceNanos);
    }
    return longest;
  }
}
