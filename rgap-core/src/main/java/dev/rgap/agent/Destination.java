package dev.rgap.agent;

import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where an agent sends to: a sink, what is counted about it, and whether it works. */
final class Destination {

  private final DatagramSink sink;

  // Null if nobody wants to know.
  private final @Nullable Counter sent;
  private final @Nullable Counter failed;

  /** While an {@link #offer offered} datagram is being sent. */
  private final AtomicBoolean busy = new AtomicBoolean();

  /** Failures in a row, of what was offered; of the sending thread. */
  private long failures;

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
   * Sends a datagram.
   *
   * @param timeout how long it may take; zero for as long as it needs
   * @return what went wrong, if something did
   */
  @Nullable IOException send(byte[] datagram, Duration timeout) {
    IOException failure = null;
    try {
      sink.send(datagram, timeout);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      // A sink's bug is a failure like any other: the other destinations are sent to all the same.
      failure = new IOException("can't send to " + sink.label() + ": " + e, e);
    }
    Counter counter = failure == null ? sent : failed;
    if (counter != null) {
      counter.increment();
    }
    return failure;
  }

  /**
   * Sends a datagram on another thread, unless an earlier one is still being sent: then this one is
   * left out. Logs when sending stops and when it starts to work again.
   */
  void offer(byte[] datagram, Duration timeout, Scheduler sender) {
    if (busy.compareAndSet(false, true)) {
      sender.execute(() -> {
        try {
          sendOffered(datagram, timeout);
        } finally {
          busy.set(false);
        }
      });
    }
  }

  private void sendOffered(byte[] datagram, Duration timeout) {
    IOException failure = send(datagram, timeout);
    if (failure != null) {
      failures++;
      if (failures == 1) {
        log()
            .log(
                Level.WARNING,
                "{0}; trying again at each interval",
                String.valueOf(failure.getMessage()));
      }
    } else if (failures > 0) {
      log().log(Level.INFO, "{0}: sending again, after {1} failures", sink.label(), failures);
      failures = 0;
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(Destination.class.getName());
  }
}
