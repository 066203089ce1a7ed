package dev.rgap.scenarios;

import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group in the most obvious way: who is in it until when. Time is looked at whenever something is
 * asked. Without guard, damping and readiness delay.
 */
final class GroupModel {

  static final long EXPIRE_MICROS = 30_000_000;
  static final long SKEW_MICROS = 10_000_000;

  private static final long REMEMBERED_NANOS = (EXPIRE_MICROS + SKEW_MICROS) * 1_000;

  /**
   * What a host says.
   *
   * @param state null if it is an announcement of version 1
   */
  record Said(IpAddress address, long timestamp, @Nullable AnnouncedState state) {
    boolean drains() {
      return state == AnnouncedState.DRAINING;
    }

    /** As a datagram, which is always the same. */
    byte[] sign(AnnouncementSigner signer, GroupId group, PreSharedKey key) {
      Announcement announcement = new Announcement(group, timestamp, address);
      return state == null ? signer.sign(announcement, key) : signer.sign(announcement, state, key);
    }
  }

  /** What a member has said last, and until when that counts. */
  record Life(Said said, long deadlineNanos) {}

  private record Farewell(long timestamp, long until) {}

  /** A timestamp that counts for some time. */
  private static final class Latest {
    long timestamp = Long.MIN_VALUE;
    long until;

    Latest(long now) {
      until = now;
    }

    void raise(long to, long now) {
      if (to > timestamp || now >= until) {
        timestamp = to;
        until = now + REMEMBERED_NANOS;
      }
    }

    long at(long now) {
      return now < until ? timestamp : Long.MIN_VALUE;
    }
  }

  final Map<IpAddress, Life> members = new HashMap<>();
  private final int maxMembers;
  private final boolean keepsDraining;

  /** How often something has become another than it was. */
  long changes;

  /** Of those who have fallen silent. */
  private Latest silent;

  /** Of those who have said goodbye. */
  private Latest goodbye;

  /** Who has said goodbye, in the order in which they did. */
  private final LinkedHashMap<IpAddress, Farewell> farewells = new LinkedHashMap<>();

  /** When those would have left who have said goodbye: until then they need their rows. */
  private final List<Long> rowsOfOthers = new ArrayList<>();

  GroupModel(int maxMembers, boolean keepsDraining, long nowNanos) {
    this.maxMembers = maxMembers;
    this.keepsDraining = keepsDraining;
    silent = new Latest(nowNanos);
    goodbye = new Latest(nowNanos);
  }

  SortedSet<IpAddress> addresses() {
    return new TreeSet<>(members.keySet());
  }

  SortedSet<IpAddress> draining() {
    SortedSet<IpAddress> draining = addresses();
    draining.removeIf(address -> !drains(address));
    return draining;
  }

  boolean drains(IpAddress address) {
    Life life = members.get(address);
    return life != null && life.said().drains();
  }

  void expire(long nowNanos) {
    List<Life> left =
        members.values().stream()
            .filter(life -> life.deadlineNanos() <= nowNanos)
            .sorted(Comparator.comparingLong(Life::deadlineNanos))
            .toList();
    for (Life life : left) {
      silent.raise(life.said().timestamp(), life.deadlineNanos());
    }
    changes += left.size();
    members.values().removeAll(left);
    farewells.values().removeIf(farewell -> farewell.until() <= nowNanos);
    rowsOfOthers.removeIf(deadline -> deadline <= nowNanos);
  }

  private boolean isOld(Said said, long nowNanos) {
    Farewell farewell = farewells.get(said.address());
    return said.timestamp() <= silent.at(nowNanos)
        || (farewell != null && said.timestamp() <= farewell.timestamp());
  }

  /** Whether it is heeded. */
  boolean hear(Said said, long nowMicros, long nowNanos) {
    if (Math.abs(said.timestamp() - nowMicros) > SKEW_MICROS) {
      return false;
    }
    boolean leaves = said.state() == AnnouncedState.LEAVING || (said.drains() && !keepsDraining);
    return leaves ? leave(said, nowNanos) : accept(said, nowMicros, nowNanos);
  }

  private boolean leave(Said said, long nowNanos) {
    Life life = members.get(said.address());
    Farewell known = farewells.get(said.address());
    if (life == null && known != null && known.timestamp() == said.timestamp()) {
      return true;
    }
    if (life == null ? isOld(said, nowNanos) : said.timestamp() <= life.said().timestamp()) {
      return false;
    }
    farewells.remove(said.address());
    if (farewells.size() == maxMembers) {
      silent.raise(farewells.pollFirstEntry().getValue().timestamp(), nowNanos);
    }
    farewells.put(said.address(), new Farewell(said.timestamp(), nowNanos + REMEMBERED_NANOS));
    goodbye.raise(said.timestamp(), nowNanos);
    if (life != null) {
      changes++;
      members.remove(said.address());
      rowsOfOthers.add(life.deadlineNanos());
    }
    return true;
  }

  private static long deadline(Said said, long nowMicros, long nowNanos) {
    return nowNanos + (said.timestamp() + EXPIRE_MICROS - nowMicros) * 1_000;
  }

  private boolean accept(Said said, long nowMicros, long nowNanos) {
    long deadline = deadline(said, nowMicros, nowNanos);
    Life life = members.get(said.address());
    if (life == null) {
      if (isOld(said, nowNanos)
          || members.size() == maxMembers
          || members.size() + rowsOfOthers.size() >= 2 * maxMembers) {
        return false;
      }
      changes += said.drains() ? 2 : 1;
      farewells.remove(said.address());
      members.put(said.address(), new Life(said, deadline));
      return true;
    }
    if (said.timestamp() <= life.said().timestamp()) {
      return false;
    }
    changes += said.drains() == life.said().drains() ? 0 : 1;
    members.put(said.address(), new Life(said, Math.max(deadline, life.deadlineNanos())));
    return true;
  }

  /** Another process takes over what this one has kept, in no time. */
  void restart(long nowMicros, long nowNanos) {
    expire(nowNanos);
    long departed = Math.max(silent.at(nowNanos), goodbye.at(nowNanos));
    List<Life> kept = List.copyOf(members.values());
    members.clear();
    farewells.clear();
    rowsOfOthers.clear();
    silent = new Latest(nowNanos);
    goodbye = new Latest(nowNanos);
    for (Life life : kept) {
      Said said = life.said();
      if (said.state() != null || said.timestamp() > nowMicros + SKEW_MICROS) {
        continue;
      }
      long deadline = deadline(said, nowMicros, nowNanos);
      if (deadline <= nowNanos) {
        silent.raise(said.timestamp(), nowNanos);
      } else {
        members.put(said.address(), new Life(said, deadline));
      }
    }
    silent.raise(departed, nowNanos);
  }
}
