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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
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

  /** Members that leave under one hold of the lock, so that a mass expiry can't stop the intake. */
  private static final int EXPIRY_BATCH = 256;

  /** One configured group: its table, what is published of it, and when it needs attention. */
  private final class Group {
    final GroupConfig config;
    final GroupTable table = new GroupTable();

    /** Publishes that a member has left the table. */
    final GroupTable.Visitor leaving = (high, low, deadline) -> leave(this, high, low);

    volatile GroupSnapshot snapshot;

    /** The last wake-up asked for on the group's behalf; only while {@code alarmed}. */
    long alarmAt;

    boolean alarmed;

    Group(GroupConfig config) {
      this.config = config;
      this.snapshot = GroupSnapshot.empty(config.id(), config.readinessDelay().isZero());
    }
  }

  /** A group's wish to be looked at. One that the group has since replaced is passed over. */
  private record Alarm(long at, Group group) {}

  private final Object lock = new Object();
  private final Scheduler scheduler;
  private final HostClock clock;

  /** Never changed after construction. */
  private final Map<GroupId, Group> groups = new HashMap<>();

  private final List<GroupId> groupIds;

  /** What makes groups ready after their delay. */
  private final List<Scheduler.Task> readiness = new ArrayList<>();

  // Guarded by the lock:
  private final Map<Mailbox, Set<GroupId>> mailboxes = new LinkedHashMap<>();
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
    for (GroupConfig config : configs) {
      if (groups.put(config.id(), new Group(config)) != null) {
        throw new IllegalArgumentException("group " + config.id() + " is given twice");
      }
    }
    groupIds = groups.keySet().stream().sorted().toList();
    long start = clock.nanoTime();
    alarms = new PriorityQueue<>(Comparator.comparingLong(alarm -> alarm.at() - start));
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
   *     Rejection#STALE} for one whose life is already over
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
    synchronized (lock) {
      long now = clock.nanoTime();
      // If it was due before this came, it leaves first: leaving and coming back are two events.
      // All others who are due leave in their own time, so that they don't hold up the intake.
      group.table.expire(addressHigh, addressLow, now, group.leaving);
      long deadline = now + remainingMicros * 1_000;
      outcome = group.table.accept(addressHigh, addressLow, timestampMicros, deadline);
      if (outcome == GroupTable.Outcome.JOINED) {
        GroupSnapshot snapshot = group.snapshot.with(addressHigh, addressLow);
        told =
            publish(group, snapshot, new Joined(snapshot, new IpAddress(addressHigh, addressLow)));
        arm(group);
      }
    }
    told.forEach(Mailbox::wake);
    return outcome == GroupTable.Outcome.REPLAYED ? Rejection.REPLAY : null;
  }

  private void becomeReady(Group group) {
    List<Mailbox> told;
    synchronized (lock) {
      if (closed) {
        return;
      }
      GroupSnapshot snapshot = group.snapshot.becomeReady();
      told = publish(group, snapshot, new Ready(snapshot));
    }
    told.forEach(Mailbox::wake);
  }

  /** Lets everybody leave who is due, and asks to be called for the next one. */
  private void expireDue() {
    Set<Mailbox> told = new LinkedHashSet<>();
    synchronized (lock) {
      wakeUp = null;
    }
    boolean more = true;
    while (more) {
      synchronized (lock) {
        if (closed) {
          return;
        }
        long now = clock.nanoTime();
        Alarm alarm = alarms.peek();
        more = alarm != null && alarm.at() - now <= 0;
        if (more) {
          alarms.remove();
          Group group = alarm.group();
          if (group.alarmed && group.alarmAt == alarm.at()) {
            group.alarmed = false;
            told.addAll(expire(group, now, EXPIRY_BATCH));
            arm(group);
          }
        } else {
          wakeUpForFirstAlarm();
        }
      }
      told.forEach(Mailbox::wake);
      told.clear();
    }
  }

  private List<Mailbox> expire(Group group, long now, int atMost) {
    int count = 0;
    while (count < atMost && group.table.expireOne(now, group.leaving)) {
      count++;
    }
    return count > 0 ? subscribersOf(group) : List.of();
  }

  private void leave(Group group, long high, long low) {
    GroupSnapshot snapshot = group.snapshot.without(high, low);
    publish(group, snapshot, new Left(snapshot, new IpAddress(high, low)));
  }

  private List<Mailbox> publish(Group group, GroupSnapshot snapshot, MembershipEvent event) {
    group.snapshot = snapshot;
    List<Mailbox> subscribers = subscribersOf(group);
    for (Mailbox mailbox : subscribers) {
      mailbox.put(event);
    }
    return subscribers;
  }

  private List<Mailbox> subscribersOf(Group group) {
    List<Mailbox> subscribers = new ArrayList<>(mailboxes.size());
    mailboxes.forEach((mailbox, subscribed) -> {
      if (subscribed.contains(group.config.id())) {
        subscribers.add(mailbox);
      }
    });
    return subscribers;
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
    List<Member> members;
    synchronized (lock) {
      members = new ArrayList<>(group.table.size());
      long now = clock.nanoTime();
      Instant wallNow = clock.instant();
      group.table.forEach((high, low, deadline) -> {
        Duration remaining = Duration.ofNanos(Math.max(0, deadline - now));
        members.add(
            new Member(
                new IpAddress(high, low),
                wallNow.plus(remaining).truncatedTo(ChronoUnit.MICROS),
                remaining));
      });
    }
    members.sort(Comparator.comparing(Member::address));
    return members;
  }

  @Override
  public long remainingNanos(GroupId id) {
    Group group = groups.get(id);
    if (group == null) {
      return Long.MAX_VALUE;
    }
    synchronized (lock) {
      return group.table.size() == 0
          ? Long.MAX_VALUE
          : Math.max(0, group.table.earliestDeadline() - clock.nanoTime());
    }
  }

  @Override
  public Subscription subscribe(
      Set<GroupId> subscribed, Executor executor, Consumer<? super MembershipEvent> subscriber) {
    Set<GroupId> wanted = Set.copyOf(subscribed);
    Mailbox mailbox =
        new Mailbox(
            executor,
            subscriber,
            () -> wanted.stream().sorted().map(this::snapshot).toList(),
            lock,
            this::unsubscribe);
    synchronized (lock) {
      mailboxes.put(mailbox, wanted);
      wanted.stream().sorted().forEach(id -> mailbox.put(new State(snapshot(id), 0)));
    }
    mailbox.wake();
    return mailbox;
  }

  private void unsubscribe(Mailbox mailbox) {
    synchronized (lock) {
      mailboxes.remove(mailbox);
    }
  }

  /** Stops the clockwork: nobody leaves or gets ready any more, what is published stays. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (wakeUp != null) {
        wakeUp.cancel();
        wakeUp = null;
      }
      readiness.forEach(Scheduler.Task::cancel);
    }
  }
}
