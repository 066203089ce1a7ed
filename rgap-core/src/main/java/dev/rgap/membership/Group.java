package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
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
 * that later steps of the wall clock move no deadline; the {@link Pulse} knows what time it is. It
 * sleeps until exactly when the next member is due and does nothing in between. After a time in
 * which nobody has listened there is a {@link Grace}.
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
  private final Pulse pulse;

  /** The membership's, of all groups. */
  private final Lock lock;

  /** Publish that a member has left the table. */
  private final GroupTable.Visitor expired;

  private final GroupTable.Visitor removed;

  private volatile GroupConfig config;

  private volatile GroupKeys keys;

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

  /** From when on the readiness delay counts. */
  @GuardedBy("lock")
  private long startedAt;

  @GuardedBy("lock")
  private final Grace grace = new Grace();

  /** Whether the pulse beats for this group, too. */
  @GuardedBy("lock")
  private boolean waiting;

  @GuardedBy("lock")
  private boolean ended;

  /** A group without members, whose readiness delay begins now. Called with the lock held. */
  Group(GroupConfig config, Publication publication, Pulse pulse, Lock lock) {
    this.id = config.id();
    this.config = config;
    this.keys = new GroupKeys(config);
    this.publication = publication;
    this.pulse = pulse;
    this.lock = lock;
    this.startedAt = pulse.now();
    this.table = new GroupTable(config.maxMembers(), longestLife(config), startedAt);
    table.rememberDepartures(longestLife(config));
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

  /** The keys that it accepts at the moment. */
  public GroupKeys keys() {
    return keys;
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
    return accept(datagram, nowMicros, null);
  }

  /**
   * The same, and counts the use of the key.
   *
   * @param signedWith the one of {@link #keys} that the announcement was signed with, if that is
   *     known
   */
  public Admission accept(byte[] datagram, long nowMicros, @Nullable GroupKey signedWith) {
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
      long now = pulse.now(nowMicros);
      // If it was due before this came, it leaves first: leaving and coming back are two events.
      // All others who are due leave in their own time, so that they don't hold up the intake.
      GroupTable.Outcome outcome =
          table.accept(
              high, low, timestamp, now + remainingMicros * 1_000, grace.judging(now), expired);
      if (signedWith != null && outcome != GroupTable.Outcome.REPLAYED) {
        keys.used(signedWith, high, low, nowMicros, now);
      }
      if (outcome != GroupTable.Outcome.JOINED) {
        return switch (outcome) {
          case JOINED, REFRESHED -> Admission.REFRESHED;
          case REPLAYED -> Admission.REPLAY;
          case FULL -> Admission.FULL;
        };
      }
      publication.join(high, low);
      told = publication.subscribers();
      planExpiry(now);
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
  private void planExpiry(long now) {
    if (table.size() == 0 || ended) {
      settle();
      return;
    }
    long due = grace.leaving(table.nextDue(), now);
    if (expiry != null) {
      if (expiryAt - due <= 0) {
        return;
      }
      expiry.cancel();
    }
    settle();
    expiryAt = due;
    expiry = pulse.at(due, this::expire);
  }

  /** Lets the pulse beat if this group waits for something. */
  @GuardedBy("lock")
  private void settle() {
    boolean waits = !ended && (table.size() > 0 || readiness != null);
    if (waits != waiting) {
      waiting = waits;
      pulse.count(waits);
    }
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
      long now = pulse.now();
      long judging = grace.judging(now);
      for (int i = 0; i < BATCH && table.expire(judging, expired); i++) {}
      told = publication.subscribers();
      planExpiry(now);
    } catch (RuntimeException | Error e) {
      pulse.broken(e);
      throw e;
    } finally {
      lock.unlock();
    }
    wake(told);
  }

  /** Nobody has listened from here to there, by the pulse. Called with the lock held. */
  void paused(long from, long to) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      long expire = config.expire().toNanos();
      long delay = config.readinessDelay().toNanos();
      grace.paused(from, to, expire, delay == 0 ? expire : delay);
      if (readiness != null) {
        startedAt = to - from >= expire ? to : startedAt + (to - from);
        planReadiness();
      }
      planExpiryAnew(to);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void planExpiryAnew(long now) {
    if (expiry != null) {
      expiry.cancel();
      expiry = null;
    }
    planExpiry(now);
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
      readiness = pulse.at(readyAt(), this::becomeReady);
    }
    settle();
  }

  @GuardedBy("lock")
  private long readyAt() {
    return startedAt + config.readinessDelay().toNanos();
  }

  private void becomeReady() {
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended || publication.snapshot().ready()) {
        return;
      }
      long now = pulse.now(); // may move the time of readiness
      if (readyAt() - now > 0) {
        planReadiness(); // nobody has listened for a part of the time
        return;
      }
      readiness = null;
      settle();
      publication.becomeReady();
      told = publication.subscribers();
    } catch (RuntimeException | Error e) {
      pulse.broken(e);
      throw e;
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
      keys = keys.changed(changed);
      long now = pulse.now();
      table.change(changed.maxMembers(), longestLife(changed), now);
      table.rememberDepartures(longestLife(changed));
      planReadiness();
      planExpiryAnew(now);
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
      settle();
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
        long now = pulse.now();
        Instant wallNow = pulse.instant();
        Grace present = grace;
        for (int i = 0; i < BATCH && rest.hasNext(); i++) {
          IpAddress address = rest.next();
          table.show(
              address.high(),
              address.low(),
              (high, low, deadline) -> {
                Duration remaining = remaining(present, deadline, now);
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

  List<KeyUse> keyUses() {
    lock.lock();
    try {
      return keys.uses();
    } finally {
      lock.unlock();
    }
  }

  long remainingNanos() {
    lock.lock();
    try {
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
