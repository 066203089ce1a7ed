package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.time.FaultLog;
import dev.rgap.time.HostClock;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
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

  /** Deliveries made by one task, so that other tasks of the same executor get their turn. */
  private static final int BATCH = 256;

  private final Executor executor;
  private final FaultLog faults;
  private final FaultLog executorFaults;

  /** Taken under the publisher's lock, never the other way round. */
  final Object monitor = new Object();

  @GuardedBy("monitor")
  private boolean scheduled;

  @GuardedBy("monitor")
  private boolean closed;

  /**
   * Makes one for which nothing waits.
   *
   * @param clock for the log: a subscriber that fails on each event does not fill it
   */
  Subscriber(Executor executor, HostClock clock) {
    this.executor = executor;
    this.faults = new FaultLog(Subscriber.class, clock);
    this.executorFaults = new FaultLog(Subscriber.class, clock);
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
    } catch (RuntimeException | Error e) {
      // What was published is published, whatever becomes of this one.
      if (e instanceof RejectedExecutionException && hasEnded(executor)) {
        close();
        return;
      }
      synchronized (monitor) {
        scheduled = false;
      }
      executorFaults.thrown("a subscriber's executor failed; trying again at each event", e);
    }
  }

  /** One that only has no room at the moment has not; of some it can't be known. */
  private static boolean hasEnded(Executor executor) {
    return !(executor instanceof ExecutorService service) || service.isShutdown();
  }

  private void run() {
    try {
      boolean more = true;
      for (int i = 0; more && i < BATCH; i++) {
        more = deliverOne();
      }
    } finally {
      synchronized (monitor) {
        scheduled = false;
      }
    }
    wake();
  }

  private boolean deliverOne() {
    try {
      return deliver();
    } catch (RuntimeException | Error e) {
      faults.thrown("a subscriber failed on " + delivering() + "; going on", e);
      return true;
    }
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
