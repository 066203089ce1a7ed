package dev.rgap.listener;

import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.SourceContext;
import dev.rgap.transport.UdpSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * A whole listener, from its sources to its outputs:
 *
 * <pre>
 *   DatagramSource -> Ingest -> LiveMembership -> Output
 *    (a thread each)             (one lock, one      (a thread each)
 *                                 timer thread)
 * </pre>
 *
 * <p>Outputs are started before sources, so that they miss nothing; everything is closed in the
 * reverse order.
 */
public final class Listener implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Listener.class.getName());

  /** Makes a source for an endpoint, given a scheduler for what it does at intervals. */
  @FunctionalInterface
  public interface SourceFactory {
    /** Makes a source; it is started later. */
    DatagramSource create(Endpoint endpoint, Scheduler timers);
  }

  private final ListenerConfig config;
  private final HostClock clock;
  private final Function<String, Scheduler> schedulers;
  private final SourceFactory sourceFactory;
  private final IngestStats stats = new IngestStats();
  private final LiveMembership membership;

  private final List<DatagramSource> sources = new ArrayList<>();

  /** What is to be closed, last started first. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private Duration closingTime = Duration.ZERO;
  private boolean startCalled;
  private boolean closed;

  /**
   * A listener that has not started yet.
   *
   * @param schedulers makes a scheduler for a name; all of them go by the clock
   */
  public Listener(
      ListenerConfig config,
      HostClock clock,
      Function<String, Scheduler> schedulers,
      SourceFactory sourceFactory) {
    this.config = config;
    this.clock = clock;
    this.schedulers = schedulers;
    this.sourceFactory = sourceFactory;
    Scheduler expiry = keep(schedulers.apply("rgap-expiry"));
    this.membership = keep(new LiveMembership(config.groups(), expiry));
  }

  /** A listener on this machine's clocks, threads and sockets. */
  public static Listener onThisHost(ListenerConfig config) {
    HostClock clock = HostClock.system();
    return new Listener(
        config,
        clock,
        name -> Scheduler.onThread(name, clock),
        (endpoint, timers) -> new UdpSource(endpoint, SourceContext.of(timers, new Metrics())));
  }

  /**
   * Starts outputs and then sources. Readiness delays count from the construction.
   *
   * @throws IOException if one of them can't start; what was started is closed again
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start() throws IOException {
    if (closed || startCalled) {
      throw new IllegalStateException("a listener is started once, before it is closed");
    }
    startCalled = true;
    try {
      for (ConfiguredOutput<?> configured : config.outputs()) {
        Scheduler scheduler = keep(schedulers.apply("rgap-output " + configured.id()));
        OutputContext context =
            OutputContext.of(configured.id(), membership, scheduler, new Metrics());
        Output output = keep(configured.create(context));
        closingTime = closingTime.plus(output.closingTime());
        startOutput(configured, output);
      }
      Scheduler timers = keep(schedulers.apply("rgap-transport"));
      RejectionLog rejections = new RejectionLog();
      for (Endpoint endpoint : config.listen()) {
        DatagramSource source = sourceFactory.create(endpoint, timers);
        keep(source)
            .start(
                new Ingest(source.label(), config.groups(), membership, clock, stats, rejections));
        sources.add(source);
        LOG.log(Level.INFO, "listening on {0}", source.label());
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void startOutput(ConfiguredOutput<?> configured, Output output)
      throws IOException {
    try {
      output.start();
    } catch (IOException e) {
      throw new IOException(configured.id() + " can't start: " + e.getMessage(), e);
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    started.push(closeable);
    return closeable;
  }

  /** The view of all groups. */
  public Membership membership() {
    return membership;
  }

  /** What became of the datagrams. */
  public IngestStats stats() {
    return stats;
  }

  /** How long {@link #close} may have to wait for what outputs are at. Known after the start. */
  public synchronized Duration closingTime() {
    return closingTime;
  }

  /** The sources, in the order of the configuration; none before the start. */
  public synchronized List<DatagramSource> sources() {
    return List.copyOf(sources);
  }

  /**
   * Ends sources, outputs and threads; sums up in one log line. Does nothing the second time. What
   * can't be closed is logged and holds up nothing else.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!started.isEmpty()) {
      AutoCloseable last = started.pop();
      try {
        last.close();
      } catch (Exception | Error e) {
        LOG.log(Level.ERROR, "closing failed; going on with the rest", e);
      }
    }
    if (!sources.isEmpty()) {
      LOG.log(Level.INFO, "stopped; {0}", stats.summary());
    }
  }
}
