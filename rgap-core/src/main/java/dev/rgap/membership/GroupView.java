package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** What people and outputs get to see of the members of one group: how long each of them stays. */
final class GroupView {

  /** Members that are looked at under one hold of the lock, so that this can't stop the intake. */
  private static final int BATCH = 256;

  /** Steps that may be taken to find out who leaves first. */
  private static final int SEARCH_STEPS = 4_096;

  private final Group group;
  private final Publication publication;
  private final Pulse pulse;

  /** The membership's, of all groups. */
  private final Lock lock;

  @GuardedBy("lock")
  private final GroupTable table;

  @GuardedBy("lock")
  private final Grace grace;

  /** Called with the lock held. */
  GroupView(
      Group group, Publication publication, GroupTable table, Grace grace, Pulse pulse, Lock lock) {
    this.group = group;
    this.publication = publication;
    this.table = table;
    this.grace = grace;
    this.pulse = pulse;
    this.lock = lock;
  }

  /**
   * Members, sorted by address.
   *
   * @param after those behind this address; null for all
   * @param most at most so many
   */
  List<Member> members(@Nullable IpAddress after, int most) {
    List<IpAddress> all = publication.snapshot().addresses();
    int found = after == null ? -1 : Collections.binarySearch(all, after);
    int begin = after == null ? 0 : found < 0 ? -found - 1 : found + 1;
    List<Member> members = new ArrayList<>(Math.min(all.size() - begin, most));
    Iterator<IpAddress> rest = all.listIterator(begin);
    while (rest.hasNext() && members.size() < most) {
      lock.lock();
      try {
        long now = pulse.now();
        Instant wallNow = pulse.instant();
        Grace present = grace;
        for (int i = 0; i < BATCH && rest.hasNext() && members.size() < most; i++) {
          IpAddress address = rest.next();
          table.show(
              address.high(),
              address.low(),
              (rows, slot, held, drains) -> {
                long deadline = rows.deadline(slot);
                Member.Origin origin = origin(rows, slot, group.keys());
                members.add(member(address, deadline, held, drains, origin, present, now, wallNow));
              });
        }
      } finally {
        lock.unlock();
      }
    }
    return members;
  }

  /** Called with the lock held. */
  private static Member.Origin origin(MemberRows rows, int slot, GroupKeys keys) {
    long trail = rows.trail(slot);
    long since = Trail.sinceSeconds(trail);
    long senderHigh = rows.senderHigh(slot);
    long senderLow = rows.senderLow(slot);
    return new Member.Origin(
        since == 0 ? null : Instant.ofEpochSecond(since),
        Instant.EPOCH.plus(rows.timestamp(slot), ChronoUnit.MICROS),
        senderHigh == 0 && senderLow == 0 ? null : new IpAddress(senderHigh, senderLow),
        Trail.hasSkew(trail) ? Duration.of(Trail.skewMicros(trail), ChronoUnit.MICROS) : null,
        keys.fingerprint(Trail.key(trail)));
  }

  private static Member member(
      IpAddress address,
      long deadline,
      boolean held,
      boolean draining,
      Member.Origin origin,
      Grace grace,
      long now,
      Instant wallNow) {
    Duration remaining = held ? Duration.ZERO : remaining(grace, deadline, now);
    Instant expiresAt = held ? wallNow.plusNanos(deadline - now) : wallNow.plus(remaining);
    return new Member(
        address, expiresAt.truncatedTo(ChronoUnit.MICROS), remaining, held, draining, origin);
  }

  /** Whether an address is a member that drains. */
  boolean isDraining(IpAddress address) {
    lock.lock();
    try {
      return table.isDraining(address.high(), address.low());
    } finally {
      lock.unlock();
    }
  }

  /** How many members are due and kept by the guard. */
  int held() {
    lock.lock();
    try {
      return table.held();
    } finally {
      lock.unlock();
    }
  }

  /** How long until the first member leaves; 0 if one is held. */
  long remainingNanos() {
    lock.lock();
    try {
      if (table.held() > 0) {
        return 0;
      }
      if (table.size() == 0) {
        return Long.MAX_VALUE;
      }
      long now = pulse.now();
      return remaining(grace, table.earliestDeadline(SEARCH_STEPS), now).toNanos();
    } finally {
      lock.unlock();
    }
  }

  private static Duration remaining(Grace grace, long deadline, long now) {
    return Duration.ofNanos(Math.max(0, grace.leaving(deadline, now) - now));
  }
}
