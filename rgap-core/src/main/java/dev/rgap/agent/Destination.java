package dev.rgap.agent;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where agents send to: a sink, what is counted about it, and whether it works.
 *
 * <pre>
 *   Outbox of an agent -> pending: the latest of each --(thread of its own)--> sink
 * </pre>
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

  /** While the sink has nothing to send to yet. */
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** Whether that was so when somebody asked last, and is not over: not for a moment otherwise. */
  private volatile boolean unknown;

  /** What sends at each interval; null if there is none. */
  private volatile @Nullable Scheduler sender;

  private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();

  /** What is to be sent next. */
  @GuardedBy("pending")
  private final Map<Outbox, List<byte[]>> pending = new LinkedHashMap<>();

  /** Failures in a row, of what was offered. */
  private final AtomicLong failures = new AtomicLong();

  private volatile @Nullable String problem;

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

  DatagramSink sink() {
    return sink;
  }

  AgentReport.Sent report() {
    return new AgentReport.Sent(
        sink.label(),
        sent == null ? 0 : sent.value(),
        failed == null ? 0 : failed.value(),
        Optional.ofNullable(problem));
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
      unknown = waiting.get();
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
    unknown = false;
    outboxes.forEach(Outbox::found);
    Scheduler by = sender;
    if (by == null) {
      synchronized (this) {
        notifyAll();
      }
      return;
    }
    // Not the datagrams that were offered: these have been waiting for long.
    by.execute(() -> {
      synchronized (pending) {
        pending.clear();
        for (Outbox outbox : outboxes) {
          pending.put(outbox, outbox.now());
        }
      }
      sendPending();
    });
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
    IOException failure = null;
    try {
      sink.sendAll(datagrams, timeout);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      // A sink's bug is a failure like any other: the other destinations are sent to all the same.
      failure = failure(e);
    }
    return counted(failure, datagrams.size());
  }

  /** Counts datagrams that were sent, or could not be. */
  private @Nullable IOException counted(@Nullable IOException failure, int datagrams) {
    Counter counter = failure == null ? sent : failed;
    if (counter != null) {
      counter.add(datagrams);
    }
    return failure;
  }

  /** Has a thread that sends. */
  void start(Scheduler with) {
    sender = with;
  }

  /** Somewhere for an agent to put what it sends. */
  Outbox outbox(Duration timeout, Supplier<List<byte[]>> announcements, Runnable firstTried) {
    Outbox outbox = new Outbox(this, timeout, announcements, firstTried);
    outboxes.add(outbox);
    return outbox;
  }

  /** Gives that up. */
  void remove(Outbox outbox) {
    outboxes.remove(outbox);
    synchronized (pending) {
      pending.remove(outbox);
    }
  }

  /**
   * Has datagrams sent on the sender's thread, instead of earlier ones of the outbox. If it is not
   * known yet where to send to, some that are made anew are sent as soon as it is. Logs when
   * sending stops and when it starts to work again.
   *
   * @param waited whether it was not known either when something was offered last
   * @return whether it is not known now
   */
  boolean offer(Outbox from, List<byte[]> datagrams, boolean waited) {
    Scheduler by = requireNonNull(sender);
    IOException unprepared = prepare();
    if (unprepared == null && waiting.get()) {
      if (!waited) {
        return true;
      }
      unprepared =
          new IOException(
              "can't send to " + sink.label() + ": looking it up takes longer than the interval");
    }
    IOException failure = unprepared;
    try {
      if (failure != null) {
        by.execute(() -> {
          report(counted(failure, datagrams.size()));
          from.tried();
        });
      } else if (isFirstPending(from, datagrams)) {
        by.execute(this::sendPending);
      }
    } catch (RuntimeException | Error e) {
      // The next interval tries again, and other destinations must not wait for that.
      synchronized (pending) {
        pending.clear();
      }
      report(counted(failure(e), datagrams.size()));
      from.tried();
    }
    return waiting.get();
  }

  /** Whether nobody has asked the sender yet to send what is pending. */
  private boolean isFirstPending(Outbox from, List<byte[]> datagrams) {
    synchronized (pending) {
      boolean first = pending.isEmpty();
      pending.put(from, datagrams);
      return first;
    }
  }

  /** Sends what is pending, all at once. */
  private void sendPending() {
    List<Outbox> from = new ArrayList<>();
    List<byte[]> datagrams = new ArrayList<>();
    Duration timeout = null;
    synchronized (pending) {
      for (Map.Entry<Outbox, List<byte[]>> each : pending.entrySet()) {
        Outbox outbox = each.getKey();
        from.add(outbox);
        if (!outbox.isSilent()) {
          datagrams.addAll(each.getValue());
          timeout =
              timeout == null || outbox.timeout().compareTo(timeout) < 0
                  ? outbox.timeout()
                  : timeout;
        }
      }
      pending.clear();
    }
    if (timeout != null && !datagrams.isEmpty()) {
      report(send(datagrams, timeout));
    }
    from.forEach(Outbox::tried);
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
    Scheduler by = requireNonNull(sender);
    if (unknown || farewells.isEmpty()) {
      said.run();
      return;
    }
    try {
      sayGoodbye(by, farewells, said, 1);
    } catch (RuntimeException | Error e) {
      said.run(); // no task to be had
    }
  }

  private void sayGoodbye(Scheduler by, List<byte[]> farewells, Runnable said, int time) {
    by.at(
        by.clock().nanoTime() + (time == 1 ? 0 : GOODBYE_INTERVAL_NANOS),
        () -> {
          send(farewells, Duration.ofNanos(GOODBYE_INTERVAL_NANOS));
          if (time == GOODBYES) {
            said.run();
          } else {
            sayGoodbye(by, farewells, said, time + 1);
          }
        });
  }

  private void report(@Nullable IOException failure) {
    if (failure != null) {
      problem = String.valueOf(failure.getMessage());
      if (failures.getAndIncrement() == 0) {
        log().log(Level.WARNING, "{0}; trying again at each interval", problem);
      }
    } else {
      problem = null;
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
