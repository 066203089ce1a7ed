package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The membership of all configured groups, kept up by genuine announcements and by time. Groups can
 * be added, replaced and removed while it runs.
 *
 * <pre>
 *   find ---> Groups (immutable) ---> Group: GroupTable, deadlines ---> Publication: snapshot,
 *                                       |                                subscribers
 *                                       +-- Scheduler                        ^
 *   snapshot, subscribe, watch ----------------------------------------------+
 * </pre>
 *
 * <p>Concurrency: one fair lock guards all tables and subscriptions, so that an event reaches all
 * subscribers in one order; whoever has a lot to do lets the others in after each batch. A {@link
 * Subscriber}'s monitor is taken under it, never the other way round. Subscribers are woken, and so
 * executors called, only after the lock was released. The directory of groups and each group's
 * snapshot are read without it. Changes of the configuration take turns by a monitor of their own,
 * which is taken before the lock.
 */
@InternalApi
public final class LiveMembership implements Membership, AutoCloseable {

  private final Lock lock = new ReentrantLock(true);
  private final HostClock clock;
  private final Pulse pulse;

  /** Taken by those who change which groups there are. */
  private final Object changing = new Object();

  /** Replaced by those who hold {@link #changing}. */
  private volatile Groups groups = new Groups(List.of());

  /** Whether groups keep what outlives the process; changed by those who hold {@link #changing}. */
  private volatile boolean keeping;

  /** Of groups that are or were configured, or that somebody waits for. Changed under the lock. */
  private final Map<GroupId, Publication> publications = new ConcurrentHashMap<>();

  /** Who is told about groups that are not configured yet, too. */
  @GuardedBy("lock")
  private final List<Subscriber> ofAll = new ArrayList<>();

  /**
   * Makes the groups, empty. Their readiness delays begin now.
   *
   * @param scheduler calls back when members are due; stays the caller's to close
   * @throws IllegalArgumentException if two groups have one id
   */
  public LiveMembership(Collection<GroupConfig> configs, Scheduler scheduler) {
    this(configs, scheduler, LiveMembership::sayBroken);
  }

  /**
   * The same for one who wants to know when it can't go on.
   *
   * @param broken is told, once, of what has ended the clockwork: nobody leaves any more. It is
   *     called from any thread, with locks held, and is to take note of it and to do no more
   */
  public LiveMembership(
      Collection<GroupConfig> configs, Scheduler scheduler, Consumer<? super Throwable> broken) {
    this.clock = scheduler.clock();
    this.pulse = new Pulse(scheduler, lock, this::paused, broken);
    follow(configs);
    List<Group> made = new ArrayList<>(configs.size());
    Set<GroupId> seen = new HashSet<>();
    for (GroupConfig config : configs) {
      if (!seen.add(config.id())) {
        throw new IllegalArgumentException("group " + config.id() + " is given twice");
      }
      made.add(begin(config));
    }
    groups = new Groups(made);
  }

  private static void sayBroken(Throwable e) {
    System.getLogger(LiveMembership.class.getName())
        .log(System.Logger.Level.ERROR, "members can't leave any more: start the program anew", e);
  }

  /** Goes by the shortest time in which a member of these groups can be due. */
  private void follow(Collection<GroupConfig> configs) {
    Duration shortest = GroupConfig.MAX_DURATION;
    for (GroupConfig config : configs) {
      if (config.expire().compareTo(shortest) < 0) {
        shortest = config.expire();
      }
    }
    lock.lock();
    try {
      pulse.follow(shortest);
    } finally {
      lock.unlock();
    }
  }

  /** What is configured now, in no particular order. */
  public List<GroupConfig> configs() {
    List<GroupConfig> configs = new ArrayList<>();
    for (Group group : groups.all()) {
      configs.add(group.config());
    }
    return configs;
  }

  private void paused(long from, long to) {
    for (Group group : groups.all()) {
      group.paused(from, to);
    }
  }

  private Group begin(GroupConfig config) {
    Group group;
    lock.lock();
    try {
      group = new Group(config, publication(config.id()), pulse, lock);
      group.keepSignatures(keeping);
    } finally {
      lock.unlock();
    }
    group.start();
    return group;
  }

  @GuardedBy("lock")
  private Publication publication(GroupId id) {
    Publication known = publications.get(id);
    if (known == null) {
      known = new Publication(id, ofAll);
      publications.put(id, known);
    }
    return known;
  }

  // --- the intake --------------------------------------------------------------------------------

  /**
   * The group that an announcement is for, if it is configured.
   *
   * @param idBits the bits of the {@link GroupId}
   */
  public @Nullable Group find(long idBits) {
    return groups.find(idBits);
  }

  // --- what outlives the process -----------------------------------------------------------------

  /**
   * Keeps from now on what {@link #kept} shows, or not any more: it takes 32 bytes a member. If
   * that is a change, this takes a step for each member.
   */
  public void keep(boolean kept) {
    synchronized (changing) {
      keeping = kept;
      for (Group group : groups.all()) {
        group.keepSignatures(kept);
      }
    }
  }

  /** What of the groups that are configured outlives the process. */
  public List<KeptGroup> kept() {
    return groups.all().stream().map(Group::kept).toList();
  }

  // --- changes -----------------------------------------------------------------------------------

  /**
   * Adds a group, without members. Its readiness delay begins now.
   *
   * @throws IllegalArgumentException if there is one with this id
   */
  public void add(GroupConfig config) {
    synchronized (changing) {
      if (groups.find(config.id().bits()) != null) {
        throw new IllegalArgumentException("group " + config.id() + " is configured already");
      }
      List<Group> more = new ArrayList<>(groups.all());
      more.add(begin(config));
      groups = new Groups(more);
      follow(configs());
    }
  }

  /**
   * Gives a group another configuration. Its members stay, until the deadlines that they have.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  public void replace(GroupConfig config) {
    synchronized (changing) {
      known(config.id()).change(config);
      follow(configs());
    }
  }

  /**
   * Removes a group: its members leave, and it is ready and empty from then on, as any that is not
   * configured.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  public void remove(GroupId id) {
    synchronized (changing) {
      Group group = known(id);
      List<Group> fewer = new ArrayList<>(groups.all());
      fewer.remove(group);
      groups = new Groups(fewer);
      group.stop();
      group.removeAll();
      follow(configs());
    }
  }

  private Group known(GroupId id) {
    Group group = groups.find(id.bits());
    if (group == null) {
      throw new IllegalArgumentException("group " + id + " is not configured");
    }
    return group;
  }

  // --- the view ----------------------------------------------------------------------------------

  @Override
  public List<GroupId> groups() {
    return groups.ids();
  }

  @Override
  public GroupSnapshot snapshot(GroupId id) {
    Publication publication = publications.get(id);
    return publication == null ? GroupSnapshot.empty(id, true) : publication.snapshot();
  }

  @Override
  public List<Member> members(GroupId id) {
    Group group = groups.find(id.bits());
    return group == null ? List.of() : group.view().members(null, Integer.MAX_VALUE);
  }

  @Override
  public List<Member> members(GroupId id, @Nullable IpAddress after, int most) {
    Group group = groups.find(id.bits());
    return group == null ? List.of() : group.view().members(after, most);
  }

  @Override
  public long remainingNanos(GroupId id) {
    Group group = groups.find(id.bits());
    return group == null ? Long.MAX_VALUE : group.view().remainingNanos();
  }

  @Override
  public int held(GroupId id) {
    Group group = groups.find(id.bits());
    return group == null ? 0 : group.view().held();
  }

  @Override
  public boolean isDraining(GroupId id, IpAddress address) {
    Group group = groups.find(id.bits());
    return group != null && group.view().isDraining(address);
  }

  @Override
  public int pending(GroupId id) {
    Group group = groups.find(id.bits());
    return group == null ? 0 : group.pending();
  }

  @Override
  public List<KeyUse> keyUses(GroupId id) {
    Group group = groups.find(id.bits());
    return group == null ? List.of() : group.keyUses();
  }

  @Override
  public Subscription subscribe(
      Set<GroupId> subscribed, Executor executor, Consumer<? super MembershipEvent> subscriber) {
    List<GroupId> wanted = subscribed.stream().sorted().toList();
    Mailbox mailbox =
        new Mailbox(
            executor,
            clock,
            subscriber,
            () -> wanted.stream().map(this::snapshot).toList(),
            lock,
            closing -> unsubscribe(closing, wanted));
    return subscribe(mailbox, wanted);
  }

  @Override
  public Subscription watch(Set<GroupId> watched, Executor executor, Runnable changed) {
    List<GroupId> wanted = List.copyOf(watched);
    return subscribe(
        new Watcher(executor, clock, changed, closing -> unsubscribe(closing, wanted)), wanted);
  }

  private Subscription subscribe(Subscriber subscriber, List<GroupId> wanted) {
    lock.lock();
    try {
      for (GroupId id : wanted) {
        publication(id).subscribe(subscriber);
        subscriber.put(new State(snapshot(id), 0));
      }
    } finally {
      lock.unlock();
    }
    subscriber.wake();
    return subscriber;
  }

  private void unsubscribe(Subscriber subscriber, List<GroupId> from) {
    lock.lock();
    try {
      for (GroupId id : from) {
        Publication publication = publications.get(id);
        if (publication != null) {
          publication.unsubscribe(subscriber);
          if (!publication.isNeeded()) {
            publications.remove(id);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription subscribeAll(
      Executor executor, Consumer<? super MembershipEvent> subscriber) {
    Mailbox mailbox =
        new Mailbox(
            executor,
            clock,
            subscriber,
            () -> groups().stream().map(this::snapshot).toList(),
            lock,
            this::unsubscribeFromAll);
    lock.lock();
    try {
      ofAll.add(mailbox);
      for (Publication publication : publications.values()) {
        publication.subscribe(mailbox);
      }
      for (GroupId id : groups()) {
        mailbox.put(new State(snapshot(id), 0));
      }
    } finally {
      lock.unlock();
    }
    mailbox.wake();
    return mailbox;
  }

  private void unsubscribeFromAll(Subscriber subscriber) {
    lock.lock();
    try {
      ofAll.remove(subscriber);
    } finally {
      lock.unlock();
    }
    unsubscribe(subscriber, List.copyOf(publications.keySet()));
  }

  // --- numbers -----------------------------------------------------------------------------------

  /** Shows the groups' numbers among these; they are read when somebody looks. */
  public void register(Metrics metrics) {
    new MembershipMetrics(() -> groups.all(), pulse, lock).register(metrics);
    GroupKeys.register(metrics, () -> groups.all());
  }

  /** Stops the clockwork: nobody leaves or gets ready any more, what is published stays. */
  @Override
  public void close() {
    synchronized (changing) {
      groups.all().forEach(Group::stop);
    }
  }
}
