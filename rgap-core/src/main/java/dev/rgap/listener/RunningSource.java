package dev.rgap.listener;

import dev.rgap.metrics.Metrics;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.SourceContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A source of a listener, with what belongs to it alone: its numbers.
 *
 * @param configured what it was made of
 * @param source made, and started by whoever asked for it
 * @param metrics have the source's label
 * @param datagrams those that are dealt with
 * @param work what becomes of them
 * @param skews counts the clocks of those that are accepted
 */
record RunningSource(
    ConfiguredSource<?> configured,
    DatagramSource source,
    Metrics metrics,
    Work.Pieces datagrams,
    Work work,
    AcceptedSkews.Tally skews) {

  /** How long one datagram may take. A source that is lost, and waits for its socket, has none. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Makes a source; opens nothing yet.
   *
   * @param of the listener's context, but for the numbers
   */
  static RunningSource create(
      ConfiguredSource<?> configured, SourceContext of, Metrics all, AcceptedSkews skews) {
    Metrics metrics = all.scope("source", configured.label());
    Work.Pieces datagrams = new Work.Pieces();
    return new RunningSource(
        configured,
        configured.create(of.with(metrics)),
        metrics,
        datagrams,
        new Work("source " + configured.label(), () -> Optional.of(PATIENCE), datagrams),
        skews.open());
  }

  /**
   * Begins to hand datagrams to the handler.
   *
   * @throws IOException if it can't
   */
  void start(DatagramHandler handler) throws IOException {
    source.start((datagram, length, sender) -> {
      datagrams.begin();
      try {
        handler.received(datagram, length, sender);
      } finally {
        datagrams.end();
      }
    });
  }

  String label() {
    return source.label();
  }

  /** Ends it. What fails is logged and stops nothing. */
  void close() {
    Closing.quietly(label(), source);
    skews.close();
    metrics.forget();
  }
}
