package dev.rgap.listener;

import dev.rgap.metrics.Metrics;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.SourceContext;

/**
 * A source of a listener, with what belongs to it alone: its numbers.
 *
 * @param configured what it was made of
 * @param source made, and started by whoever asked for it
 * @param metrics have the source's label
 */
record RunningSource(ConfiguredSource<?> configured, DatagramSource source, Metrics metrics) {

  /**
   * Makes a source; opens nothing yet.
   *
   * @param of the listener's context, but for the numbers
   */
  static RunningSource create(ConfiguredSource<?> configured, SourceContext of, Metrics all) {
    Metrics metrics = all.scope("source", configured.label());
    return new RunningSource(configured, configured.create(of.with(metrics)), metrics);
  }

  String label() {
    return source.label();
  }

  /** Ends it. What fails is logged and stops nothing. */
  void close() {
    Closing.quietly(label(), source);
    metrics.forget();
  }
}
