package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.api.StableApi;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.DatagramTap;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole listener, from its sources to its outputs:
 *
 * <pre>
 *   DatagramSource -> taps, Ingest -> Gate -> LiveMembership -> Output
 *    (a thread each)                          (one lock, one     (a thread each)
 *                                              timer thread)
 *                                                   |
 *                                                Journal, if members are to survive the process
 * </pre>
 *
 * <p>Outputs are started before sources, so that they miss nothing, and closed after them. Sources,
 * groups and outputs can be added and removed while it runs; what is not named in a change is not
 * touched by it. Safe for all threads.
 */
@StableApi
public final class Listener implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Listener.class.getName());

  /** How long members may be overdue. */
  private static final Duration EXPIRY_PATIENCE = Duration.ofSeconds(10);

  private final ListenerConfig config;
  private final Metrics metrics;
  private final IngestStats stats;
  private final Scheduler expiry;
  private final Work expiring;
  private final LiveMembership membership;
  private final RunningSources sources;
  private final RunningOutputs outputs;
  private final Journal journal;
  private final Reconfigurer reconfigurer;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private boolean startCalled;

  @GuardedBy("lock")
  private boolean closed;

  private Listener(Builder builder) {
    this.config = builder.config;
    this.metrics = builder.metrics;
    this.stats = new IngestStats(metrics);
    HostClock clock = builder.clock;
    Function<String, Scheduler> schedulers =
        builder.schedulers == null ? name -> Scheduler.onThread(name, clock) : builder.schedulers;
    this.expiry = schedulers.apply("rgap-expiry");
    this.expiring = Work.of("the expiry of members", expiry, () -> Optional.of(EXPIRY_PATIENCE));
    this.membership =
        builder.failure == null
            ? new LiveMembership(config.groups(), expiry)
            : new LiveMembership(config.groups(), expiry, builder.failure);
    membership.register(metrics);
    this.journal = new Journal(membership, clock, schedulers, builder.stateFiles, metrics);
    this.sources =
        new RunningSources(
            membership, List.copyOf(builder.taps), clock, stats, schedulers, metrics, journal);
    this.outputs = new RunningOutputs(membership, schedulers, metrics);
    this.reconfigurer = new Reconfigurer(this, schedulers, metrics);
  }

  /**
   * A listener that begins with this configuration, to be built.
   *
   * <pre>{@code
   * try (Listener listener = Listener.builder(config).build()) {
   *   listener.start();
   *   listener.membership().subscribe(...);
   * }
   * }</pre>
   */
  public static Builder builder(ListenerConfig config) {
    return new Builder(config);
  }

  /** What a listener goes by; all but the configuration has a default. */
  @StableApi
  public static final class Builder {
    private final ListenerConfig config;
    private final List<DatagramTap> taps = new ArrayList<>();
    private HostClock clock = HostClock.system();
    private @Nullable Function<String, Scheduler> schedulers;
    private Metrics metrics = new Metrics();
    private @Nullable Consumer<? super Throwable> failure;
    private Function<Path, StateFiles> stateFiles = DiskFiles::new;

    private Builder(ListenerConfig config) {
      this.config = config;
    }

    /** The clocks to go by; by default this machine's. */
    public Builder clock(HostClock given) {
      clock = given;
      return this;
    }

    /** Makes a scheduler for a name; all of them go by the clock. By default a thread for each. */
    public Builder schedulers(Function<String, Scheduler> given) {
      schedulers = given;
      return this;
    }

    /** Where numbers are kept; by default with the listener. */
    public Builder metrics(Metrics given) {
      metrics = given;
      return this;
    }

    /** Sees each datagram before it is checked. */
    public Builder tap(DatagramTap given) {
      taps.add(given);
      return this;
    }

    /**
     * Is told when the listener can't go on: an error has ended what lets members leave, and
     * whoever is published stays so for ever. It is to be closed then, and the program best started
     * anew. By default that is only logged.
     *
     * @param given called once, on any thread, with locks held: it is to take note and to do no
     *     more
     */
    public Builder onFailure(Consumer<? super Throwable> given) {
      failure = given;
      return this;
    }

    /** Where the files of a directory are; by default on this host's disk. */
    @InternalApi
    public Builder stateFiles(Function<Path, StateFiles> given) {
      stateFiles = given;
      return this;
    }

    /** A listener that has not started yet. Readiness delays begin now. */
    public Listener build() {
      return new Listener(this);
    }
  }

  /**
   * Takes in the members that were kept, if that is configured, and starts outputs and then
   * sources.
   *
   * @throws IOException if one of them can't start; the listener is closed then
   * @throws IllegalStateException if it was started or closed before
   */
  public void start() throws IOException {
    synchronized (lock) {
      if (closed || startCalled) {
        throw new IllegalStateException("a listener is started once, before it is closed");
      }
      startCalled = true;
    }
    try {
      journal.change(config.state());
      for (ConfiguredOutput<?> output : config.outputs()) {
        addOutput(output);
      }
      for (ConfiguredSource<?> source : config.listen()) {
        addSource(source);
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  // --- changes while it runs ---------------------------------------------------------------------

  /**
   * Goes by another configuration from now on. What is the same in both is not touched: no socket
   * of it is closed, no member forgotten, nothing told or written again. What has changed keeps
   * what it can, as {@link #replaceGroup} and {@link #replaceOutput} do. Returns when all is done;
   * a source or an output that can't start is tried again every few seconds.
   *
   * @throws IllegalStateException if the listener is closed
   */
  public Changes reconfigure(ListenerConfig wanted) {
    return reconfigurer.apply(wanted);
  }

  /**
   * Adds a group, without members. Its readiness delay begins now.
   *
   * @throws IllegalArgumentException if there is one with this id
   */
  public void addGroup(GroupConfig group) {
    membership.add(group);
  }

  /**
   * Gives a group another configuration. Its members stay until the deadlines that they have; the
   * new key, expiry and skew count for what comes from now on.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  public void replaceGroup(GroupConfig group) {
    membership.replace(group);
  }

  /**
   * Removes a group. Its members leave, and it is ready and empty from then on.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  public void removeGroup(GroupId id) {
    membership.remove(id);
  }

  /**
   * Adds an output and starts it.
   *
   * @throws IOException if it can't start; nothing is changed then
   * @throws IllegalArgumentException if there is one with this id, if only for a moment still
   * @throws IllegalStateException if the listener is closed
   */
  public void addOutput(ConfiguredOutput<?> configured) throws IOException {
    outputs.add(configured);
  }

  /**
   * Ends an output, and returns when it has ended: nothing is published by it any more. Other
   * changes need not wait for that.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  public void removeOutput(OutputId id) {
    outputs.remove(id);
  }

  /**
   * Gives an output another configuration. If it can't go on with that by itself, it is ended and
   * another one started in its place.
   *
   * @throws IOException if that can't start; the one before is started again then, if it can be
   * @throws IllegalArgumentException if there is none with this id
   * @throws IllegalStateException if the listener is closed
   */
  public void replaceOutput(ConfiguredOutput<?> configured) throws IOException {
    outputs.replace(configured);
  }

  /**
   * Adds a source and starts it.
   *
   * @throws IOException if it can't start; nothing is changed then
   * @throws IllegalArgumentException if there is one for the same address
   * @throws IllegalStateException if the listener is closed
   */
  public void addSource(ConfiguredSource<?> configured) throws IOException {
    sources.add(configured);
  }

  /**
   * Ends a source.
   *
   * @throws IllegalArgumentException if there is none for this address
   */
  public void removeSource(ConfiguredSource<?> configured) {
    sources.remove(configured);
  }

  /**
   * Keeps members somewhere else from now on, and takes in those that are there already.
   *
   * @param state where; null for nowhere
   */
  public void replaceState(@Nullable StateConfig state) {
    journal.change(state);
  }

  // --- the view ----------------------------------------------------------------------------------

  /** The view of all groups. */
  public Membership membership() {
    return membership;
  }

  List<GroupConfig> groupConfigs() {
    return membership.configs();
  }

  List<ConfiguredOutput<?>> configuredOutputs() {
    return outputs.configured();
  }

  List<ConfiguredSource<?>> configuredSources() {
    return sources.configured();
  }

  @Nullable StateConfig configuredState() {
    return journal.configured();
  }

  /** What became of the last attempt of each output that publishes the state of groups. */
  public Map<OutputId, OutputReport> outputReports() {
    return outputs.reports();
  }

  /** What became of the datagrams. */
  public IngestStats stats() {
    return stats;
  }

  /**
   * Who has sent what was not accepted, and why: of some hundred senders each that were heard last.
   * Safe to ask at any time, and cheap enough to ask each second.
   */
  public Rejections rejections() {
    return sources.rejections();
  }

  /** All numbers. */
  public Metrics metrics() {
    return metrics;
  }

  /**
   * Has {@code rgap_config_missing} count what others could not have of the configuration, too.
   *
   * @param others how many there are, asked whenever somebody looks
   */
  public void countMissing(IntSupplier others) {
    reconfigurer.countMissing(others);
  }

  /** How long {@link #close} may have to wait for the disk and for what outputs are at. */
  public Duration closingTime() {
    return outputs.closingTime().plus(journal.closingTime());
  }

  /** The sources, in the order in which they came; none before the start. */
  public List<DatagramSource> sources() {
    return sources.all();
  }

  /**
   * What does not get on with its work: a source that is at one datagram for 10 s, the expiry of
   * members if it has not run for as long, an output that is at one task for 5 min longer than it
   * may have to wait. A source that is lost and tries to be opened again does get on. For
   * watchdogs.
   *
   * @param interval how often this is called, by one thread. Time in which it was not called, as
   *     the process was stopped, counts for nothing
   * @return texts for people; none if all is well
   */
  public List<String> hanging(Duration interval) {
    List<Work> all = new ArrayList<>(List.of(expiring));
    all.addAll(sources.work());
    all.addAll(outputs.work());
    return all.stream().map(work -> work.look(interval)).flatMap(Optional::stream).toList();
  }

  /**
   * Ends sources, keeps the members, ends all outputs at the same time, then the rest; sums up in
   * one log line. Does nothing the second time. What can't be closed is logged and holds up nothing
   * else.
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    reconfigurer.close();
    boolean received = sources.close();
    Closing.quietly("the state", journal);
    outputs.close();
    Closing.quietly("the membership", membership);
    Closing.quietly("the expiry's thread", expiry);
    if (received) {
      LOG.log(Level.INFO, "stopped; {0}", stats.summary());
    }
  }
}
