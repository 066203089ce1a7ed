package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;

/** What a source is given to work with. */
@StableApi
public final class SourceContext {

  private final Scheduler timers;
  private final Metrics metrics;

  private SourceContext(Scheduler timers, Metrics metrics) {
    this.timers = timers;
    this.metrics = metrics;
  }

  /**
   * A context; for listeners and tests.
   *
   * @param timers calls for what a source does at intervals; shared by all sources
   * @param metrics where the source's numbers are kept; whoever calls has given them the label
   *     {@code source}
   */
  public static SourceContext of(Scheduler timers, Metrics metrics) {
    return new SourceContext(timers, metrics);
  }

  /**
   * Calls for what this source does at intervals. Other sources use it, too: what it runs must be
   * quick.
   */
  public Scheduler timers() {
    return timers;
  }

  /** Where this source's numbers are kept: they have its label as the label {@code source}. */
  public Metrics metrics() {
    return metrics;
  }
}
