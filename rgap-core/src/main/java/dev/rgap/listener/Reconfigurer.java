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
import org.jspecify.annotations.Nullable;

/**
 * Gives a listener one configuration after the other, and goes on trying what could not be had:
 * ports that are taken, addresses that are not there yet.
 */
final class Reconfigurer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Reconfigurer.class.getName());

  /** How long what has failed waits to be tried again. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Listener listener;
  private final Function<String, Scheduler> schedulers;

  @GuardedBy("this")
  private @Nullable Scheduler retries;

  @GuardedBy("this")
  private @Nullable ListenerConfig wanted;

  @GuardedBy("this")
  private List<String> failing = List.of();

  @GuardedBy("this")
  private boolean closed;

  private volatile int missing;

  Reconfigurer(Listener listener, Function<String, Scheduler> schedulers, Metrics metrics) {
    this.listener = listener;
    this.schedulers = schedulers;
    metrics.family(
        "rgap_config_missing",
        MetricsSnapshot.Type.GAUGE,
        "Sources and outputs of the configuration that could not be started and are tried again.",
        () -> List.of(Sample.of((double) missing)));
  }

  synchronized Changes apply(ListenerConfig config) {
    if (closed) {
      throw new IllegalStateException("the listener is closed");
    }
    wanted = config;
    return apply();
  }

  @GuardedBy("this")
  private Changes apply() {
    ListenerConfig config = wanted;
    if (config == null) {
      return new Changes(List.of(), List.of());
    }
    Changes changes = new Reconfiguration(listener, config).apply();
    for (String failure : changes.failed()) {
      if (!failing.contains(failure)) {
        LOG.log(Level.WARNING, "{0}; tried again every {1} s", failure, RETRY.toSeconds());
      }
    }
    failing = changes.failed();
    missing = failing.size();
    if (!failing.isEmpty()) {
      Scheduler scheduler = retries;
      if (scheduler == null) {
        scheduler = schedulers.apply("rgap-retry");
        retries = scheduler;
      }
      scheduler.at(scheduler.clock().nanoTime() + RETRY.toNanos(), this::again);
    }
    return changes;
  }

  private synchronized void again() {
    if (closed || failing.isEmpty()) {
      return;
    }
    Changes changes = apply();
    for (String made : changes.made()) {
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
