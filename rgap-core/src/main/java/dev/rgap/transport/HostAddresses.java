package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.IpAddress;
import dev.rgap.text.DurationText;
import dev.rgap.time.FaultLog;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a name, as the last look-up that succeeded has found them.
 *
 * <p>The system's resolver takes as long as it wants, half a minute if its servers are away, and
 * can't be interrupted. So look-ups have a thread of their own, which there is while they are asked
 * for, and there is never more than one under way. While they fail or take long, the addresses stay
 * what they were, and the log says so once.
 */
final class HostAddresses {

  /** Looks up a name, however long it takes. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String name) throws UnknownHostException;
  }

  /** A look-up that takes this long is worth a word; one that takes half of it is in time. */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For how long the thread waits for more to do. */
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String name;
  private final Resolver resolver;
  private final HostClock clock;
  private final FaultLog faults;

  @GuardedBy("this")
  private @Nullable Thread thread;

  @GuardedBy("this")
  private boolean underWay;

  @GuardedBy("this")
  private long startedAt;

  @GuardedBy("this")
  private InetAddress @Nullable [] known;

  @GuardedBy("this")
  private @Nullable IOException failure;

  @GuardedBy("this")
  private @Nullable Runnable whenFound;

  @GuardedBy("this")
  private boolean prepared;

  @GuardedBy("this")
  private boolean saidFailing;

  @GuardedBy("this")
  private boolean saidSlow;

  HostAddresses(String name, Resolver resolver, HostClock clock) {
    this.name = name;
    this.resolver = resolver;
    this.clock = clock;
    this.faults = new FaultLog(HostAddresses.class, clock);
  }

  /**
   * Begins to look up the name, unless that is under way, and waits for nothing. From now on {@link
   * #addresses} doesn't look up anything by itself.
   *
   * @param found run on the look-up's thread when there are addresses that were not known before,
   *     or when there still are none
   * @return whether there are addresses already
   */
  boolean prepare(Runnable found) {
    String slow = null;
    boolean any;
    synchronized (this) {
      prepared = true;
      whenFound = found;
      if (!begin() && known != null && !saidSlow && !saidFailing && took() >= SLOW_NANOS) {
        saidSlow = true;
        slow = list(known);
      }
      any = known != null || !underWay;
    }
    if (slow != null) {
      log()
          .log(
              Level.WARNING,
              "looking up {0} takes long; sending to the addresses that are known: {1}",
              name,
              slow);
    }
    return any;
  }

  /**
   * The addresses that are known, at least one. Unless there is somebody who prepares, the name is
   * looked up first.
   *
   * @param timeout how long the look-up may take; zero for as long as it needs
   * @throws IOException if no addresses are known
   */
  synchronized InetAddress[] addresses(Duration timeout) throws IOException {
    if (!prepared) {
      begin();
      awaitEnd(timeout);
    }
    if (known != null) {
      return known.clone();
    }
    throw failure == null ? new SocketTimeoutException("looking up the host takes long") : failure;
  }

  private synchronized void awaitEnd(Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (underWay) {
        if (!timeout.isPositive()) {
          wait();
        } else {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            if (known != null) {
              return;
            }
            throw new SocketTimeoutException(
                "looking up the host took longer than " + DurationText.format(timeout));
          }
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking up the host");
    }
  }

  /** Begins a look-up; false if one is under way. */
  private synchronized boolean begin() {
    if (underWay) {
      return false;
    }
    underWay = true;
    startedAt = clock.nanoTime();
    try {
      if (thread == null) {
        Thread started = new Thread(null, this::lookUpWhileAsked, "rgap-lookup " + name, 0, false);
        started.setDaemon(true);
        started.start();
        thread = started;
      } else {
        notifyAll();
      }
    } catch (OutOfMemoryError e) {
      // No thread to be had at the moment; what is known is still good.
      underWay = false;
      failure = new IOException("no thread for looking up " + name + ": " + e.getMessage(), e);
    }
    return true;
  }

  synchronized boolean isUnderWay() {
    return underWay;
  }

  private synchronized long took() {
    return clock.nanoTime() - startedAt;
  }

  private void lookUpWhileAsked() {
    try {
      while (awaitBegin()) {
        lookUp();
      }
    } finally {
      // Whatever has ended it: the next look-up is made by another one.
      synchronized (this) {
        if (thread == Thread.currentThread()) {
          thread = null;
          underWay = false;
          notifyAll();
        }
      }
    }
  }

  private void lookUp() {
    InetAddress[] found = null;
    IOException failed = null;
    try {
      found = resolver.resolve(name);
    } catch (UnknownHostException e) {
      failed = e;
    } catch (RuntimeException | Error e) {
      failed = new IOException("looking up " + name + ": " + e, e);
    }
    try {
      end(found, failed);
    } catch (RuntimeException | Error e) {
      faults.thrown("who waits for the addresses of " + name + " has failed; going on", e);
    }
  }

  /** Waits until a look-up is to be made; false if none was asked for in a long time. */
  private synchronized boolean awaitBegin() {
    long deadline = System.nanoTime() + IDLE_NANOS;
    try {
      while (!underWay) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          thread = null;
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    } catch (InterruptedException e) {
      thread = null;
      return false;
    }
  }

  private void end(InetAddress @Nullable [] found, @Nullable IOException failed) {
    Runnable tell = null;
    String failing = null;
    boolean recovered = false;
    synchronized (this) {
      InetAddress[] before = known;
      if (found != null && found.length > 0) {
        known = found;
        failure = null;
        recovered = saidFailing || (saidSlow && took() <= SLOW_NANOS / 2);
        if (recovered) {
          saidFailing = false;
          saidSlow = false;
        }
      } else {
        failure = failed == null ? new UnknownHostException(name + ": no addresses") : failed;
        if (before != null && !saidFailing) {
          saidFailing = true;
          failing = list(before);
        }
      }
      InetAddress[] now = known;
      if (now == null || before == null || !holdsAll(before, now)) {
        tell = whenFound;
      }
    }
    if (failing != null) {
      log()
          .log(
              Level.WARNING,
              "{0} can''t be looked up ({1}); sending to the addresses that were known last: {2}",
              name,
              String.valueOf(failed == null ? null : failed.getMessage()),
              failing);
    }
    if (recovered) {
      log().log(Level.INFO, "{0} is looked up again", name);
    }
    synchronized (this) {
      underWay = false;
      notifyAll();
    }
    if (tell != null) {
      tell.run();
    }
  }

  private static boolean holdsAll(InetAddress[] these, InetAddress[] those) {
    for (InetAddress each : those) {
      boolean held = false;
      for (InetAddress one : these) {
        held |= one.equals(each);
      }
      if (!held) {
        return false;
      }
    }
    return true;
  }

  private static String list(InetAddress[] addresses) {
    StringJoiner list = new StringJoiner(", ");
    for (InetAddress each : addresses) {
      list.add(IpAddress.describe(each));
    }
    return list.toString();
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(HostAddresses.class.getName());
  }
}
