package dev.rgap.simulation;

import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A process on a host: schedulers without threads, which can be stopped and killed together.
 *
 * <p>While it is stopped, or its host sleeps, what becomes due waits, and is done in its order when
 * it goes on.
 */
final class Program {

  /** Is thrown where a program is killed in the middle of something; nobody else catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final Host host;
  private final String name;
  private final BiConsumer<Program, Throwable> thrown;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean alive = true;
  private boolean stopped;
  private int pending;

  /**
   * Runs, and does nothing yet.
   *
   * @param thrown is told what a task has thrown
   */
  Program(Host host, String name, BiConsumer<Program, Throwable> thrown) {
    this.host = host;
    this.name = name;
    this.thrown = thrown;
    host.add(this);
  }

  Host host() {
    return host;
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return alive;
  }

  /** Whether it can do anything now. */
  boolean isRunning() {
    return alive && !stopped && !host.isAsleep();
  }

  /** How many of its tasks wait for their time. */
  int pending() {
    return pending;
  }

  /** Ends it, wherever it is. */
  void kill() {
    alive = false;
    waiting.clear();
    host.remove(this);
  }

  /** As by SIGSTOP. */
  void stop() {
    stopped = true;
  }

  /** As by SIGCONT. */
  void goOn() {
    stopped = false;
    resume();
  }

  /** Does what has been waiting, if it can. */
  void resume() {
    if (isRunning()) {
      List<Runnable> now = List.copyOf(waiting);
      waiting.clear();
      now.forEach(each -> host.timeline().at(host.timeline().now(), each));
    }
  }

  /** Does something as soon as it can; nothing if it is dead by then. */
  void run(Runnable what) {
    if (!alive) {
      return;
    }
    if (!isRunning()) {
      waiting.add(() -> run(what));
      return;
    }
    String before = Logs.of(host.name());
    try {
      what.run();
    } catch (Killed e) {
      kill();
    } catch (RuntimeException | Error e) {
      thrown.accept(this, e);
    } finally {
      Logs.of(before);
    }
  }

  /** The same, after all that is due now. */
  void runLater(Runnable what) {
    host.timeline().at(host.timeline().now(), () -> run(what));
  }

  /** A scheduler of this program. */
  Scheduler scheduler(String of) {
    return new OwnScheduler(of);
  }

  private final class OwnScheduler implements Scheduler {
    private final String of;
    private volatile boolean closed;

    OwnScheduler(String of) {
      this.of = of;
    }

    @Override
    public HostClock clock() {
      return host;
    }

    @Override
    public void execute(Runnable task) {
      at(host.nanoTime(), task);
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      if (closed || !alive) {
        return () -> {};
      }
      Planned planned = new Planned(this, deadlineNanos, task);
      planned.plan();
      return planned;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public String toString() {
      return name + " " + of;
    }
  }

  private final class Planned implements Scheduler.Task {
    private final OwnScheduler by;
    private final long deadline;
    private final Runnable task;
    private Timeline.@Nullable Event event;
    private boolean over;

    Planned(OwnScheduler by, long deadline, Runnable task) {
      this.by = by;
      this.deadline = deadline;
      this.task = task;
      pending++;
    }

    void plan() {
      event = host.timeline().at(host.whenShown(deadline), () -> Program.this.run(this::due));
    }

    private void due() {
      if (over || by.closed) {
        cancel();
      } else if (deadline - host.nanoTime() > 0) {
        plan(); // the host has slept, or its clock has become slower
      } else {
        over = true;
        pending--;
        task.run();
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        pending--;
        if (event != null) {
          event.cancel();
        }
      }
    }
  }
}
