package dev.rgap.scenarios;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Damping;
import dev.rgap.membership.Guard;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a guarded and damped group does, in the most obvious way: with lists of all that was. */
final class GuardModel {

  private record Life(long timestamp, long deadline) {}

  private record Size(long since, int size) {}

  private record Waiting(long first, long timestamp, int announcements) {}

  private static final class Episode {
    final long began;
    final int before;
    @Nullable Long fineSince;

    Episode(long began, int before) {
      this.began = began;
      this.before = before;
    }
  }

  private final long expireNanos;
  private final Map<IpAddress, Life> members = new HashMap<>();
  private final Set<IpAddress> held = new HashSet<>();
  private final List<Size> sizes = new ArrayList<>();
  private final Map<IpAddress, Waiting> pending = new HashMap<>();
  private final Map<IpAddress, Long> departed = new HashMap<>();
  private @Nullable Guard guard;
  private @Nullable Damping damping;
  private @Nullable Episode episode;
  private long lastHeard;
  private int episodes;
  private long leftTimestamp = Long.MIN_VALUE;
  private long leftUntil;

  GuardModel(Duration expire, @Nullable Guard guard, @Nullable Damping damping, long now) {
    this.expireNanos = expire.toNanos();
    this.guard = guard;
    this.damping = damping;
    this.lastHeard = now;
    this.leftUntil = now;
  }

  Set<IpAddress> published() {
    return new TreeSet<>(members.keySet());
  }

  Set<IpAddress> held() {
    return new TreeSet<>(held);
  }

  int episodes() {
    return episodes;
  }

  void change(@Nullable Guard toGuard, @Nullable Damping toDamping, long now) {
    Guard was = guard;
    Damping wasDamped = damping;
    if (wasDamped != null) {
      pending.values().removeIf(known -> now - known.first >= wasDamped.within().toNanos());
    }
    guard = toGuard;
    damping = toDamping;
    if (toDamping == null) {
      pending.clear();
      departed.clear();
    }
    Episode present = episode;
    if (toGuard == null) {
      if (present != null) {
        end(now);
      }
    } else if (was == null) {
      lastHeard = now;
      sizes.clear();
    } else if (!was.window().equals(toGuard.window())) {
      sizes.clear();
    }
    if (sizes.isEmpty()) {
      sizes.add(new Size(Long.MIN_VALUE, members.size()));
    }
    if (toGuard != null && present != null && live() < floor(toGuard, present.before)) {
      present.fineSince = null;
    }
  }

  /** Does all that is due until then, in order. */
  void advanceTo(long time) {
    while (true) {
      long endOfEpisode = endOfEpisode();
      IpAddress first = null;
      long due = Long.MAX_VALUE;
      for (Map.Entry<IpAddress, Life> entry : members.entrySet()) {
        if (!held.contains(entry.getKey()) && entry.getValue().deadline < due) {
          first = entry.getKey();
          due = entry.getValue().deadline;
        }
      }
      if (Math.min(endOfEpisode, due) > time) {
        return;
      }
      if (endOfEpisode <= due) {
        end(endOfEpisode);
      } else if (first != null) {
        due(first, due);
      }
    }
  }

  private int live() {
    return members.size() - held.size();
  }

  private static int floor(Guard guard, int before) {
    return Math.max(guard.minMembers(), before - before * guard.maxLossPercent() / 100);
  }

  private boolean isSilent(long now) {
    return now - lastHeard >= expireNanos / 2;
  }

  private long endOfEpisode() {
    Episode present = episode;
    if (guard == null || present == null) {
      return Long.MAX_VALUE;
    }
    long until = present.began + guard.hold().toNanos();
    if (present.fineSince == null) {
      return until;
    }
    long fine = present.fineSince + guard.window().toNanos();
    return isSilent(fine) ? until : Math.min(fine, until);
  }

  private void end(long now) {
    for (IpAddress address : List.copyOf(held)) {
      held.remove(address);
      leave(address, now);
    }
    episode = null;
    sizes.clear();
    sizes.add(new Size(Long.MIN_VALUE, members.size()));
  }

  private void due(IpAddress address, long now) {
    Guard limits = guard;
    Episode present = episode;
    if (limits == null) {
      leave(address, now);
      return;
    }
    if (present == null) {
      int before = sizeAtBegin(limits, now);
      if (!isSilent(now) && members.size() - 1 >= floor(limits, before)) {
        leave(address, now);
        return;
      }
      episodes++;
      present = new Episode(now, before);
      episode = present;
    }
    held.add(address);
    if (live() < floor(limits, present.before)) {
      present.fineSince = null;
    }
  }

  private int sizeAtBegin(Guard limits, long now) {
    long slice = limits.window().toNanos() / 32;
    long begin = (Math.floorDiv(now, slice) - 32) * slice;
    int size = 0;
    for (Size known : sizes) {
      size = known.since < begin ? known.size : size;
    }
    return size;
  }

  private void leave(IpAddress address, long now) {
    Life life = members.remove(address);
    if (life != null && (life.timestamp > leftTimestamp || now >= leftUntil)) {
      leftTimestamp = life.timestamp;
      leftUntil = now + 2 * expireNanos;
    }
    sizes.add(new Size(now, members.size()));
    if (damping != null) {
      departed.put(address, now);
    }
  }

  /** An announcement, when all that is due has been done. */
  Admission accept(IpAddress address, long timestamp, long nowMicros, long now) {
    long deadline = now + timestamp * 1_000 + expireNanos - nowMicros * 1_000;
    Life life = members.get(address);
    if (life == null) {
      if (timestamp <= leftTimestamp && now < leftUntil) {
        return Admission.REPLAY;
      }
      Admission fate = proves(address, timestamp, now);
      if (fate != Admission.JOINED) {
        return fate;
      }
      members.put(address, new Life(timestamp, deadline));
      sizes.add(new Size(now, members.size()));
    } else if (timestamp <= life.timestamp) {
      return Admission.REPLAY;
    } else {
      boolean wasHeld = held.remove(address);
      members.put(
          address, new Life(timestamp, wasHeld ? deadline : Math.max(deadline, life.deadline)));
    }
    heard(now);
    return life == null ? Admission.JOINED : Admission.REFRESHED;
  }

  private Admission proves(IpAddress address, long timestamp, long now) {
    Damping limits = damping;
    Long left = departed.remove(address);
    if (limits == null || (left != null && now - left < expireNanos)) {
      return Admission.JOINED;
    }
    Waiting known = pending.get(address);
    if (known == null || now - known.first >= limits.within().toNanos()) {
      pending.put(address, new Waiting(now, timestamp, 1));
      return Admission.PENDING;
    }
    if (timestamp <= known.timestamp) {
      return Admission.REPLAY;
    }
    if (known.announcements + 1 >= limits.minAnnouncements()) {
      pending.remove(address);
      return Admission.JOINED;
    }
    pending.put(address, new Waiting(known.first, timestamp, known.announcements + 1));
    return Admission.PENDING;
  }

  private void heard(long now) {
    Guard limits = guard;
    Episode present = episode;
    if (limits != null && present != null) {
      if (live() < floor(limits, present.before)) {
        present.fineSince = null;
      } else if (present.fineSince == null || isSilent(now)) {
        present.fineSince = now;
      }
    }
    lastHeard = now;
  }
}
