package dev.rgap.cli.process;

import dev.rgap.cli.log.Stderr;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a command that runs for long when to end: on SIGINT and SIGTERM.
 *
 * <pre>
 *   signal -> handler, or else the JVM's hook -> request() -> the command's await() returns
 *                      |                                       | closes what it has
 *                      | waits, at most 10 s and what is       v
 *                      | allowed besides                       |
 *                      +------------> halt(status)   Main: halt(status)
 * </pre>
 *
 * <p>A command that serves until it is stopped, and says so by {@link #serve}, ends with the status
 * 0. Any other was stopped before it was done, which is an error: its status is 1.
 *
 * <p>By itself the JVM ends with 128 + the number of the signal, and without waiting for the
 * command. A command that has not called {@link #arm} has nothing to close and ends at once.
 */
public final class Shutdown {

  /** How long the end of the program waits for its last lines to be read. */
  public static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The JVM's for the signal, the hook, and one to close things with. */
  private static final int SPARE_THREADS = 3;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch insisted = new CountDownLatch(1);
  private @Nullable Hook hook;
  private volatile boolean armed;
  private volatile @Nullable Throwable failure;

  /** What the program ends with if it is stopped now: unfinished, but for those that never are. */
  private volatile int status = 1;

  private volatile Duration patience = PATIENCE;

  /**
   * Makes signals end the program.
   *
   * @param stderr what is waited for a moment
   */
  public void onSignals(Stderr stderr) {
    hook = new Hook(stderr);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes signals that a service may get by habit no reason to end; unless this is not what this
   * process ends by.
   */
  public void outliveOthers() {
    if (hook != null) {
      Signals.handle(hook, null);
    }
  }

  /**
   * The same for a service that has a use for SIGHUP.
   *
   * @param hangup is called at each, on a thread of its own
   */
  public void outliveOthers(Runnable hangup) {
    if (hook != null) {
      Signals.handle(hook, hangup);
    }
  }

  private final class Hook extends Thread {
    private final Stderr stderr;

    Hook(Stderr stderr) {
      super(null, null, "rgap-shutdown", 0, false);
      this.stderr = stderr;
    }

    @Override
    public void run() {
      request();
      try {
        if (armed) {
          // Main halts the program when the command has closed everything.
          Thread.sleep(patience);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (status != 0) {
        System.err.println("Error: stopped before it was done");
      }
      stderr.drain(LAST_WORDS);
      Runtime.getRuntime().halt(status);
    }
  }

  /** Makes it no error to be stopped. */
  public void serve() {
    status = 0;
  }

  /** Whether it is no error to be stopped. */
  public boolean serves() {
    return status == 0;
  }

  /**
   * Makes a signal wait until the command, which serves until then, has ended by itself. Called
   * before it opens anything.
   */
  public void arm() {
    serve();
    armed = true;
  }

  /** Lets closing take this long, and the usual time for all else. */
  public void allow(Duration closingTime) {
    patience = PATIENCE.plus(closingTime);
  }

  /** Asks the command to end; the second time, to do so at once. */
  public void request() {
    if (requested()) {
      insisted.countDown();
    }
    requested.countDown();
  }

  /** Asks the command to end since something has failed. Waits for nothing. */
  public void fail(Throwable why) {
    failure = why;
    request();
  }

  /** Why the command is to end, if something has failed. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /**
   * Makes sure that the threads can be made by which a signal is answered, and a few more.
   *
   * @throws OutOfMemoryError if the system lets this process have no more
   */
  public static void requireThreads() {
    CountDownLatch all = new CountDownLatch(1);
    try {
      for (int i = 0; i < SPARE_THREADS; i++) {
        Thread thread = new Thread(null, new Waiting(all), "rgap-spare", 0, false);
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      all.countDown();
    }
  }

  /** Waits until all of its kind are there. */
  private record Waiting(CountDownLatch all) implements Runnable {
    @Override
    public void run() {
      try {
        all.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the command is to end. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits until the command is to end. */
  public void await() {
    try {
      requested.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until the command, which was asked to end, is asked again, or for this long.
   *
   * @return whether it was asked again
   */
  public boolean awaitInsistence(Duration atMost) {
    return await(insisted, atMost);
  }

  /**
   * Waits until the command is to end, or for this long.
   *
   * @return whether it is to end
   */
  public boolean await(Duration atMost) {
    return await(requested, atMost);
  }

  private static boolean await(CountDownLatch latch, Duration atMost) {
    try {
      return latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
