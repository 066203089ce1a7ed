package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;

/** What a source is given to work with. */
@StableApi
public final class SourceContext {

  private final Scheduler timers;
  private final Metrics metrics;
  private final UdpPorts ports;

  private SourceContext(Scheduler timers, Metrics metrics, UdpPorts ports) {
    this.timers = timers;
    this.metrics = metrics;
    this.ports = ports;
  }

  /**
   * A context; for listeners and tests.
   *
   * @param timers calls for what a source does at intervals; shared by all sources
   * @param metrics where the source's numbers are kept; whoever calls has given them the label
   *     {@code source}
   */
  public static SourceContext of(Scheduler timers, Metrics metrics) {
    return new SourceContext(timers, metrics, new UdpPorts());
  }

  /**
   * The context of another source of the same listener. Sources that are to listen on one port need
   * it, as {@code :8271} and a multicast group's {@code 239.82.71.65:8271} do: their sockets have
   * to know of each other.
   *
   * @param given where that source's numbers are kept
   */
  public SourceContext with(Metrics given) {
    return new SourceContext(timers, given, ports);
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

  /** The sockets of the listener's sources. */
  UdpPorts ports() {
    return ports;
  }
}
