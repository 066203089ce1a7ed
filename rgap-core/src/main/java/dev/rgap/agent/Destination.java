package dev.rgap.agent;

import static java.util.Objects.requireNonNull;

import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent sends to: a sink, what is counted about it, and whether it works.
 *
 * <p>To run it is to tell it that its sink has found somewhere to send to; the sink does that.
 */
final class Destination implements Runnable {

  /** How often goodbye is said. */
  static final int GOODBYES = 3;

  private static final long GOODBYE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final DatagramSink sink;

  // Null if nobody wants to know.
  private final @Nullable Counter sent;
  private final @Nullable Counter failed;

  /** While an {@link #offer offered} datagram is being sent. */
  private final AtomicBoolean busy = new AtomicBoolean();

  /** While the sink has nothing to send to yet. */
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** What sends at each interval; null if there is none. */
  private volatile @Nullable Sending sending;

  /** Whether nothing is announced any more. */
  private volatile boolean silent;

  /** Failures in a row, of what was offered. */
  private final AtomicLong failures = new AtomicLong();

  /**
   * How datagrams are sent at each interval.
   *
   * @param announcements makes the datagrams that say: now
   */
  record Sending(Scheduler sender, Duration timeout, Supplier<List<byte[]>> announcements) {}

  Destination(DatagramSink sink, @Nullable Metrics metrics) {
    this.sink = sink;
    if (metrics == null) {
      sent = null;
      failed = null;
    } else {
      sent =
          metrics.counter(
              "rgap_agent_announcements_total",
              "Announcements that were sent",
              "destination",
              sink.label());
      failed =
          metrics.counter(
              "rgap_agent_send_failures_total",
              "Announcements that could not be sent",
              "destination",
              sink.label());
    }
  }

  String label() {
    return sink.label();
  }

  /**
   * Begins to find out where to send to, if that is not known.
   *
   * @return what went wrong, if something did
   */
  @Nullable IOException prepare() {
    waiting.set(true);
    try {
      if (sink.prepare(this)) {
        waiting.set(false);
      }
      return null;
    } catch (RuntimeException | Error e) {
      waiting.set(false);
      return failure(e);
    }
  }

  private IOException failure(Throwable e) {
    return new IOException("can't send to " + sink.label() + ": " + e, e);
  }

  /** There is somewhere to send to. */
  @Override
  public void run() {
    waiting.set(false);
    Sending now = sending;
    if (now == null) {
      synchronized (this) {
        notifyAll();
      }
    } else {
      // Not the datagrams that were offered: these have been waiting for long.
      now.sender.execute(() -> sendOffered(now.announcements.get(), now.timeout));
    }
  }

  /**
   * Whether it is known where to send to; waits for it.
   *
   * @param patience for how long
   */
  synchronized boolean awaitPrepared(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (waiting.get()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Whether it is not known yet where to send to. */
  boolean isWaiting() {
    return waiting.get();
  }

  /**
   * Sends datagrams.
   *
   * @param timeout how long each may take; zero for as long as it needs
   * @return what went wrong first, if something did
   */
  @Nullable IOException send(List<byte[]> datagrams, Duration timeout) {
    IOException first = null;
    for (byte[] datagram : datagrams) {
      IOException failure = send(datagram, timeout);
      first = first == null ? failure : first;
    }
    return first;
  }

  private @Nullable IOException send(byte[] datagram, Duration timeout) {
    IOException failure = null;
    try {
      sink.send(datagram, timeout);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      // A sink's bug is a failure like any other: the other destinations are sent to all the same.
      failure = failure(e);
    }
    return counted(failure);
  }

  /** Counts a datagram that was sent, or could not be. */
  private @Nullable IOException counted(@Nullable IOException failure) {
    Counter counter = failure == null ? sent : failed;
    if (counter != null) {
      counter.increment();
    }
    return failure;
  }

  /** Sends nothing any more but goodbyes. */
  void fallSilent() {
    silent = true;
  }

  /** Makes it ready for {@link #offer}. */
  void start(Sending with) {
    sending = with;
  }

  /**
   * Sends datagrams on the sender's thread, unless earlier ones are still being sent: then these
   * are left out. If it is not known yet where to send to, some that are made anew are sent as soon
   * as it is. Logs when sending stops and when it starts to work again.
   */
  void offer(List<byte[]> datagrams) {
    Sending how = requireNonNull(sending);
    boolean waited = waiting.get();
    IOException unprepared = prepare();
    if (unprepared == null && waiting.get()) {
      if (!waited) {
        return;
      }
      unprepared =
          new IOException(
              "can't send to " + sink.label() + ": looking it up takes longer than the interval");
    }
    IOException failure = unprepared;
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    try {
      how.sender.execute(() -> {
        try {
          if (failure == null) {
            sendOffered(datagrams, how.timeout);
          } else {
            report(counted(failure));
          }
        } finally {
          busy.set(false);
        }
      });
    } catch (RuntimeException | Error e) {
      // The next interval tries again, and other destinations must not wait for that.
      busy.set(false);
      report(counted(failure(e)));
    }
  }

  /**
   * Says goodbye some times on the sender's thread, if there is somewhere to send to. Failures are
   * counted, and nothing more: whoever leaves has no use for them.
   *
   * @param farewells the same ones each time: whoever announces the address anew meanwhile, as a
   *     program that takes the place of this one, does not leave by a copy
   * @param said is called when that is done, or can't be
   */
  void sayGoodbye(List<byte[]> farewells, Runnable said) {
    Sending how = requireNonNull(sending);
    if (waiting.get()) {
      said.run();
      return;
    }
    try {
      sayGoodbye(how.sender, farewells, said, 1);
    } catch (RuntimeException | Error e) {
      said.run(); // no task to be had
    }
  }

  private void sayGoodbye(Scheduler sender, List<byte[]> farewells, Runnable said, int time) {
    sender.at(
        sender.clock().nanoTime() + (time == 1 ? 0 : GOODBYE_INTERVAL_NANOS),
        () -> {
          send(farewells, Duration.ofNanos(GOODBYE_INTERVAL_NANOS));
          if (time == GOODBYES) {
            said.run();
          } else {
            sayGoodbye(sender, farewells, said, time + 1);
          }
        });
  }

  private void sendOffered(List<byte[]> datagrams, Duration timeout) {
    if (!silent && !datagrams.isEmpty()) {
      report(send(datagrams, timeout));
    }
  }

  private void report(@Nullable IOException failure) {
    if (failure != null) {
      if (failures.getAndIncrement() == 0) {
        log()
            .log(
                Level.WARNING,
                "{0}; trying again at each interval",
                String.valueOf(failure.getMessage()));
      }
    } else {
      long before = failures.getAndSet(0);
      if (before > 0) {
        log().log(Level.INFO, "{0}: sending again, after {1} failures", sink.label(), before);
      }
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(Destination.class.getName());
  }
}
