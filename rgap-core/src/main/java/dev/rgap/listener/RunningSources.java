package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.DatagramTap;
import dev.rgap.transport.SourceContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sources of a listener, which come and go while it runs. */
final class RunningSources {

  private static final System.Logger LOG = System.getLogger(RunningSources.class.getName());

  private final LiveMembership membership;
  private final Journal journal;
  private final List<DatagramTap> taps;
  private final HostClock clock;
  private final IngestStats stats;
  private final Function<String, Scheduler> schedulers;
  private final Metrics metrics;
  private final AcceptedSkews skews;
  private final RejectionMemory rejections = new RejectionMemory();
  private final RejectionLog rejectionLog = new RejectionLog(rejections);
  private final UnreachableMembers unreachable = new UnreachableMembers();

  private final Object lock = new Object();

  /** Calls for what sources do at intervals; made with the first of them. */
  @GuardedBy("lock")
  private @Nullable Scheduler timers;

  /** What all sources share; made with the first of them. */
  @GuardedBy("lock")
  private @Nullable SourceContext context;

  /** By the source's identity. */
  @GuardedBy("lock")
  private final Map<Object, RunningSource> running = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean closed;

  RunningSources(
      LiveMembership membership,
      List<DatagramTap> taps,
      HostClock clock,
      IngestStats stats,
      Function<String, Scheduler> schedulers,
      Metrics metrics,
      Journal journal) {
    this.membership = membership;
    this.journal = journal;
    this.taps = taps;
    this.clock = clock;
    this.stats = stats;
    this.schedulers = schedulers;
    this.metrics = metrics;
    this.skews = new AcceptedSkews(metrics);
  }

  /**
   * Starts a source.
   *
   * @throws IOException if it can't start; nothing is changed then
   * @throws IllegalArgumentException if there is one for the same address
   * @throws IllegalStateException if all have been closed
   */
  void add(ConfiguredSource<?> configured) throws IOException {
    SourceContext given;
    synchronized (lock) {
      requireOpen();
      if (running.containsKey(configured.identity())) {
        throw new IllegalArgumentException("there is a source " + configured.label() + " already");
      }
      if (context == null) {
        timers = schedulers.apply("rgap-transport");
        context = SourceContext.of(timers, metrics);
      }
      given = context;
    }
    RunningSource source = RunningSource.create(configured, given, metrics, skews);
    boolean added = false;
    try {
      source.start(ingest(source));
      synchronized (lock) {
        requireOpen();
        added = running.putIfAbsent(configured.identity(), source) == null;
      }
    } finally {
      if (!added) {
        source.close();
      }
    }
    if (!added) {
      throw new IllegalArgumentException("there is a source " + configured.label() + " already");
    }
    LOG.log(Level.INFO, "listening on {0}", source.label());
  }

  private Ingest ingest(RunningSource of) {
    Counter received =
        of.metrics().counter("rgap_source_datagrams_total", "Datagrams that arrived.");
    return new Ingest(
        of.label(),
        taps,
        new Gate(membership),
        clock,
        stats,
        received,
        of.skews(),
        rejectionLog,
        unreachable,
        journal);
  }

  @GuardedBy("lock")
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the listener is closed");
    }
  }

  /**
   * Ends a source.
   *
   * @throws IllegalArgumentException if there is none for this address
   */
  void remove(ConfiguredSource<?> configured) {
    RunningSource source;
    synchronized (lock) {
      source = running.remove(configured.identity());
    }
    if (source == null) {
      throw new IllegalArgumentException("there is no source " + configured.label());
    }
    source.close();
    LOG.log(Level.INFO, "not listening on {0} any more", source.label());
  }

  /** What was rejected of late. */
  Rejections rejections() {
    return rejections.show();
  }

  /** What is running, in the order in which it was added. */
  List<ConfiguredSource<?>> configured() {
    synchronized (lock) {
      List<ConfiguredSource<?>> all = new ArrayList<>();
      for (RunningSource source : running.values()) {
        all.add(source.configured());
      }
      return all;
    }
  }

  /** The sources, in the order in which they were added. */
  List<DatagramSource> all() {
    synchronized (lock) {
      List<DatagramSource> all = new ArrayList<>();
      for (RunningSource source : running.values()) {
        all.add(source.source());
      }
      return all;
    }
  }

  /** What the sources are at. */
  List<Work> work() {
    synchronized (lock) {
      return running.values().stream().map(RunningSource::work).toList();
    }
  }

  /**
   * Ends all.
   *
   * @return whether there was one
   */
  boolean close() {
    List<RunningSource> all;
    Scheduler ofSources;
    synchronized (lock) {
      closed = true;
      all = new ArrayList<>(running.values());
      ofSources = timers;
      running.clear();
    }
    all.reversed().forEach(RunningSource::close);
    if (ofSources != null) {
      Closing.quietly("the timers of sources", ofSources);
    }
    return !all.isEmpty();
  }
}
