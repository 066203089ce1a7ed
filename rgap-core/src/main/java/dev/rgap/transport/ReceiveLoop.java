package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Gauge;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.LineLimit;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what arrives at something that can be opened, such as a socket, on a thread of its own,
 * whatever happens to it.
 *
 * <pre>
 *            receiving fails, or is interrupted             something arrives
 *   READING -----------------------------------------> LOST ------------------> READING
 *            (logged once)                             | ^   (logged once)
 *                                                      +-+ opened again after a pause
 * </pre>
 *
 * <p>The pauses grow from {@value #FIRST_PAUSE_MILLIS} ms to {@value #LONGEST_PAUSE_MILLIS} ms.
 * Only what arrives shows that all is well again: a socket that opens but fails at once stays lost.
 *
 * <p>Nothing but {@link #close} ends the thread: no exception and no error, of opening, of
 * receiving or of handling.
 *
 * @param <S> what is open
 */
@InternalApi
public final class ReceiveLoop<S extends ReceiveLoop.Session> implements AutoCloseable {

  /** Something open. But for closing it, only the loop's thread uses it. */
  public interface Session extends Closeable {
    /** Waits for something and keeps it. Ends with an exception if this is closed meanwhile. */
    void receive() throws IOException;

    /** Deals with what was received. What it throws is a bug, which is logged once. */
    void handle();
  }

  /** Opens it again. */
  @FunctionalInterface
  public interface Opener<S> {
    /** May take long, as looking up a name does; nobody waits for it. */
    S open() throws IOException;
  }

  /**
   * What is counted.
   *
   * @param errors how often receiving, or opening again, failed
   * @param unhandled how often handling failed
   * @param up 1, or 0 while it is lost
   */
  public record Numbers(Counter errors, Counter unhandled, Gauge up) {

    /** Those of a source of announcements. */
    static Numbers ofSource(Metrics metrics) {
      return of(metrics, "rgap_source", "source of announcements");
    }

    /**
     * Numbers of something else.
     *
     * @param prefix what their names begin with, such as {@code rgap_dns_socket}
     * @param what the same for people
     */
    public static Numbers of(Metrics metrics, String prefix, String what) {
      return new Numbers(
          metrics.counter(
              prefix + "_errors_total",
              "How often receiving at a " + what + ", or opening it again, has failed."),
          metrics.counter(
              prefix + "_unhandled_total",
              "Datagrams that arrived at a " + what + " and could not be dealt with: a bug."),
          metrics.gauge(
              prefix + "_up",
              "Whether a " + what + " receives: 0 from a failure to the next datagram."));
    }
  }

  /** Lets time pass; the seam by which tests let none pass. */
  @FunctionalInterface
  interface Pause {
    /** True if the loop ended meanwhile. */
    boolean await(CountDownLatch ended, long millis) throws InterruptedException;
  }

  static final Pause REAL_PAUSE = (ended, millis) -> ended.await(millis, TimeUnit.MILLISECONDS);

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  /** Losses that are said at once. What is lost and back more often says so once a minute. */
  private static final int FREE_LINES = 5;

  private final String label;
  private final System.Logger log;
  private final Numbers numbers;
  private final Pause pause;
  private final LineLimit losses;
  private final CountDownLatch ended = new CountDownLatch(1);

  // Of the loop's thread:
  private boolean lost;
  private boolean lossSaid;
  private boolean handlingFailed;
  private long nextPause = FIRST_PAUSE_MILLIS;
  private boolean atOnce;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable S session;

  @GuardedBy("lock")
  private @Nullable Thread thread;

  @GuardedBy("lock")
  private @Nullable String interruption;

  /** The session was closed only to be opened again. */
  @GuardedBy("lock")
  private boolean reopening;

  /** The thread is opening a session; should this be closed meanwhile, it is not used. */
  @GuardedBy("lock")
  private boolean opening;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * A loop that has not started.
   *
   * @param label what the lines in the log begin with
   * @param log of whoever owns the loop
   */
  public ReceiveLoop(String label, System.Logger log, Numbers numbers) {
    this(label, log, numbers, REAL_PAUSE, HostClock.system());
  }

  ReceiveLoop(String label, System.Logger log, Numbers numbers, Pause pause, HostClock clock) {
    this.label = label;
    this.log = log;
    this.numbers = numbers;
    this.pause = pause;
    this.losses = new LineLimit(clock, FREE_LINES);
  }

  /**
   * Begins to receive. Called once.
   *
   * @param first what is open now; from now on the loop closes it
   * @throws IOException if the loop was closed
   */
  public void start(String threadName, S first, Opener<? extends S> opener) throws IOException {
    synchronized (lock) {
      session = first;
      if (closed) {
        closeSession();
        throw new IOException(label + ": was closed");
      }
      numbers.up().set(true);
      thread = new Thread(null, () -> run(first, opener), threadName, 0, false);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** What is open at the moment, if it is. */
  public @Nullable S session() {
    synchronized (lock) {
      return session;
    }
  }

  /**
   * Closes a session of which somebody else found out that nothing arrives at it any more; it is
   * opened again. Does nothing if it was closed already.
   *
   * @param why logged as what has failed
   */
  public void interrupt(S found, String why) {
    synchronized (lock) {
      if (found.equals(session)) {
        interruption = why;
        closeSession();
      }
    }
  }

  /**
   * Closes a session that is to be opened again at once, which is no failure. Does nothing if it
   * was closed already.
   */
  public void reopen(S found) {
    synchronized (lock) {
      if (found.equals(session)) {
        reopening = true;
        closeSession();
      }
    }
  }

  private void run(S first, Opener<? extends S> opener) {
    S open = first;
    do {
      try {
        if (open == null) {
          open = openSession(opener);
        }
        if (open != null) {
          readOn(open);
        }
      } catch (Throwable e) {
        failed(e);
      }
      open = null;
    } while (pause());
  }

  /** Ends with an exception only. */
  private void readOn(S open) throws IOException {
    while (true) {
      open.receive();
      if (lost) {
        receivingAgain();
      }
      try {
        open.handle();
      } catch (Throwable e) {
        handlingFailed(e);
      }
    }
  }

  private void receivingAgain() {
    lost = false;
    nextPause = FIRST_PAUSE_MILLIS;
    numbers.up().set(true);
    if (lossSaid) {
      log.log(Level.INFO, "{0}: receiving again", label);
    }
  }

  private void handlingFailed(Throwable e) {
    numbers.unhandled.increment();
    // Once only: a sender must not be able to fill the log.
    if (!handlingFailed) {
      handlingFailed = true;
      log.log(Level.ERROR, label + ": a datagram could not be processed; going on", e);
    }
  }

  private void failed(Throwable e) {
    try {
      String reason;
      synchronized (lock) {
        closeSession();
        if (closed) {
          return;
        }
        if (reopening) {
          reopening = false;
          atOnce = true;
          return;
        }
        reason = interruption == null ? describe(e) : interruption;
        interruption = null;
      }
      numbers.errors.increment();
      numbers.up().set(false);
      boolean before = lost;
      lost = true;
      if (!before) {
        lossSaid = losses.admits();
      }
      if (!before && lossSaid) {
        log.log(
            Level.WARNING,
            "{0}: receiving failed, trying again until it works: {1}",
            label,
            reason);
      }
    } catch (Throwable another) {
      // There may be no memory left for saying so; there may be some after the pause.
      lost = true;
    }
  }

  private static String describe(Throwable e) {
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /** A new session; null if this was closed. */
  private @Nullable S openSession(Opener<? extends S> opener) throws IOException {
    synchronized (lock) {
      if (closed) {
        return null;
      }
      opening = true;
    }
    // Not under the lock: looking up a name may take long, and closing must not wait for that.
    S opened;
    try {
      opened = opener.open();
    } finally {
      synchronized (lock) {
        opening = false;
      }
    }
    synchronized (lock) {
      session = opened;
      if (closed) {
        closeSession();
        return null;
      }
      return opened;
    }
  }

  /** With the lock held. */
  @GuardedBy("lock")
  private void closeSession() {
    S last = session;
    session = null;
    try {
      if (last != null) {
        last.close();
      }
    } catch (IOException | RuntimeException e) {
      log.log(Level.DEBUG, label + ": closing the socket failed", e);
    }
  }

  /** Lets some time pass; false if this was closed. */
  private boolean pause() {
    if (atOnce) {
      atOnce = false;
      return ended.getCount() > 0;
    }
    long millis = nextPause;
    nextPause = Math.min(2 * millis, LONGEST_PAUSE_MILLIS);
    try {
      return !pause.await(ended, millis);
    } catch (InterruptedException e) {
      // A handler may have left the thread interrupted, for which a channel was closed: that ends
      // one pause, and nothing else.
      return ended.getCount() > 0;
    }
  }

  /**
   * Ends it. No handling is begun after this returns; one that is going on is waited for, unless it
   * is the caller. A session that is just being opened is not waited for, and is closed unused.
   */
  @Override
  public void close() {
    Thread running;
    synchronized (lock) {
      closed = true;
      closeSession();
      running = opening ? null : thread;
    }
    ended.countDown();
    if (running != null && running != Thread.currentThread()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    numbers.up().set(false);
  }
}
