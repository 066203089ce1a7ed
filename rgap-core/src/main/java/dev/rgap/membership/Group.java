package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.protocol.GroupId;
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
   * Members that are dealt with under one hold of the lock, so that a mass expiry can't stop the
   * intake.
   */
  private static final int BATCH = 256;

  private final GroupId id;
  private final Publication publication;
  private final Pulse pulse;

  /** The membership's, of all groups. */
  private final Lock lock;

  private final GroupView view;
  private final KeptGroup kept;

  private volatile GroupConfig config;

  private volatile GroupKeys keys;

  @GuardedBy("lock")
  private final GroupTable table;

  /** Who leaves and who joins. */
  @GuardedBy("lock")
  private final GroupRules rules;

  /** Looks at the table when the next member may be due. */
  @GuardedBy("lock")
  private final Alarm expiry;

  @GuardedBy("lock")
  private final Readiness readiness;

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
    long now = pulse.now();
    this.table = new GroupTable(config.maxMembers(), longestLife(config), now);
    table.departures().remember(longestLife(config));
    this.rules = new GroupRules(table, publication);
    rules.change(config, now);
    this.expiry = new Alarm(pulse, this::expire);
    this.readiness = new Readiness(publication, new Alarm(pulse, this::becomeReady), now);
    this.view = new GroupView(this, publication, table, grace, pulse, lock);
    this.kept = new KeptGroup(this, publication, table, pulse, lock);
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
    return accept(datagram, nowMicros, null, 0, 0);
  }

  /**
   * The same, counts the use of the key, and notes where the announcement came from.
   *
   * @param signedWith the one of {@link #keys} that the announcement was signed with, if that is
   *     known
   * @param senderHigh the first half of the address of the host that has sent it
   * @param senderLow the other half; both are 0 if the address is not known
   */
  public Admission accept(
      byte[] datagram,
      long nowMicros,
      @Nullable GroupKey signedWith,
      long senderHigh,
      long senderLow) {
    return take(datagram, nowMicros, signedWith, senderHigh, senderLow, false);
  }

  /**
   * Takes in an announcement that was accepted before, by this or another process, and kept. Its
   * address has been a member: what new ones have to do is not asked of it.
   *
   * @param datagram the announcement, for this group, from index 0
   * @param nowMicros the time by this host's wall clock
   * @param signedWith the one of {@link #keys} that the announcement was signed with
   */
  public Admission restore(byte[] datagram, long nowMicros, @Nullable GroupKey signedWith) {
    return take(datagram, nowMicros, signedWith, 0, 0, true);
  }

  private Admission take(
      byte[] datagram,
      long nowMicros,
      @Nullable GroupKey signedWith,
      long senderHigh,
      long senderLow,
      boolean restored) {
    long high = AnnouncementCodec.addressHigh(datagram);
    long low = AnnouncementCodec.addressLow(datagram);
    long timestamp = AnnouncementCodec.timestampMicros(datagram);
    List<Subscriber> told = List.of();
    LossGuard.@Nullable Said said = null;
    Admission outcome;
    lock.lock();
    try {
      if (ended) {
        return Admission.REMOVED;
      }
      long remainingMicros = timestamp + config.expireMicros() - nowMicros;
      if (remainingMicros <= 0) {
        if (restored) {
          table.departures().silent(timestamp, pulse.now(nowMicros));
        }
        return Admission.EXPIRED;
      }
      long now = pulse.now(nowMicros);
      rules.turn(now);
      outcome = restored ? Admission.JOINED : rules.announced(high, low, timestamp);
      if (outcome == Admission.JOINED) {
        // If it was due before this came, it leaves first: leaving and coming back are two events.
        // All others who are due leave in their own time, so that they don't hold up the intake.
        long deadline = now + remainingMicros * 1_000;
        outcome = table.accept(high, low, timestamp, deadline, grace.judging(now), rules);
      }
      if (outcome.isTaken()) {
        table.setSignature(datagram);
        int key = signedWith == null ? 0 : signedWith.number();
        // It was a member when the one that was kept came, for how long nobody knows any more.
        long trail =
            restored
                ? Trail.of(Math.min(timestamp, nowMicros), key)
                : Trail.of(nowMicros, key, timestamp - nowMicros);
        table.setTrail(outcome == Admission.JOINED, trail, senderHigh, senderLow);
        rules.heard();
      }
      if (signedWith != null && !restored && outcome != Admission.REPLAY) {
        keys.used(signedWith, high, low, nowMicros, now);
      }
      if (outcome == Admission.JOINED) {
        publication.join(high, low);
        told = publication.subscribers();
      }
      if (outcome.isTaken() && table.mark(drains(datagram))) {
        publication.mark(high, low, drains(datagram), table.draining());
        told = publication.subscribers();
      }
      if (outcome == Admission.JOINED || rules.isActive()) {
        planExpiry(now);
      }
      said = rules.say(pulse);
    } finally {
      lock.unlock();
    }
    if (said != null) {
      said.log();
    }
    wake(told);
    return outcome;
  }

  private static boolean drains(byte[] datagram) {
    return AnnouncementCodec.version(datagram) == ExtendedCodec.VERSION
        && ExtendedCodec.state(datagram) == AnnouncedState.DRAINING;
  }

  /**
   * Takes in a goodbye that has passed all checks, or what is as good as one: that somebody drains
   * whom the group does not {@linkplain DrainingPolicy#KEEP keep}.
   *
   * @param datagram the goodbye, to this group, from index 0
   * @param nowMicros the time by this host's wall clock
   * @param signedWith the one of {@link #keys} that it was signed with, if that is known
   */
  public Admission leave(byte[] datagram, long nowMicros, @Nullable GroupKey signedWith) {
    long high = AnnouncementCodec.addressHigh(datagram);
    long low = AnnouncementCodec.addressLow(datagram);
    LossGuard.@Nullable Said said;
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended) {
        return Admission.REMOVED;
      }
      long now = pulse.now(nowMicros);
      rules.turn(now);
      Left.Cause cause = drains(datagram) ? Left.Cause.DRAINING : Left.Cause.FAREWELL;
      long timestamp = AnnouncementCodec.timestampMicros(datagram);
      Admission outcome = rules.farewell(high, low, timestamp, cause);
      if (outcome != Admission.LEFT) {
        return outcome;
      }
      if (signedWith != null) {
        keys.used(signedWith, high, low, nowMicros, now);
      }
      said = rules.say(pulse);
      told = publication.subscribers();
      planExpiry(now);
    } finally {
      lock.unlock();
    }
    if (said != null) {
      said.log();
    }
    wake(told);
    return Admission.LEFT;
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
    settle();
    if (ended) {
      return;
    }
    if (table.isWaiting()) {
      expiry.setAtLatest(grace.leaving(table.nextDue(), now));
    }
    rules.plan(expiry);
  }

  /** Lets the pulse beat if this group waits for something. */
  @GuardedBy("lock")
  private void settle() {
    boolean waits =
        !ended
            && (table.isWaiting() || table.held() > 0 || readiness.isAwaited() || rules.isActive());
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
    LossGuard.@Nullable Said said;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      expiry.rings();
      long now = pulse.nowForSure();
      long judging = grace.judging(now);
      rules.turn(now);
      for (int i = 0; i < BATCH && rules.step(judging); i++) {}
      said = rules.say(pulse);
      told = publication.subscribers();
      planExpiry(now);
    } catch (RuntimeException | Error e) {
      pulse.broken(e);
      throw e;
    } finally {
      lock.unlock();
    }
    if (said != null) {
      said.log();
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
      pause(from, to);
      rules.paused(from, to);
      readiness.paused(from, to, config.expire());
      expiry.cancel();
      planExpiry(to);
    } finally {
      lock.unlock();
    }
  }

  /**
   * All of its announcements that were kept have been {@linkplain #restore restored}.
   *
   * @param departedMicros the latest timestamp of members that had left before
   * @param missedMicros for how long what they have sent was not kept, which is a pause like
   *     others; 0 if there was no such time
   * @param complete whether that is all that there is to know: the group is ready now
   */
  public void restored(long departedMicros, long missedMicros, boolean complete) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      long now = pulse.now();
      table.departures().silent(departedMicros, now);
      if (missedMicros > 0) {
        pause(now - 1_000 * missedMicros, now);
        expiry.cancel();
        planExpiry(now);
      }
      if (complete) {
        readiness.comesNow(now);
      }
    } finally {
      lock.unlock();
    }
    if (complete) {
      becomeReady();
    }
  }

  @GuardedBy("lock")
  private void pause(long from, long to) {
    long expire = config.expire().toNanos();
    long delay = config.readinessDelay().toNanos();
    grace.paused(from, to, expire, delay == 0 ? expire : delay);
  }

  // --- readiness ---------------------------------------------------------------------------------

  /** Begins: the group is published, and becomes ready after its delay. */
  void start() {
    List<Subscriber> told;
    lock.lock();
    try {
      publication.configured(config.readinessDelay().isZero());
      readiness.plan(config.readinessDelay());
      settle();
      told = publication.subscribers();
    } finally {
      lock.unlock();
    }
    wake(told);
  }

  private void becomeReady() {
    List<Subscriber> told;
    lock.lock();
    try {
      if (ended || publication.snapshot().ready()) {
        return;
      }
      long now = pulse.nowForSure(); // may move the time of readiness
      if (!readiness.rings(now)) {
        return;
      }
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
      table.departures().remember(longestLife(changed));
      rules.change(changed, now);
      readiness.plan(changed.readinessDelay());
      expiry.cancel();
      planExpiry(now);
    } finally {
      lock.unlock();
    }
    tidy();
  }

  /** Puts members in order for another longest life; others go between. */
  private void tidy() {
    boolean more = true;
    while (more) {
      lock.lock();
      try {
        long now = pulse.now();
        for (int i = 0; i < BATCH && more; i++) {
          more = table.tidy(now);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Keeps from now on what is needed for {@link #kept}, or not any more. */
  void keepSignatures(boolean kept) {
    lock.lock();
    try {
      table.keepSignatures(kept);
    } finally {
      lock.unlock();
    }
  }

  /** Stops: nobody comes, leaves or gets ready any more; what is published stays. */
  void stop() {
    lock.lock();
    try {
      ended = true;
      expiry.cancel();
      readiness.cancel();
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
          more = rules.expel();
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

  GroupView view() {
    return view;
  }

  /** What of it outlives the process. */
  KeptGroup kept() {
    return kept;
  }

  List<KeyUse> keyUses() {
    lock.lock();
    try {
      return keys.uses();
    } finally {
      lock.unlock();
    }
  }

  /** How many addresses have to be announced again before they become members. */
  int pending() {
    lock.lock();
    try {
      return rules.pending();
    } finally {
      lock.unlock();
    }
  }
}
