package dev.rgap.time;

import dev.rgap.api.StableApi;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs tasks one at a time: at once, in the order in which they are handed in, or at a point of the
 * monotonic clock.
 *
 * <p>Whoever owns a scheduler can treat its tasks as a single thread: they never overlap, and each
 * sees what the ones before it did. A task that throws is logged and harms no other.
 */
@StableApi
public interface Scheduler extends Executor, AutoCloseable {

  /** The clock that deadlines refer to. */
  HostClock clock();

  /**
   * Runs a task once, at a deadline or as soon as possible after it. Deadlines that are about the
   * same may come up in either order.
   *
   * @param deadlineNanos a value of {@link HostClock#nanoTime}; one in the past means at once
   */
  Task at(long deadlineNanos, Runnable task);

  /**
   * Runs a task at once and then at each interval. A run that takes longer than the interval delays
   * the next one; none are made up for.
   *
   * @throws IllegalArgumentException if the interval is not positive
   */
  default Task every(Duration interval, Runnable task) {
    return new Periodic(this, interval.toNanos(), task);
  }

  /** Drops the tasks that are waiting for their time, waits shortly for those due, and ends. */
  @Override
  void close();

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Task {
    /** Makes sure that the task is not started any more; does nothing if it already was. */
    void cancel();
  }

  /**
   * A scheduler with a thread of its own, which is there at once and doesn't keep the program
   * alive.
   *
   * @throws OutOfMemoryError if the system lets this process have no more threads
   */
  static Scheduler onThread(String name, HostClock clock) {
    return new ThreadScheduler(name, clock);
  }

  /**
   * A scheduler for tasks that wait for others most of the time, on a virtual thread. {@link
   * #close} interrupts what is under way, and waits for nothing.
   */
  static Scheduler onVirtualThread(String name, HostClock clock) {
    return new VirtualScheduler(name, clock);
  }
}
