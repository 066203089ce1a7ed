package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.Rejection;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The membership of all configured groups, kept up by genuine announcements and by time.
 *
 * <p>This is the shell around the {@link GroupTable}s: it reads the clock, turns an announcement's
 * wall-clock expiry into a deadline of the monotonic clock (once, so that later steps of the wall
 * clock move no deadline), holds the lock, publishes snapshots and events, and has itself called
 * when the next member is due. It sleeps until exactly then and does nothing in between.
 */
public final class LiveMembership implements Membership, AutoCloseable {

  /**
   * Members that are dealt with under one hold of the lock, so that neither a mass expiry nor a
   * look at all members can stop the intake.
   */
  private static final int BATCH = 256;

  /** Steps that may be taken to find out who leaves first. */
  private static final int SEARCH_STEPS = 4_096;

  /** One configured group: its table, what is published of it, and when it needs attention. */
  private final class Group {
    final GroupConfig config;
    final GroupTable table;

    /** Publishes that a member has left the table. */
    final GroupTable.Visitor leaving = (high, low, deadline) -> leave(this, high, low);

    volatile GroupSnapshot snapshot;

    /** The last wake-up asked for on the group's behalf; only while {@code alarmed}. */
    long alarmAt;

    boolean alarmed;

    /** Who is told about the group; replaced when that changes. */
    List<Mailbox> subscribers = List.of();

    Group(GroupConfig config, long nowNanos) {
      this.config = config;
      long longestLife = 1_000 * (config.expireMicros() + config.clockSkewMicros());
      this.table = new GroupTable(config.maxMembers(), longestLife, nowNanos);
      this.snapshot = GroupSnapshot.empty(config.id(), config.readinessDelay().isZero());
    }
  }

  /** A group's wish to be looked at. One that the group has since replaced is passed over. */
  private record Alarm(long at, Group group) {}

  /** Fair: whoever has a lot to do lets the others in after each batch. */
  private final Lock lock = new ReentrantLock(true);

  private final Scheduler scheduler;
  private final HostClock clock;

  /** Never changed after construction. */
  private final Map<GroupId, Group> groups = new HashMap<>();

  private final List<GroupId> groupIds;

  /** What makes groups ready after their delay. */
  private final List<Scheduler.Task> readiness = new ArrayList<>();

  // Guarded by the lock:
  private final PriorityQueue<Alarm> alarms;
  private Scheduler.@Nullable Task wakeUp;
  private long wakeUpAt;
  private boolean closed;

  /**
   * Makes the groups, empty. Their readiness delays begin now.
   *
   * @param scheduler calls back when members are due; stays the caller's to close
   * @throws IllegalArgumentException if two groups have one id
   */
  public LiveMembership(Collection<GroupConfig> configs, Scheduler scheduler) {
    this.scheduler = scheduler;
    this.clock = scheduler.clock();
    long start = clock.nanoTime();
    for (GroupConfig config : configs) {
      if (groups.put(config.id(), new Group(config, start)) != null) {
        throw new IllegalArgumentException("group " + config.id() + " is given twice");
      }
    }
    groupIds = groups.keySet().stream().sorted().toList();
    alarms = new PriorityQueue<>((a, b) -> Long.compare(a.at() - start, b.at() - start));
    for (Group group : groups.values()) {
      if (!group.snapshot.ready()) {
        long readyAt = start + group.config.readinessDelay().toNanos();
        readiness.add(scheduler.at(readyAt, () -> becomeReady(group)));
      }
    }
  }

  /**
   * Takes in an announcement that has passed all checks.
   *
   * @param id a configured group
   * @param addressHigh the address's first half
   * @param addressLow the address's second half
   * @param timestampMicros the announcement's timestamp
   * @param nowMicros the time by this host's wall clock
   * @return null if it was news, {@link Rejection#REPLAY} for a duplicate or a replay, {@link
   *     Rejection#STALE} for one whose life is already over, {@link Rejection#FULL} if the group
   *     has no place for another member
   */
  public @Nullable Rejection accept(
      GroupId id, long addressHigh, long addressLow, long timestampMicros, long nowMicros) {
    Group group = groups.get(id);
    if (group == null) {
      throw new IllegalArgumentException("group " + id + " is not configured");
    }
    long remainingMicros = timestampMicros + group.config.expireMicros() - nowMicros;
    if (remainingMicros <= 0) {
      return Rejection.STALE;
    }
    List<Mailbox> told = List.of();
    GroupTable.Outcome outcome;
    lock.lock();
    try {
      long now = clock.nanoTime();
      long deadline = now + remainingMicros * 1_000;
      // If it was due before this came, it leaves first: leaving and coming back are two events.
      // All others who are due leave in their own time, so that they don't hold up the intake.
      outcome =
          group.table.accept(
              addressHigh, addressLow, timestampMicros, deadline, now, group.leaving);
      if (outcome == GroupTable.Outcome.JOINED) {
        join(group, addressHigh, addressLow);
        told = group.subscribers;
        arm(group);
      }
    } finally {
      lock.unlock();
    }
    told.forEach(Mailbox::wake);
    return switch (outcome) {
      case JOINED, REFRESHED -> null;
      case REPLAYED -> Rejection.REPLAY;
      case FULL -> Rejection.FULL;
    };
  }

  private void becomeReady(Group group) {
    List<Mailbox> told;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      GroupSnapshot snapshot = group.snapshot.becomeReady();
      publish(group, snapshot, new Ready(snapshot));
      told = group.subscribers;
    } finally {
      lock.unlock();
    }
    told.forEach(Mailbox::wake);
  }

  /** Lets everybody leave who is due, and asks to be called for the next one. */
  private void expireDue() {
    lock.lock();
    try {
      wakeUp = null;
    } finally {
      lock.unlock();
    }
    while (expireSome()) {}
  }

  /** Whether there may be more to do. */
  private boolean expireSome() {
    List<Mailbox> told = List.of();
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      long now = clock.nanoTime();
      Alarm alarm = alarms.peek();
      if (alarm == null || alarm.at() - now > 0) {
        wakeUpForFirstAlarm();
        return false;
      }
      alarms.remove();
      Group group = alarm.group();
      if (group.alarmed && group.alarmAt == alarm.at()) {
        group.alarmed = false;
        for (int i = 0; i < BATCH && group.table.expire(now, group.leaving); i++) {}
        told = group.subscribers;
        arm(group);
      }
    } finally {
      lock.unlock();
    }
    told.forEach(Mailbox::wake);
    return true;
  }

  private void join(Group group, long high, long low) {
    GroupSnapshot snapshot = group.snapshot.with(high, low);
    publish(group, snapshot, new Joined(snapshot, new IpAddress(high, low)));
  }

  private void leave(Group group, long high, long low) {
    GroupSnapshot snapshot = group.snapshot.without(high, low);
    publish(group, snapshot, new Left(snapshot, new IpAddress(high, low)));
  }

  private void publish(Group group, GroupSnapshot snapshot, MembershipEvent event) {
    group.snapshot = snapshot;
    for (Mailbox mailbox : group.subscribers) {
      mailbox.put(event);
    }
  }

  // --- being called in time ----------------------------------------------------------------------

  /** Makes sure that the group is looked at when its next member may be due. */
  private void arm(Group group) {
    if (group.table.size() == 0) {
      return;
    }
    long due = group.table.nextDue();
    if (group.alarmed && group.alarmAt - due <= 0) {
      return;
    }
    group.alarmed = true;
    group.alarmAt = due;
    alarms.add(new Alarm(due, group));
    wakeUpForFirstAlarm();
  }

  private void wakeUpForFirstAlarm() {
    Alarm first = alarms.peek();
    if (first == null || closed || (wakeUp != null && wakeUpAt - first.at() <= 0)) {
      return;
    }
    if (wakeUp != null) {
      wakeUp.cancel();
    }
    wakeUpAt = first.at();
    wakeUp = scheduler.at(wakeUpAt, this::expireDue);
  }

  // --- the view ----------------------------------------------------------------------------------

  @Override
  public List<GroupId> groups() {
    return groupIds;
  }

  @Override
  public GroupSnapshot snapshot(GroupId id) {
    Group group = groups.get(id);
    return group == null ? GroupSnapshot.empty(id, true) : group.snapshot;
  }

  @Override
  public List<Member> members(GroupId id) {
    Group group = groups.get(id);
    if (group == null) {
      return List.of();
    }
    List<IpAddress> addresses = group.snapshot.addresses();
    List<Member> members = new ArrayList<>(addresses.size());
    Iterator<IpAddress> rest = addresses.iterator();
    while (rest.hasNext()) {
      lock.lock();
      try {
        long now = clock.nanoTime();
        Instant wallNow = clock.instant();
        for (int i = 0; i < BATCH && rest.hasNext(); i++) {
          IpAddress address = rest.next();
          group.table.show(
              address.high(),
              address.low(),
              (high, low, deadline) -> {
                Duration remaining = Duration.ofNanos(Math.max(0, deadline - now));
                Instant expiresAt = wallNow.plus(remaining).truncatedTo(ChronoUnit.MICROS);
                members.add(new Member(address, expiresAt, remaining));
              });
        }
      } finally {
        lock.unlock();
      }
    }
    return members;
  }

  @Override
  public long remainingNanos(GroupId id) {
    Group group = groups.get(id);
    if (group == null) {
      return Long.MAX_VALUE;
    }
    lock.lock();
    try {
      return group.table.size() == 0
          ? Long.MAX_VALUE
          : Math.max(0, group.table.earliestDeadline(SEARCH_STEPS) - clock.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription subscribe(
      Set<GroupId> subscribed, Executor executor, Consumer<? super MembershipEvent> subscriber) {
    List<GroupId> wanted = subscribed.stream().sorted().toList();
    List<Group> known = wanted.stream().map(groups::get).filter(Objects::nonNull).toList();
    Mailbox mailbox =
        new Mailbox(
            executor,
            subscriber,
            () -> wanted.stream().map(this::snapshot).toList(),
            lock,
            closing -> unsubscribe(closing, known));
    lock.lock();
    try {
      for (Group group : known) {
        List<Mailbox> more = new ArrayList<>(group.subscribers);
        more.add(mailbox);
        group.subscribers = List.copyOf(more);
      }
      wanted.forEach(id -> mailbox.put(new State(snapshot(id), 0)));
    } finally {
      lock.unlock();
    }
    mailbox.wake();
    return mailbox;
  }

  private void unsubscribe(Mailbox mailbox, List<Group> from) {
    lock.lock();
    try {
      for (Group group : from) {
        group.subscribers =
            group.subscribers.stream().filter(subscriber -> subscriber != mailbox).toList();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops the clockwork: nobody leaves or gets ready any more, what is published stays. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (wakeUp != null) {
        wakeUp.cancel();
        wakeUp = null;
      }
      readiness.forEach(Scheduler.Task::cancel);
    } finally {
      lock.unlock();
    }
  }
}
