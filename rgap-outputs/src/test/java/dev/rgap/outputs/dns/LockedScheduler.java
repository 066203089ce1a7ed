package dev.rgap.outputs.dns;

import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A manual clock and its scheduler for a test whose subject has threads. Tasks run on the thread
 * that moves the clock, and without the lock: the subject has locks of its own, which it may hold
 * when it asks for the time.
 */
class LockedScheduler implements Scheduler, HostClock {

  private record Pending(long deadline, long sequence, Runnable task) {}

  private static final long START_MICROS = 1_767_323_045_678_901L;

  private final PriorityQueue<Pending> pending =
      new PriorityQueue<>(
          Comparator.comparingLong(Pending::deadline).thenComparingLong(Pending::sequence));
  private long sequence;
  private long nanos;

  /** Called by one thread. */
  void advance(Duration by) {
    long end = nanoTime() + by.toNanos();
    Runnable due = nextUntil(end);
    while (due != null) {
      due.run();
      due = nextUntil(end);
    }
  }

  /** Takes the next task out, and moves the clock to it; to the end if there is none. */
  private synchronized @Nullable Runnable nextUntil(long end) {
    Pending next = pending.peek();
    if (next == null || next.deadline() > end) {
      nanos = end;
      return null;
    }
    nanos = Math.max(nanos, next.deadline());
    pending.remove();
    return next.task();
  }

  synchronized int pendingTasks() {
    return pending.size();
  }

  @Override
  public HostClock clock() {
    return this;
  }

  @Override
  public synchronized long epochMicros() {
    return START_MICROS + nanos / 1_000;
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public void execute(Runnable task) {
    at(nanoTime(), task);
  }

  @Override
  public synchronized Task at(long deadlineNanos, Runnable task) {
    Pending planned = new Pending(deadlineNanos, sequence++, task);
    pending.add(planned);
    return () -> cancel(planned);
  }

  private synchronized void cancel(Pending planned) {
    pending.remove(planned);
  }

  @Override
  public synchronized void close() {
    pending.clear();
  }
}
