package dev.rgap.time;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link Scheduler} that has a virtual thread while it has something to do. */
final class VirtualScheduler implements Scheduler {

  private final String name;
  private final HostClock clock;
  private final FaultLog faults;
  private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();

  /** How many tasks are due that have not ended. */
  private final AtomicInteger unfinished = new AtomicInteger();

  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  VirtualScheduler(String name, HostClock clock) {
    this.name = name;
    this.clock = clock;
    this.faults = new FaultLog(VirtualScheduler.class, clock);
  }

  @Override
  public HostClock clock() {
    return clock;
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      return;
    }
    due.add(task);
    if (unfinished.getAndIncrement() == 0) {
      start(this::runDue);
    }
  }

  private void runDue() {
    do {
      Runnable task = due.poll();
      if (task != null && !closed) {
        run(task);
      }
    } while (unfinished.decrementAndGet() > 0);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      faults.thrown("a task on " + name + " failed; going on", e);
    }
  }

  @Override
  public Task at(long deadlineNanos, Runnable task) {
    Thread waiting =
        start(() -> {
          try {
            TimeUnit.NANOSECONDS.sleep(deadlineNanos - clock.nanoTime());
            execute(task);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // cancelled, or closed
          }
        });
    return waiting::interrupt;
  }

  private Thread start(Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                task.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
    threads.add(thread);
    if (closed) {
      thread.interrupt();
    }
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
