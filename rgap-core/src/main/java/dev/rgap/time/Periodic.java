package dev.rgap.time;

import org.jspecify.annotations.Nullable;

/** Runs a task again and again; lives on its scheduler's thread. */
final class Periodic implements Scheduler.Task {

  private final Scheduler scheduler;
  private final long intervalNanos;
  private final Runnable task;
  private volatile Scheduler.@Nullable Task next;
  private volatile boolean cancelled;

  Periodic(Scheduler scheduler, long intervalNanos, Runnable task) {
    if (intervalNanos <= 0) {
      throw new IllegalArgumentException("the interval must be positive");
    }
    this.scheduler = scheduler;
    this.intervalNanos = intervalNanos;
    this.task = task;
    plan(scheduler.clock().nanoTime());
  }

  private void plan(long at) {
    if (!cancelled) {
      next = scheduler.at(at, () -> run(at));
    }
  }

  private void run(long plannedFor) {
    if (cancelled) {
      return;
    }
    try {
      task.run();
    } finally {
      long now = scheduler.clock().nanoTime();
      long following = plannedFor + intervalNanos;
      plan(following - now > 0 ? following : now + intervalNanos);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    Scheduler.Task waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
