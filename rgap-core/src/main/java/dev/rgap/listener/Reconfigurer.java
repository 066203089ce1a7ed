package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a listener one configuration after the other, and goes on trying what could not be had:
 * ports that are taken, addresses that are not there yet.
 */
final class Reconfigurer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Reconfigurer.class.getName());

  /** How long what has failed waits to be tried again; twice as long each time. */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final Listener listener;
  private final Function<String, Scheduler> schedulers;

  @GuardedBy("this")
  private @Nullable Scheduler retries;

  @GuardedBy("this")
  private Scheduler.@Nullable Task retry;

  @GuardedBy("this")
  private Duration pause = FIRST_RETRY;

  @GuardedBy("this")
  private List<String> failing = List.of();

  @GuardedBy("this")
  private boolean closed;

  private volatile int missing;

  /** Of what others than the listener need. */
  private volatile @Nullable IntSupplier others;

  Reconfigurer(Listener listener, Function<String, Scheduler> schedulers, Metrics metrics) {
    this.listener = listener;
    this.schedulers = schedulers;
    metrics.family(
        "rgap_config_missing",
        MetricsSnapshot.Type.GAUGE,
        "Sources, outputs and addresses of http that could not be had and are tried again.",
        () -> List.of(Sample.of(missing())));
  }

  private double missing() {
    IntSupplier counted = others;
    return missing + (counted == null ? 0 : counted.getAsInt());
  }

  void countMissing(IntSupplier counted) {
    others = counted;
  }

  synchronized Changes apply(ListenerConfig config) {
    if (closed) {
      throw new IllegalStateException("the listener is closed");
    }
    pause = FIRST_RETRY;
    return attempt(config);
  }

  @GuardedBy("this")
  private Changes attempt(ListenerConfig wanted) {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    Changes changes = new Reconfiguration(listener, wanted).apply();
    for (String failure : changes.failed()) {
      if (!failing.contains(failure)) {
        LOG.log(Level.WARNING, "{0}; it is tried again and again", failure);
      }
    }
    failing = changes.failed();
    missing = failing.size();
    if (!failing.isEmpty()) {
      if (retries == null) {
        retries = schedulers.apply("rgap-retry");
      }
      retry = retries.at(retries.clock().nanoTime() + pause.toNanos(), () -> attemptAgain(wanted));
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_RETRY) < 0
              ? pause.multipliedBy(2)
              : LONGEST_RETRY;
    }
    return changes;
  }

  private synchronized void attemptAgain(ListenerConfig wanted) {
    if (closed || retry == null) {
      return;
    }
    for (String made : attempt(wanted).made()) {
      LOG.log(Level.INFO, "{0} at last", made);
    }
  }

  @Override
  public void close() {
    Scheduler scheduler;
    synchronized (this) {
      closed = true;
      scheduler = retries;
    }
    if (scheduler != null) {
      Closing.quietly("the thread of what is tried again", scheduler);
    }
  }
}
