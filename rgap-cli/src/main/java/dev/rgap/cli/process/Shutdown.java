package dev.rgap.cli.process;

import dev.rgap.cli.log.Stderr;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that runs for long when to end: on SIGINT and SIGTERM.
 *
 * <pre>
 *   signal -> JVM starts its shutdown hooks -> request() -> the command's await() returns
 *                          |                                       | closes what it has
 *                          | waits, at most 10 s and what is       v
 *                          | allowed besides                       |
 *                          +------------> halt(0)            Main: halt(status)
 * </pre>
 *
 * <p>By itself the JVM ends with 128 + the number of the signal, and without waiting for the
 * command. A command that has not called {@link #arm} has nothing to close and ends at once.
 */
public final class Shutdown {

  /** How long the end of the program waits for its last lines to be read. */
  public static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch requested = new CountDownLatch(1);
  private boolean ofProcess;
  private volatile boolean armed;
  private volatile Duration patience = PATIENCE;

  /**
   * Makes signals end the program with the status 0.
   *
   * @param stderr what is waited for a moment
   */
  public void onSignals(Stderr stderr) {
    ofProcess = true;
    Runtime.getRuntime().addShutdownHook(new Hook(stderr));
  }

  /**
   * Makes signals that a service may get by habit, such as SIGHUP, no reason to end; unless this is
   * not what this process ends by.
   */
  public void outliveOthers() {
    if (ofProcess) {
      Signals.answer();
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
      stderr.drain(LAST_WORDS);
      Runtime.getRuntime().halt(0);
    }
  }

  /** Makes a signal wait until the command has ended by itself. Called before it opens anything. */
  public void arm() {
    armed = true;
  }

  /** Lets closing take this long, and the usual time for all else. */
  public void allow(Duration closingTime) {
    patience = PATIENCE.plus(closingTime);
  }

  /** Asks the command to end. */
  public void request() {
    requested.countDown();
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
   * Waits until the command is to end, or for this long.
   *
   * @return whether it is to end
   */
  public boolean await(Duration atMost) {
    try {
      return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
