package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The clockwork of one configured group: takes announcements into its {@link GroupTable}, lets
 * members leave when they are due, makes the group ready after its delay, and has its {@link
 * Publication} say so.
 *
 * <p>It turns an announcement's wall-clock expiry into a deadline of the monotonic clock, once, so
 * that later steps of the wall clock move no deadline. It sleeps until exactly when the next member
 * is due and does nothing in between.
 */
@InternalApi
public final class Group {

  /**
   * Members that are dealt with under one hold of the lock, so that neither a mass expiry nor a
   * look at all members can stop the intake.
   */
  private static final int BATCH = 256;

  /** Steps that may be taken to find out who leaves first. */
  private static final int SEARCH_STEPS = 4_096;

  private final GroupId id;
  private final Publication publication;
  private final Scheduler scheduler;
  private final HostClock clock;
  private final long startedAt;

  /** The membership's, of all groups. */
  private final Lock lock;

  /** Publish that a member has left the table. */
  private final GroupTable.Visitor expired;

  private final GroupTable.Visitor removed;

  private volatile GroupConfig config;

  @GuardedBy("lock")
  private final GroupTable table;

  /** What looks at the table when the next member may be due; only while there are members. */
  @GuardedBy("lock")
  private Scheduler.@Nullable Task expiry;

  @GuardedBy("lock")
  private long expiryAt;

  /** What makes the group ready; only until then. */
  @GuardedBy("lock")
  private Scheduler.@Nullable Task readiness;

  @GuardedBy("lock")
  private boolean ended;

  /** A group without members, whose readiness delay begins now. Called with the lock held. */
  Group(GroupConfig config, Publication publication, Scheduler scheduler, Lock lock) {
    this.id = config.id();
    this.config = config;
    this.publication = publication;
    this.scheduler = scheduler;
    this.clock = scheduler.clock();
    this.lock = lock;
    this.startedAt = clock.nanoTime();
    this.table = new GroupTable(config.maxMembers(), longestLife(config), startedAt);
    this.expired = (high, low, deadline) -> publication.leave(high, low, Left.Cause.EXPIRED);
    this.removed = (high, low, deadline) -> publication.leave(high, low, Left.Cause.REMOVED);
  }

  private static long longestLife(GroupConfig config) {
    return 1_000 * (config.expireMicros() + config.clockSkewMicros());
  }

  GroupId id() {
    return id;
  }

  /** What is configured for it at the moment. */
  public GroupConfig config() {
    return config;
  }

  Publication publication() {
    return publication;
  }

  // --- who comes ---------------------------------------------------------------------------------

  /**
   * Takes in an announcement that has passed all checks.
   *
   * @param datagram the announcement, for this group, from index 0
   * @param nowMicros the time by this host's wall clock
   */
  public Admission accept(byte[] datagram, long nowMicros) {
    long high = AnnouncementCodec.addressHigh(datagram);
    long low = AnnouncementCodec.addressLow(datagram);
    long timestamp = AnnouncementCodec.timestampMicros(datagram);
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended) {
        return Admission.REMOVED;
      }
      long remainingMicros = timestamp + config.expireMicros() - nowMicros;
      if (remainingMicros <= 0) {
        return Admission.EXPIRED;
      }
      long now = clock.nanoTime();
      // If it was due before this came, it leaves first: leaving and coming back are two events.
      // All others who are due leave in their own time, so that they don't hold up the intake.
      GroupTable.Outcome outcome =
          table.accept(high, low, timestamp, now + remainingMicros * 1_000, now, expired);
      if (outcome != GroupTable.Outcome.JOINED) {
        return switch (outcome) {
          case JOINED, REFRESHED -> Admission.REFRESHED;
          case REPLAYED -> Admission.REPLAY;
          case FULL -> Admission.FULL;
        };
      }
      publication.join(high, low);
      told = publication.subscribers();
      planExpiry();
    } finally {
      lock.unlock();
    }
    wake(told);
    return Admission.JOINED;
  }

  private static void wake(List<Subscriber> subscribers) {
    for (Subscriber subscriber : subscribers) {
      subscriber.wake();
    }
  }

  // --- who leaves --------------------------------------------------------------------------------

  /** Makes sure that the table is looked at when its next member may be due. */
  @GuardedBy("lock")
  private void planExpiry() {
    if (table.size() == 0 || ended) {
      return;
    }
    long due = table.nextDue();
    if (expiry != null) {
      if (expiryAt - due <= 0) {
        return;
      }
      expiry.cancel();
    }
    expiryAt = due;
    expiry = scheduler.at(due, this::expire);
  }

  /**
   * Lets some of those leave who are due. What is left to do is planned anew: others go between.
   */
  private void expire() {
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      expiry = null;
      long now = clock.nanoTime();
      for (int i = 0; i < BATCH && table.expire(now, expired); i++) {}
      told = publication.subscribers();
      planExpiry();
    } finally {
      lock.unlock();
    }
    wake(told);
  }

  // --- readiness ---------------------------------------------------------------------------------

  /** Begins: the group is published, and becomes ready after its delay. */
  void start() {
    List<Subscriber> told;
    lock.lock();
    try {
      publication.configured(config.readinessDelay().isZero());
      planReadiness();
      told = publication.subscribers();
    } finally {
      lock.unlock();
    }
    wake(told);
  }

  @GuardedBy("lock")
  private void planReadiness() {
    if (readiness != null) {
      readiness.cancel();
      readiness = null;
    }
    if (!publication.snapshot().ready()) {
      long readyAt = startedAt + config.readinessDelay().toNanos();
      readiness = scheduler.at(readyAt, this::becomeReady);
    }
  }

  private void becomeReady() {
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended || publication.snapshot().ready()) {
        return;
      }
      readiness = null;
      publication.becomeReady();
      told = publication.subscribers();
    } finally {
      lock.unlock();
    }
    wake(told);
  }

  // --- changes -----------------------------------------------------------------------------------

  /**
   * Goes by another configuration from now on. Members stay until the deadlines that they have; one
   * that is ready stays so.
   */
  void change(GroupConfig changed) {
    lock.lock();
    try {
      config = changed;
      table.change(changed.maxMembers(), longestLife(changed), clock.nanoTime());
      planReadiness();
      if (expiry != null) {
        expiry.cancel();
        expiry = null;
      }
      planExpiry();
    } finally {
      lock.unlock();
    }
  }

  /** Stops: nobody comes, leaves or gets ready any more; what is published stays. */
  void stop() {
    lock.lock();
    try {
      ended = true;
      if (expiry != null) {
        expiry.cancel();
      }
      if (readiness != null) {
        readiness.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets everybody leave, after it was stopped; then the group is as one that is not configured.
   */
  void removeAll() {
    boolean more = true;
    while (more) {
      List<Subscriber> told;
      lock.lock();
      try {
        for (int i = 0; i < BATCH && more; i++) {
          more = table.expel(removed);
        }
        if (!more) {
          publication.removed();
        }
        told = publication.subscribers();
      } finally {
        lock.unlock();
      }
      wake(told);
    }
  }

  // --- the view ----------------------------------------------------------------------------------

  List<Member> members() {
    List<IpAddress> addresses = publication.snapshot().addresses();
    List<Member> members = new ArrayList<>(addresses.size());
    Iterator<IpAddress> rest = addresses.iterator();
    while (rest.hasNext()) {
      lock.lock();
      try {
        long now = clock.nanoTime();
        Instant wallNow = clock.instant();
        for (int i = 0; i < BATCH && rest.hasNext(); i++) {
          IpAddress address = rest.next();
          table.show(
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

  long remainingNanos() {
    lock.lock();
    try {
      return table.size() == 0
          ? Long.MAX_VALUE
          : Math.max(0, table.earliestDeadline(SEARCH_STEPS) - clock.nanoTime());
    } finally {
      lock.unlock();
    }
  }
}
