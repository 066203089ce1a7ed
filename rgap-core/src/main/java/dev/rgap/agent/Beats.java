package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.text.DurationText;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When agents announce: at once, and then at each interval, which is shorter now and then. Those
 * that may announce by then anyway do so together, as that costs less, but never many at a time, as
 * whoever listens has room for so many. Those that announce together are shortened by the same
 * part, and so stay together: each time costs a wake-up, and a socket for each destination.
 *
 * <pre>
 *   previous           earliest          latest
 *      |------------------|---------*------|      * planned, at random
 *            interval - jitter      interval
 * </pre>
 *
 * <p>Each second it is looked whether the clock has been set or the host has slept: then all
 * announce at once, as their announcements may be over, or have the wrong time. Those whose
 * addresses can be seen without waiting are looked at, too. Safe for all threads.
 */
final class Beats {

  /** How often addresses and the clock are looked at. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** How far the clock has to be set for that to matter. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Not more at a time, and then a pause. */
  private static final int MOST_TOGETHER = 64;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** An agent, and when it announces next: not before one time, and at the other one. */
  private record Beat(AnnouncingAgent agent, long earliest, long planned)
      implements Comparable<Beat> {
    @Override
    public int compareTo(Beat other) {
      return Long.signum(planned - other.planned); // as those of a clock that may wrap around
    }
  }

  private final Scheduler ticker;
  private final RandomGenerator random;

  @GuardedBy("this")
  private final PriorityQueue<Beat> beats = new PriorityQueue<>();

  /** Those that are looked at each second. */
  @GuardedBy("this")
  private final List<AnnouncingAgent> watchful = new ArrayList<>();

  @GuardedBy("this")
  private Scheduler.@Nullable Task next;

  @GuardedBy("this")
  private Scheduler.@Nullable Task watching;

  /** What the wall clock is ahead of the monotonic one; of the ticker alone. */
  private long aheadNanos;

  Beats(Scheduler ticker, RandomGenerator random) {
    this.ticker = ticker;
    this.random = random;
    this.aheadNanos = ahead();
  }

  private long ahead() {
    return ticker.clock().epochMicros() * 1_000 - ticker.clock().nanoTime();
  }

  /** Has an agent announce from now on. */
  synchronized void add(AnnouncingAgent agent) {
    long now = ticker.clock().nanoTime();
    beats.add(new Beat(agent, now, now));
    if (agent.isWatchful()) {
      watchful.add(agent);
    }
    if (watching == null) {
      watching = ticker.every(WATCH, this::watch);
    }
    plan(now);
  }

  /** Has it announce no more. */
  synchronized void remove(AnnouncingAgent agent) {
    beats.removeIf(beat -> beat.agent == agent);
    watchful.remove(agent);
    if (beats.isEmpty()) {
      if (next != null) {
        next.cancel();
        next = null;
      }
      if (watching != null) {
        watching.cancel();
        watching = null;
      }
    }
  }

  /**
   * Sees to it that the next one is made in time.
   *
   * @param earliest not before
   */
  @GuardedBy("this")
  private void plan(long earliest) {
    if (next != null) {
      next.cancel();
      next = null;
    }
    Beat first = beats.peek();
    if (first != null) {
      // Which is later? The clock may wrap around.
      next = ticker.at(first.planned - earliest > 0 ? first.planned : earliest, this::run);
    }
  }

  private void run() {
    List<Beat> due = new ArrayList<>();
    long now = ticker.clock().nanoTime();
    synchronized (this) {
      Beat first = beats.peek();
      if (first != null && first.planned - now > 0) {
        first = null; // the one that was planned for has been removed
      }
      while (first != null && first.earliest - now <= 0 && due.size() < MOST_TOGETHER) {
        due.add(beats.remove());
        first = beats.peek();
      }
      double share = random.nextDouble();
      for (Beat beat : due) {
        beats.add(following(beat, now, share));
      }
      plan(due.size() < MOST_TOGETHER ? now : now + PAUSE_NANOS);
    }
    for (Beat beat : due) {
      beat.agent.beat();
    }
  }

  /**
   * The next one.
   *
   * @param share how much of the jitter it is earlier by, 0 to 1; the same for all that announce
   *     now
   */
  private static Beat following(Beat beat, long now, double share) {
    long interval = beat.agent.settings().interval().toNanos();
    long before = beat.planned - now < 0 ? beat.planned : now;
    long latest = before + interval;
    if (latest - now <= 0) {
      latest = now + interval; // none are made up for
    }
    long jitter = interval / 100 * beat.agent.settings().jitterPercent();
    return new Beat(beat.agent, latest - jitter, latest - (long) (share * jitter));
  }

  private void watch() {
    long ahead = ahead();
    long step = ahead - aheadNanos;
    aheadNanos = ahead;
    List<AnnouncingAgent> agents;
    synchronized (this) {
      agents = watchful.isEmpty() ? List.of() : new ArrayList<>(watchful);
      if (Math.abs(step) >= STEP_NANOS && !beats.isEmpty()) {
        long now = ticker.clock().nanoTime();
        List<Beat> all = new ArrayList<>(beats);
        beats.clear();
        for (Beat beat : all) {
          beats.add(new Beat(beat.agent, now, now));
        }
        plan(now);
        System.getLogger(Agent.class.getName())
            .log(
                Level.INFO,
                "the clock has been set {0} by {1}, or the host has slept; announcing at once",
                step > 0 ? "forwards" : "back",
                DurationText.format(
                    Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(Math.abs(step)))));
      }
    }
    for (AnnouncingAgent agent : agents) {
      agent.watch();
    }
  }
}
