package dev.rgap.outputs.dns;

import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;

/** A manual clock and its scheduler for a test whose subject has threads. */
class LockedScheduler implements Scheduler, HostClock {

  private final ManualClock clock = new ManualClock();
  private final Scheduler scheduler = clock.scheduler();

  synchronized void advance(Duration by) {
    clock.advance(by);
  }

  synchronized int pendingTasks() {
    return clock.pendingTasks();
  }

  @Override
  public HostClock clock() {
    return this;
  }

  @Override
  public synchronized long epochMicros() {
    return clock.epochMicros();
  }

  @Override
  public synchronized long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public synchronized void execute(Runnable task) {
    scheduler.execute(task);
  }

  @Override
  public synchronized Task at(long deadlineNanos, Runnable task) {
    Task planned = scheduler.at(deadlineNanos, task);
    return () -> {
      synchronized (LockedScheduler.this) {
        planned.cancel();
      }
    };
  }

  @Override
  public synchronized void close() {
    scheduler.close();
  }
}
