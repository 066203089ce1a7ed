package dev.rgap.membership;

import dev.rgap.text.DurationText;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time that members live by, and the one who notices that this host was kept from listening:
 * the process was stopped, starved of its processor, or the whole host was suspended.
 *
 * <p>Its time is the monotonic clock's, plus the time that the host has slept, of which that clock
 * knows nothing. While any group waits for something it beats at least {@value #BEATS} times within
 * the shortest pause that is noticed: by the timer, and by each announcement, which reads the clock
 * anyway. Two beats that are farther apart than that show a pause.
 *
 * <p>That the host has slept shows in the wall clock, which has been set forward then. Whether it
 * was that, or somebody has set the clock, is what {@link HostClock#bootNanoTime} knows, which is
 * asked only then: the wall clock alone moves nobody's deadline.
 *
 * <p>All of its methods are called with the membership's lock held, and so is what it calls.
 */
final class Pulse {

  /** Is told about a pause, in the time of this pulse. */
  interface Listener {
    /**
     * Nobody has listened from here to there. What was planned before has to be planned anew: the
     * host may have slept.
     */
    void paused(long from, long to);
  }

  private static final System.Logger LOG = System.getLogger(Pulse.class.getName());

  private static final int BEATS = 2;

  /** The shortest pause that is noticed, as a part of the shortest life of an announcement. */
  private static final int PART_OF_LIFE = 8;

  private static final long SHORTEST_NANOS = 100_000_000L;
  private static final long LONGEST_NANOS = 500_000_000L;

  /** A step of the wall clock that is looked into. */
  private static final long STEP_MICROS = SHORTEST_NANOS / 1_000;

  /** Shorter pauses are counted, but are nothing to talk about. */
  private static final long WORTH_SAYING_NANOS = 1_000_000_000L;

  /** One that is kept from running again and again says so once in this time. */
  private static final long SAYING_NANOS = 60_000_000_000L;

  /** The timer is gone for good if announcements come for that long and it has not called. */
  private static final long LOST_NANOS = 60_000_000_000L;

  private final Scheduler scheduler;
  private final HostClock clock;
  private final Lock lock;
  private final Listener listener;
  private final Consumer<? super Throwable> broken;
  private final Runnable tick = this::tick;

  private long allowed = LONGEST_NANOS;

  /** How many groups wait for something. */
  private int waiting;

  private Scheduler.@Nullable Task next;

  /** By the monotonic clock. */
  private long last;

  private long lastTick;

  /** Wall clock minus monotonic clock. */
  private long wallOffsetMicros;

  /** Clock with sleep minus monotonic clock, when it was asked the last time. */
  private long bootOffset;

  private boolean wallKnown;
  private boolean bootKnown;

  private long slept;

  // What is to be counted and said:
  private long pauses;

  private long pausedNanos;

  private long unsaidNanos;

  private long unsaidPauses;

  private boolean everSaid;

  private long saidAt;

  private volatile boolean lost;

  /**
   * Does not beat yet.
   *
   * @param lock the membership's
   * @param broken is told, once, of what ends the clockwork
   */
  Pulse(Scheduler scheduler, Lock lock, Listener listener, Consumer<? super Throwable> broken) {
    this.scheduler = scheduler;
    this.clock = scheduler.clock();
    this.lock = lock;
    this.listener = listener;
    this.broken = broken;
  }

  /** Announcements live for this long at least. */
  void follow(Duration shortestLife) {
    allowed =
        Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, shortestLife.toNanos() / PART_OF_LIFE));
  }

  /** Another group waits for something, or one of them does not any more. */
  void count(boolean waits) {
    waiting += waits ? 1 : -1;
    if (waits && waiting == 1) {
      last = clock.nanoTime();
      lastTick = last;
      slept(); // if the host has slept meanwhile, nobody waited for anything
      plan();
    } else if (waiting == 0 && next != null) {
      next.cancel();
      next = null;
    }
  }

  private void plan() {
    next = plan(last + allowed / BEATS, tick);
  }

  /** Runs a task when this pulse's time is that. */
  Scheduler.Task at(long time, Runnable task) {
    return plan(time - slept, task);
  }

  private Scheduler.Task plan(long deadline, Runnable task) {
    try {
      return scheduler.at(deadline, task);
    } catch (RuntimeException | Error e) {
      broken(e);
      throw e;
    }
  }

  /** The time. Notices a pause. */
  long now() {
    return beat(clock.nanoTime());
  }

  /**
   * The time, for those who decide by it who leaves. Notices a pause, also one of which only the
   * wall clock tells: a timer may be due before the first beat after a sleep.
   */
  long nowForSure() {
    return now(clock.epochMicros());
  }

  /**
   * The time. Notices a pause, also one of which only the wall clock tells.
   *
   * @param wallMicros the time by the wall clock, a moment ago
   */
  long now(long wallMicros) {
    long now = clock.nanoTime();
    long step = wallMicros - now / 1_000 - wallOffsetMicros;
    if (waiting > 0 && (step >= STEP_MICROS || step <= -STEP_MICROS)) {
      lookForSleep(now);
    }
    if (now - lastTick > LOST_NANOS && next != null && now - last <= allowed) {
      tickIsLost(now);
    }
    return beat(now);
  }

  private long beat(long now) {
    long gap = now - last;
    if (gap > allowed && waiting > 0) {
      lookForSleep(now);
      if (now - last > allowed) {
        paused(last + slept, now);
      }
    }
    last = now;
    return now + slept;
  }

  /** If the host has slept, that is a pause, together with the time before and after. */
  private void lookForSleep(long now) {
    long from = last + slept;
    long more = slept();
    if (more > 0) {
      slept += more;
      paused(from, now);
    }
  }

  private void paused(long from, long now) {
    long nanos = now + slept - from;
    last = now;
    lastTick = now;
    pauses++;
    pausedNanos += nanos;
    if (nanos >= WORTH_SAYING_NANOS) {
      unsaidPauses++;
      unsaidNanos += nanos;
    }
    listener.paused(from, now + slept);
  }

  /** For how long the host has slept since the last call; not negative. */
  private long slept() {
    long offset = clock.epochMicros() - clock.nanoTime() / 1_000;
    if (wallKnown && Math.abs(offset - wallOffsetMicros) < STEP_MICROS) {
      return 0;
    }
    wallKnown = true;
    wallOffsetMicros = offset;
    long boot = clock.bootNanoTime();
    if (boot == HostClock.UNKNOWN) {
      return 0;
    }
    long more = boot - clock.nanoTime() - bootOffset;
    if (bootKnown && Math.abs(more) < SHORTEST_NANOS) {
      return 0; // somebody has set the wall clock
    }
    bootOffset += more;
    boolean told = bootKnown;
    bootKnown = true;
    return told ? Math.max(0, more) : 0;
  }

  private void tick() {
    String said;
    lock.lock();
    try {
      next = null;
      if (waiting == 0) {
        return;
      }
      long now = clock.nanoTime();
      lookForSleep(now);
      beat(now);
      lastTick = now;
      plan();
      said = whatToSay(now);
    } catch (RuntimeException | Error e) {
      broken(e);
      throw e;
    } finally {
      lock.unlock();
    }
    if (!said.isEmpty()) {
      LOG.log(Level.WARNING, said);
    }
  }

  private String whatToSay(long now) {
    if (unsaidPauses == 0 || (everSaid && now - saidAt < SAYING_NANOS)) {
      return "";
    }
    everSaid = true;
    saidAt = now;
    String text =
        "was kept from running for "
            + DurationText.format(Duration.ofMillis(unsaidNanos / 1_000_000))
            + (unsaidPauses == 1 ? "" : ", in " + unsaidPauses + " pauses")
            + " (stopped, suspended, or without a processor):"
            + " who was a member stays one until everybody has had the time to report";
    unsaidPauses = 0;
    unsaidNanos = 0;
    return text;
  }

  private void tickIsLost(long now) {
    lastTick = now;
    broken(
        new IllegalStateException(
            "the thread that lets members leave has not run for "
                + DurationText.format(Duration.ofNanos(LOST_NANOS))));
  }

  /** What the clockwork needs has failed in a way after which it can't go on. */
  void broken(Throwable e) {
    if (!lost) {
      lost = true;
      broken.accept(e);
    }
  }

  /** The wall clock's time. */
  Instant instant() {
    return clock.instant();
  }

  /** How often this host was kept from listening so far. */
  long pauses() {
    return pauses;
  }

  /** For how long, in all. */
  long pausedNanos() {
    return pausedNanos;
  }
}
