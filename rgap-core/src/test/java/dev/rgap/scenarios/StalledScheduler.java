package dev.rgap.scenarios;

import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;

/** Never runs anything, like one whose thread is held up. */
record StalledScheduler(HostClock clock) implements Scheduler {

  @Override
  public void execute(Runnable task) {}

  @Override
  public Task at(long deadlineNanos, Runnable task) {
    return () -> {};
  }

  @Override
  public void close() {}
}
