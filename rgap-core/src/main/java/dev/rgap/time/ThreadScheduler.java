package dev.rgap.time;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A {@link Scheduler} with a daemon thread of its own. */
final class ThreadScheduler implements Scheduler {

  private static final long CLOSE_TIMEOUT_SECONDS = 5;

  private final String name;
  private final HostClock clock;
  private final FaultLog faults;
  private final ScheduledThreadPoolExecutor executor;

  ThreadScheduler(String name, HostClock clock) {
    this.name = name;
    this.clock = clock;
    this.faults = new FaultLog(ThreadScheduler.class, clock);
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(null, task, name, 0, false);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    start();
  }

  /** Now, when somebody is there to be told that no thread can be made. */
  private void start() {
    try {
      executor.prestartCoreThread();
    } catch (OutOfMemoryError e) {
      executor.shutdownNow();
      throw noThread(name, e);
    }
  }

  /** An error for people. */
  static OutOfMemoryError noThread(String name, OutOfMemoryError cause) {
    OutOfMemoryError error =
        new OutOfMemoryError(
            "the thread "
                + name
                + " can't be made: "
                + cause.getMessage()
                + " (raise the limit of processes: ulimit -u, TasksMax= of systemd, pids.max of a"
                + " container)");
    error.initCause(cause);
    return error;
  }

  @Override
  public HostClock clock() {
    return clock;
  }

  @Override
  public void execute(Runnable task) {
    at(clock.nanoTime(), task);
  }

  @Override
  public Task at(long deadlineNanos, Runnable task) {
    try {
      long delay = Math.max(0, deadlineNanos - clock.nanoTime());
      Future<?> future = executor.schedule(() -> guarded(task), delay, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closed: as documented, what was not started by then never is.
      return () -> {};
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      faults.thrown("a task on " + name + " failed; going on", e);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
        log()
            .log(
                System.Logger.Level.WARNING,
                "{0} is still busy {1} s after it was asked to end; not waiting any longer",
                name,
                CLOSE_TIMEOUT_SECONDS);
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(ThreadScheduler.class.getName());
  }
}
