package dev.rgap.cli.command;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.worker.clock.ClockConfig;
import dev.rgap.worker.clock.ClockWatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has time servers asked what time it is, if that is configured. Safe for all threads. */
final class WatchedClock implements AutoCloseable {

  private final HostClock clock;
  private final Metrics metrics;

  @GuardedBy("this")
  private Optional<ClockConfig> config = Optional.empty();

  @GuardedBy("this")
  private @Nullable ClockWatch watch;

  /** Asks nobody yet. */
  WatchedClock(HostClock clock, Metrics metrics) {
    this.clock = clock;
    this.metrics = metrics;
  }

  /**
   * Goes by this from now on; nothing means nobody is asked.
   *
   * @return what has changed, in words
   */
  synchronized List<String> become(Optional<ClockConfig> wanted) {
    if (wanted.equals(config)) {
      return List.of();
    }
    close();
    config = wanted;
    if (wanted.isPresent()) {
      ClockWatch next =
          new ClockWatch(wanted.get(), Scheduler.onThread("rgap-clock", clock), metrics);
      next.start();
      watch = next;
    }
    return List.of("verify_clock changed");
  }

  /** How far this host's clock is ahead; nothing if that is not known. */
  synchronized Optional<Duration> offset() {
    return watch == null ? Optional.empty() : watch.offset();
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
