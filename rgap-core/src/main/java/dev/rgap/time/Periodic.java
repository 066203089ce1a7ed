package dev.rgap.time;

/** Runs a task again and again; lives on its scheduler's thread. */
final class Periodic implements Scheduler.Task {

  private final Scheduler scheduler;
  private final long intervalNanos;
  private final Runnable task;
  private volatile boolean cancelled;

  Periodic(Scheduler scheduler, long intervalNanos, Runnable task) {
    this.scheduler = scheduler;
    this.intervalNanos = intervalNanos;
    this.task = task;
    plan(scheduler.clock().nanoTime());
  }

  private void plan(long at) {
    scheduler.at(at, () -> run(at));
  }

  private void run(long plannedFor) {
    if (cancelled) {
      return;
    }
    try {
      task.run();
    } finally {
      long now = scheduler.clock().nanoTime();
      long next = plannedFor + intervalNanos;
      plan(next - now > 0 ? next : now + intervalNanos);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
  }
}
