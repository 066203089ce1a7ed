package dev.rgap.listener;

import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The work of one thread, as one sees it who looks on from outside, at intervals: whether it gets
 * on.
 *
 * <p>It is asked by one thread. How long something takes is counted in looks, not by a clock: a
 * program that was stopped has not looked meanwhile, and so has lost no time.
 */
final class Work {

  /** Whether something has happened since it was asked the last time, or nothing is to be done. */
  @FunctionalInterface
  interface Progress {
    boolean hasGotOn();
  }

  private final String name;
  private final Supplier<Optional<Duration>> patience;
  private final Progress progress;

  /** Looks in a row at which it has not got on. */
  private int idle;

  /**
   * @param name for people
   * @param patience how long it may take to get on; nothing if there is no limit
   */
  Work(String name, Supplier<Optional<Duration>> patience, Progress progress) {
    this.name = name;
    this.patience = patience;
    this.progress = progress;
  }

  /** That of a scheduler, which gets on when it runs a task that it is given at a look. */
  static Work of(String name, Scheduler scheduler, Supplier<Optional<Duration>> patience) {
    return new Work(name, patience, new Questions(scheduler));
  }

  /**
   * Looks, and says what is wrong.
   *
   * @param interval how long ago the last look was
   * @return a text for people; nothing if it gets on
   */
  Optional<String> look(Duration interval) {
    idle = progress.hasGotOn() ? 0 : idle + 1;
    Duration time = interval.multipliedBy(idle);
    return patience
        .get()
        .filter(most -> idle > 0 && time.compareTo(most) >= 0)
        .map(most -> name + " has not got on for " + time.toSeconds() + " s");
  }

  /** Asks a scheduler one question at a time. */
  private static final class Questions implements Progress {
    private final Scheduler scheduler;
    private volatile boolean answered = true;

    Questions(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    @Override
    public boolean hasGotOn() {
      if (!answered) {
        return false;
      }
      answered = false;
      scheduler.execute(() -> answered = true);
      return true;
    }
  }

  /** Pieces of work that a thread begins and ends, one after the other. */
  static final class Pieces implements Progress {
    /**
     * Odd while one is begun and not ended. Written by the one thread, so that it costs nothing.
     */
    private final AtomicLong edges = new AtomicLong();

    private long seen;

    void begin() {
      edges.lazySet(edges.getPlain() + 1);
    }

    void end() {
      edges.lazySet(edges.getPlain() + 1);
    }

    @Override
    public boolean hasGotOn() {
      long before = seen;
      seen = edges.get();
      return seen % 2 == 0 || seen != before;
    }
  }
}
