package dev.rgap.testing;

import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;

/**
 * A host's clocks that stand still until a test moves them, and the schedulers that go by them.
 *
 * <p>Everything runs on the test's own thread: moving the clock runs what becomes due, in the order
 * of the deadlines and, among equal ones, in the order in which it was handed in. Not safe for use
 * by several threads.
 */
public final class ManualClock implements HostClock {

  private record Pending(long deadline, long sequence, Runnable task, ManualScheduler owner) {}

  private final PriorityQueue<Pending> pending =
      new PriorityQueue<>(
          Comparator.comparingLong(Pending::deadline).thenComparingLong(Pending::sequence));
  private long wallMicros;
  private long nanos;
  private long sleptNanos;
  private long sequence;
  private boolean running;

  /** Stands at the given time. */
  public ManualClock(Instant start) {
    wallMicros = start.getEpochSecond() * 1_000_000L + start.getNano() / 1_000;
  }

  /** Stands at some time. */
  public ManualClock() {
    this(Instant.parse("2026-01-02T03:04:05.678901Z"));
  }

  @Override
  public long epochMicros() {
    return wallMicros;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long bootNanoTime() {
    return nanos + sleptNanos;
  }

  /** Waits for nothing: no time passes by that. */
  @Override
  public boolean await(CountDownLatch latch, long nanos) {
    return latch.getCount() == 0;
  }

  /** Lets time pass, by both clocks, and runs what becomes due on the way. */
  public void advance(Duration by) {
    long end = nanos + by.toNanos();
    runUntil(end);
    moveTo(Math.max(nanos, end)); // a task may have moved the clock further
  }

  /** Runs what is due now, including what that hands in. */
  public void runDue() {
    runUntil(nanos);
  }

  /** Sets the wall clock forwards or backwards, as an administrator does; no time passes. */
  public void stepWallClock(Duration by) {
    wallMicros += by.toNanos() / 1_000;
  }

  /**
   * Lets time pass in which the program is stopped, as by SIGSTOP: nothing runs, and what has
   * become due meanwhile runs when the clock is moved the next time.
   */
  public void stop(Duration by) {
    moveTo(nanos + by.toNanos());
  }

  /**
   * Lets the host sleep: nothing runs, the monotonic clock stands still, and the wall clock is
   * right when the host wakes.
   */
  public void suspend(Duration by) {
    wallMicros += by.toNanos() / 1_000;
    sleptNanos += by.toNanos();
  }

  private void runUntil(long end) {
    if (running) {
      return; // a task of ours moves the clock: the outer run goes on with what that made due
    }
    running = true;
    try {
      while (!pending.isEmpty() && pending.element().deadline() <= Math.max(end, nanos)) {
        Pending next = pending.remove();
        moveTo(Math.max(nanos, next.deadline()));
        next.task().run();
      }
    } finally {
      running = false;
    }
  }

  private void moveTo(long newNanos) {
    // Both clocks go the same way: whole microseconds passed since the origin, so none are lost.
    wallMicros += Math.floorDiv(newNanos, 1_000) - Math.floorDiv(nanos, 1_000);
    nanos = newNanos;
  }

  /** The number of tasks that wait for their time. */
  public int pendingTasks() {
    return pending.size();
  }

  /** A scheduler that goes by this clock; a task that throws fails the test that runs it. */
  public Scheduler scheduler() {
    return new ManualScheduler();
  }

  private final class ManualScheduler implements Scheduler {

    boolean closed;

    @Override
    public HostClock clock() {
      return ManualClock.this;
    }

    @Override
    public void execute(Runnable task) {
      at(nanos, task);
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      if (closed) {
        return () -> {};
      }
      Pending entry = new Pending(Math.max(deadlineNanos, nanos), sequence++, task, this);
      pending.add(entry);
      return () -> pending.remove(entry);
    }

    @Override
    public void close() {
      closed = true;
      pending.removeIf(entry -> entry.owner() == this);
    }
  }
}
