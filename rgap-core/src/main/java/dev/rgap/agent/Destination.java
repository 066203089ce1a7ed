package dev.rgap.agent;

import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sends announcement after announcement to one sink; logs when that stops and starts working. */
final class Destination {

  private final DatagramSink sink;
  private final Scheduler scheduler;
  private final Duration timeout;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** Failures in a row; on the scheduler only. */
  private long failures;

  Destination(DatagramSink sink, Scheduler scheduler, Duration timeout) {
    this.sink = sink;
    this.scheduler = scheduler;
    this.timeout = timeout;
  }

  /** Sends a datagram, unless an earlier one is still being sent: then this one is left out. */
  void offer(byte[] datagram) {
    if (busy.compareAndSet(false, true)) {
      scheduler.execute(() -> send(datagram));
    }
  }

  private void send(byte[] datagram) {
    try {
      sink.send(datagram, timeout);
      if (failures > 0) {
        log().log(Level.INFO, "{0}: sending again, after {1} failures", sink.label(), failures);
        failures = 0;
      }
    } catch (IOException e) {
      failures++;
      if (failures == 1) {
        log()
            .log(
                Level.WARNING,
                "{0}; trying again at each interval",
                String.valueOf(e.getMessage()));
      }
    } finally {
      busy.set(false);
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(Destination.class.getName());
  }
}
