package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Somebody who is told about groups: takes events in under the publisher's lock and delivers them
 * outside of it, by at most one task of its executor at a time.
 *
 * <pre>
 *   publisher, under its lock:    put  put  put
 *   publisher, after unlocking:                 wake
 *   executor:                                        deliver, deliver, ... until nothing waits
 * </pre>
 */
abstract class Subscriber implements Membership.Subscription {

  private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());

  /** Deliveries made by one task, so that other tasks of the same executor get their turn. */
  private static final int BATCH = 256;

  private final Executor executor;

  /** Taken under the publisher's lock, never the other way round. */
  final Object monitor = new Object();

  @GuardedBy("monitor")
  private boolean scheduled;

  @GuardedBy("monitor")
  private boolean closed;

  @GuardedBy("monitor")
  private boolean executorFailed;

  Subscriber(Executor executor) {
    this.executor = executor;
  }

  /** Takes an event in; to be followed by {@link #wake} when the lock is released. */
  abstract void put(MembershipEvent event);

  /** Whether there is something to deliver. Called with the monitor held. */
  @GuardedBy("monitor")
  abstract boolean isWaiting();

  /** Forgets what waits. Called with the monitor held. */
  @GuardedBy("monitor")
  abstract void clear();

  /**
   * Delivers one thing that waits; catches nothing.
   *
   * @return false if nothing waited
   */
  abstract boolean deliver();

  /** Takes the subscriber off the publisher's lists. */
  abstract void unsubscribe();

  /** Whether it takes no more. */
  final boolean isClosed() {
    synchronized (monitor) {
      return closed;
    }
  }

  /** Sees to it that what waits is delivered. */
  final void wake() {
    synchronized (monitor) {
      if (scheduled || closed || !isWaiting()) {
        return;
      }
      scheduled = true;
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      // The subscriber's executor has ended: so has the subscription.
      close();
    } catch (RuntimeException | Error e) {
      // What was published is published, whatever becomes of this one. It is tried again at the
      // next event.
      boolean first;
      synchronized (monitor) {
        scheduled = false;
        first = !executorFailed;
        executorFailed = true;
      }
      if (first) {
        LOG.log(Level.ERROR, "a subscriber's executor failed; trying again at each event", e);
      }
    }
  }

  private void run() {
    boolean more = true;
    for (int i = 0; more && i < BATCH; i++) {
      try {
        more = deliver();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "a subscriber failed on " + delivering() + "; going on", e);
      }
    }
    synchronized (monitor) {
      scheduled = false;
      executorFailed = false;
    }
    wake();
  }

  /** What is being delivered, for the log; on the executor's thread. */
  abstract String delivering();

  @Override
  public final void close() {
    synchronized (monitor) {
      closed = true;
      clear();
    }
    unsubscribe();
  }
}
