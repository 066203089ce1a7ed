package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.KeptGroup;
import dev.rgap.membership.LiveMembership;
import dev.rgap.text.DurationText;
import dev.rgap.text.FileFault;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one directory, on a thread of its own, what has changed of the members.
 *
 * <p>What has changed is written a part of {@code expire} later, at the latest after {@link
 * #LONGEST_INTERVAL}, all of it at a time; a goodbye soon, at most once in {@link
 * #SHORTEST_INTERVAL}. A disk that is slow, full or gone costs the state and nothing else: that is
 * said once, and shows in the numbers until it is over.
 */
final class StateKeeper implements AutoCloseable {

  /** A change is on disk at the latest after this, if the disk is quick enough. */
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** After a goodbye no more than this is waited: who is restored by mistake is not there. */
  private static final Duration AFTER_GOODBYE = Duration.ofMillis(100);

  /** The interval as a part of {@code expire}: an announcement that was written has to live on. */
  private static final int PART_OF_LIFE = 5;

  /** Times as long as it took to write nothing is written. */
  private static final int REST = 4;

  /** How long the end waits for the disk. */
  static final Duration CLOSING_TIME = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());

  private final LiveMembership membership;
  private final StateDirectory directory;
  private final Scheduler scheduler;
  private final HostClock clock;

  /** Stands for all that was written last. */
  @GuardedBy("this")
  private long writtenChanges;

  /** Never held while anything is written. */
  private final Object planning = new Object();

  /** Null while it is being written. */
  @GuardedBy("planning")
  private Scheduler.@Nullable Task next;

  /** When that is. */
  @GuardedBy("planning")
  private long nextAt;

  /** Before this it is not written again. */
  @GuardedBy("planning")
  private long restsUntil;

  /** Whether somebody has said goodbye while it was written. */
  @GuardedBy("planning")
  private boolean hasten;

  @GuardedBy("planning")
  private boolean ended;

  private volatile long failures;
  private volatile boolean failing;
  private volatile long members;
  private volatile long lastMicros;

  /** Has written nothing yet. */
  StateKeeper(LiveMembership membership, StateDirectory directory, Scheduler scheduler) {
    this.membership = membership;
    this.directory = directory;
    this.scheduler = scheduler;
    this.clock = scheduler.clock();
  }

  void start() {
    synchronized (planning) {
      restsUntil = clock.nanoTime();
      plan(interval());
    }
  }

  /** Somebody has said goodbye: that is written soon. Costs next to nothing. */
  void farewell() {
    synchronized (planning) {
      Scheduler.Task waiting = next;
      if (waiting == null) {
        hasten = true;
      } else if (nextAt - soon() > 0) {
        waiting.cancel();
        at(soon());
      }
    }
  }

  @GuardedBy("planning")
  private long soon() {
    long soon = clock.nanoTime() + AFTER_GOODBYE.toNanos();
    return soon - restsUntil > 0 ? soon : restsUntil;
  }

  /** How many members were written last. */
  long members() {
    return members;
  }

  /** When that was, by the wall clock; 0 for never. */
  long lastMicros() {
    return lastMicros;
  }

  /** How often it could not be written. */
  long failures() {
    return failures;
  }

  /** Whether it could not be written the last time. */
  boolean isFailing() {
    return failing;
  }

  /** How long a change waits until it is written. */
  private Duration interval() {
    Duration shortest = LONGEST_INTERVAL.multipliedBy(PART_OF_LIFE);
    for (GroupConfig group : membership.configs()) {
      if (group.expire().compareTo(shortest) < 0) {
        shortest = group.expire();
      }
    }
    Duration part = shortest.dividedBy(PART_OF_LIFE);
    return part.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : part;
  }

  @GuardedBy("planning")
  private void plan(Duration pause) {
    at(hasten ? soon() : clock.nanoTime() + pause.toNanos());
    hasten = false;
  }

  @GuardedBy("planning")
  private void at(long when) {
    if (!ended) {
      nextAt = when;
      next = scheduler.at(when, this::writeAndPlan);
    }
  }

  private void writeAndPlan() {
    long began = clock.nanoTime();
    synchronized (planning) {
      next = null;
    }
    try {
      write();
    } finally {
      Duration rest = Duration.ofNanos(REST * (clock.nanoTime() - began));
      Duration interval = interval();
      synchronized (planning) {
        restsUntil = clock.nanoTime() + bounded(rest, SHORTEST_INTERVAL).toNanos();
        plan(bounded(rest, interval));
      }
    }
  }

  /** A time to rest that is not too short and not too long. */
  private static Duration bounded(Duration rest, Duration least) {
    Duration atLeast = rest.compareTo(least) < 0 ? least : rest;
    return atLeast.compareTo(LONGEST_INTERVAL) < 0 ? atLeast : LONGEST_INTERVAL;
  }

  /** Writes all if anything has changed. */
  private synchronized void write() {
    List<KeptGroup> groups = membership.kept();
    long changes = changes(groups);
    if (changes == writtenChanges && !failing) {
      return;
    }
    StateWriter content = new StateWriter(groups, clock);
    try {
      directory.write(groups.size(), content);
      writtenChanges = changes;
      members = content.members();
      lastMicros = clock.epochMicros();
      if (failing) {
        failing = false;
        LOG.log(Level.INFO, "state: {0} is written again", directory.file());
      }
    } catch (IOException | RuntimeException e) {
      failures++;
      if (!failing) {
        failing = true;
        LOG.log(
            Level.WARNING,
            "state: {0} can''t be written, trying again until it can; all else goes on: {1}",
            directory.file(),
            FileFault.reason(e));
      }
    }
  }

  /** Stands for all that would be written: another number if anything has changed. */
  private static long changes(List<KeptGroup> groups) {
    long sum = 1;
    for (KeptGroup group : groups) {
      sum = (sum * 31 + group.id().bits()) * 31 + group.changes();
    }
    return sum;
  }

  /** Writes what has changed, and no more after that; waits for the disk for some seconds. */
  @Override
  public void close() {
    synchronized (planning) {
      ended = true;
      Scheduler.Task waiting = next;
      if (waiting != null) {
        waiting.cancel();
      }
    }
    Thread last = new Thread(null, this::writeAndUnlock, "rgap-state-end", 0, false);
    last.setDaemon(true);
    last.start();
    try {
      if (!last.join(CLOSING_TIME)) {
        LOG.log(
            Level.WARNING,
            "state: {0} can''t be written within {1}; not waiting any longer",
            directory.file(),
            DurationText.format(CLOSING_TIME));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Closing.quietly("the thread of the state", scheduler);
  }

  private synchronized void writeAndUnlock() {
    try {
      write();
    } finally {
      Closing.quietly("the lock of " + directory.file(), directory);
    }
  }
}
