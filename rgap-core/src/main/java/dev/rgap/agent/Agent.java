package dev.rgap.agent;

import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.StableApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Announces a host's addresses to one group, once or at each interval; an agent that has announced
 * at intervals says goodbye at its end.
 *
 * <pre>
 *   AddressSource -> CurrentAddresses -> announcement, farewell -> Destination -> DatagramSink
 *                      (one thread, slow sources have another)      (a thread each)
 * </pre>
 *
 * <p>All destinations get the same datagrams, but for those that are still looked up: they get new
 * ones when that is done. Each has a thread of its own, so that one which can't be resolved or
 * reached holds up no other.
 */
@StableApi
public final class Agent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long what a source has said counts if it can't tell now. */
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  /** How often it is looked whether a quick source has another address. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** How long {@link #close} waits until goodbye has been said. */
  private static final Duration GOODBYE_PATIENCE = Duration.ofSeconds(1);

  /** What an agent is made of. Not safe for use by several threads. */
  public static final class Builder {

    private final GroupId group;
    private final PreSharedKey ownKey;
    private final Duration interval;
    private final @Nullable IpAddress address;
    private final List<AddressSource> sources = new ArrayList<>();
    private Duration maxAge = MAX_AGE;
    private final List<DatagramSink> sinks = new ArrayList<>();
    private HostClock clock = HostClock.system();
    private @Nullable AnnouncementSigner signer;
    private @Nullable Supplier<PreSharedKey> key;
    private @Nullable Metrics metrics;
    private Duration patience = PATIENCE;
    private boolean goodbye = true;
    private final List<HealthCheckConfig> checks = new ArrayList<>();
    private int jitterPercent = 10;
    private Duration drainFor = Duration.ZERO;

    private Builder(
        GroupId group, PreSharedKey key, Duration interval, @Nullable IpAddress address) {
      this.group = group;
      this.ownKey = key;
      this.interval = interval;
      this.address = address;
    }

    /**
     * Something more that tells addresses to announce. All of them are announced: when one is new,
     * at once, and when one is gone, it says goodbye.
     */
    public Builder addresses(AddressSource from) {
      sources.add(from);
      return this;
    }

    /**
     * How long the addresses count that a source has told last, if it can't tell now: a minute
     * unless it is given.
     */
    public Builder maxAge(Duration of) {
      maxAge = of;
      return this;
    }

    /** The clock that tells when something is announced; this machine's unless it is given. */
    public Builder clock(HostClock with) {
      clock = with;
      return this;
    }

    /** One more destination; without any, nothing is sent. */
    public Builder sink(DatagramSink with) {
      sinks.add(with);
      return this;
    }

    /** More destinations. */
    public Builder sinks(Collection<? extends DatagramSink> with) {
      sinks.addAll(with);
      return this;
    }

    /** What signs; the agent's alone from now on. With the JDK's SHA-256 unless it is given. */
    public Builder signer(AnnouncementSigner with) {
      signer = with;
      return this;
    }

    /**
     * What gives the key, which may change while the agent runs; the configuration's unless it is
     * given.
     *
     * @param with asked before each announcement, by any of the agent's threads; throws nothing
     */
    public Builder key(Supplier<PreSharedKey> with) {
      key = with;
      return this;
    }

    /** Where the agent's numbers are kept; unless it is given, nobody sees them. */
    public Builder metrics(Metrics with) {
      metrics = with;
      return this;
    }

    /**
     * How long {@link Agent#announceOnce} waits until it is known where to send to; half a minute
     * unless it is given, which is about what the system's resolver takes to give up.
     */
    public Builder patience(Duration with) {
      patience = with;
      return this;
    }

    /**
     * Whether an agent that announces at intervals says at its end that its address leaves, so that
     * listeners need not wait until its last announcement is over. It does unless it is told not
     * to; listeners that know version 1 of the protocol only ignore it.
     */
    public Builder goodbye(boolean said) {
      goodbye = said;
      return this;
    }

    /**
     * Something more that decides whether the addresses are announced: only while all checks pass.
     * When one begins to fail, they say goodbye.
     */
    public Builder check(HealthCheckConfig with) {
      checks.add(with);
      return this;
    }

    /**
     * By how much each interval may be shorter, at random, so that many agents that were started
     * together don't announce together for ever: 10 % unless it is given; 0 for exact intervals.
     *
     * @param percent 0 to 50
     */
    public Builder jitter(int percent) {
      if (percent < 0 || percent > 50) {
        throw new IllegalArgumentException(percent + " % is out of range: 0 to 50");
      }
      jitterPercent = percent;
      return this;
    }

    /**
     * How long {@link Agent#drain} announces that the addresses drain, before they leave: not at
     * all unless it is given. Listeners that know version 1 of the protocol only don't understand
     * these announcements, and let them leave meanwhile.
     */
    public Builder drainFor(Duration of) {
      drainFor = of;
      return this;
    }

    /** An agent that has not announced anything yet. */
    public Agent build() {
      List<Destination> destinations = new ArrayList<>();
      for (DatagramSink sink : sinks) {
        destinations.add(new Destination(sink, metrics));
      }
      return new Agent(this, destinations);
    }
  }

  /** The name of the scheduler that makes the announcements at each interval. */
  public static final String THREAD = "rgap-agent";

  private final GroupId group;
  private final Duration interval;
  private final HostClock clock;
  private final List<Destination> destinations;
  private final AnnouncementSigner signer;

  /** When something was announced last; guarded by the signer. */
  @GuardedBy("signer")
  private long lastMicros;

  private final PreSharedKey ownKey;

  /** Null if it is always its own. */
  private final @Nullable Supplier<PreSharedKey> key;

  private final List<AddressSource> sources;
  private final Duration maxAge;

  /** An address that is always announced; null for none. */
  private final @Nullable IpAddress fixed;

  /** What is announced. */
  private volatile List<IpAddress> announced;

  private final Duration patience;
  private final boolean goodbye;
  private final List<HealthCheckConfig> checks;
  private final int jitterPercent;
  private final Duration drainFor;

  @GuardedBy("this")
  private final List<Scheduler> started = new ArrayList<>();

  /** What makes the announcements at each interval; nothing before the start, and at the end. */
  @GuardedBy("this")
  private final List<Scheduler.Task> ticking = new ArrayList<>();

  /** Null if there is no source, and at the end. */
  private volatile @Nullable CurrentAddresses addresses;

  /** How many goodbyes are still to be said. */
  private volatile CountDownLatch unsaid = new CountDownLatch(0);

  private Agent(Builder builder, List<Destination> destinations) {
    this.group = builder.group;
    this.interval = builder.interval;
    this.clock = builder.clock;
    this.destinations = List.copyOf(destinations);
    this.signer = builder.signer == null ? new AnnouncementSigner() : builder.signer;
    this.ownKey = builder.ownKey;
    this.key = builder.key;
    this.sources = List.copyOf(builder.sources);
    this.maxAge = builder.maxAge;
    this.fixed = builder.address;
    this.announced = fixed == null ? List.of() : List.of(fixed);
    this.patience = builder.patience;
    this.goodbye = builder.goodbye;
    this.checks = List.copyOf(builder.checks);
    this.jitterPercent = builder.jitterPercent;
    this.drainFor = builder.drainFor;
  }

  /** Begins to make an agent that announces a given address. */
  public static Builder builder(AgentConfig config) {
    return new Builder(config.group(), config.key(), config.interval(), config.address());
  }

  /**
   * Begins to make an agent whose {@linkplain Builder#addresses addresses} are found while it runs.
   *
   * <pre>{@code
   * try (Agent agent =
   *     Agent.builder(new GroupId(1000), key, Duration.ofSeconds(5))
   *         .addresses(AddressSources.parse("iface:eth0"))
   *         .sink(new UdpSink(Endpoint.parse("lb.example.com:8271")))
   *         .build()) {
   *   agent.start(name -> Scheduler.onThread(name, HostClock.system()));
   *   ...
   * }
   * }</pre>
   *
   * @param group the group to announce to
   * @param key the group's secret, unless {@link Builder#key} gives another one
   * @param interval how often; not positive means once
   */
  public static Builder builder(GroupId group, PreSharedKey key, Duration interval) {
    return new Builder(group, key, interval, null);
  }

  /**
   * Announces once. Sources of addresses are asked first. What has to be looked up is waited for,
   * and gets datagrams that were made then.
   *
   * @return what went wrong: a failure for each source that can't tell, and for each destination
   *     that could not be sent to
   */
  public List<IOException> announceOnce() {
    List<IOException> failed = new ArrayList<>();
    if (!sources.isEmpty()) {
      findAll(failed);
    }
    new OneRound(destinations, this::announcements, patience).run(failed);
    return failed;
  }

  private void findAll(List<IOException> failed) {
    Set<IpAddress> found = new LinkedHashSet<>(announced);
    for (AddressSource source : sources) {
      try {
        found.addAll(source.find());
      } catch (IOException | RuntimeException e) {
        failed.add(new IOException(source.label() + ": " + e.getMessage(), e));
      }
    }
    announced = List.copyOf(found);
  }

  /**
   * Announces at once and then at each interval, until closed. Failures are logged and end nothing.
   *
   * @param schedulers makes a scheduler for a name
   * @throws IllegalStateException if the interval is not positive
   */
  public synchronized void start(Function<String, Scheduler> schedulers) {
    if (!interval.isPositive()) {
      throw new IllegalStateException("the interval is not positive");
    }
    for (Destination destination : destinations) {
      Scheduler sender = schedulers.apply("rgap-send " + destination.label());
      started.add(sender);
      destination.start(new Destination.Sending(sender, interval, this::announcements));
    }
    Scheduler ticker = schedulers.apply(THREAD);
    started.add(ticker);
    if (sources.isEmpty()) {
      ticking.add(ticker.every(interval, this::announce));
      return;
    }
    Scheduler slow = ticker;
    if (!sources.stream().allMatch(AddressSource::isQuick)) {
      slow = schedulers.apply("rgap-address");
      started.add(slow);
    }
    CurrentAddresses current =
        new CurrentAddresses(sources, maxAge, ticker, slow, this::announceChange);
    addresses = current;
    ticking.add(
        ticker.every(
            interval,
            () -> {
              current.askQuick();
              current.askSlow();
              take(current.now());
              announce();
            }));
    if (interval.compareTo(WATCH) > 0) {
      ticking.add(
          ticker.every(
              WATCH,
              () -> {
                current.askQuick();
                announceChange();
              }));
    }
  }

  /** Announces at once if the addresses are others. */
  private void announceChange() {
    CurrentAddresses current = addresses;
    if (current != null && take(current.now())) {
      announce();
    }
  }

  private void announce() {
    List<byte[]> datagrams = announcements();
    for (Destination destination : destinations) {
      destination.offer(datagrams);
    }
  }

  /**
   * Has these addresses announced from now on; those that are gone say goodbye.
   *
   * @return whether they are others than before
   */
  private boolean take(Set<IpAddress> found) {
    List<IpAddress> before = announced;
    Set<IpAddress> all = new LinkedHashSet<>();
    if (fixed != null) {
      all.add(fixed);
    }
    all.addAll(found);
    if (all.equals(Set.copyOf(before))) {
      return false;
    }
    announced = List.copyOf(all);
    List<IpAddress> gone = before.stream().filter(address -> !all.contains(address)).toList();
    System.getLogger(Agent.class.getName())
        .log(
            Level.INFO,
            "group {0}: announcing {1}{2}",
            group,
            all.isEmpty()
                ? "nothing"
                : all.stream().map(IpAddress::toString).collect(joining(", ")),
            gone.isEmpty()
                ? ""
                : ", not "
                    + gone.stream().map(IpAddress::toString).collect(joining(", "))
                    + " any more");
    if (goodbye && !gone.isEmpty()) {
      List<byte[]> farewells = farewells(gone);
      destinations.forEach(destination -> destination.sayGoodbye(farewells, () -> {}));
    }
    return true;
  }

  /** The datagrams that say: now. */
  private List<byte[]> announcements() {
    List<IpAddress> present = announced;
    if (present.size() == 1) {
      return List.of(announcement(present.get(0))); // as most often
    }
    List<byte[]> datagrams = new ArrayList<>();
    for (IpAddress address : present) {
      datagrams.add(announcement(address));
    }
    return datagrams;
  }

  private byte[] announcement(IpAddress address) {
    PreSharedKey with = key();
    synchronized (signer) {
      lastMicros = clock.epochMicros();
      return signer.sign(new Announcement(group, lastMicros, address), with);
    }
  }

  /** The datagrams that say: goodbye. They are later than all that was announced before. */
  private List<byte[]> farewells(List<IpAddress> of) {
    PreSharedKey with = key();
    List<byte[]> datagrams = new ArrayList<>();
    synchronized (signer) {
      long at = Math.max(clock.epochMicros(), lastMicros + 1);
      for (IpAddress address : of) {
        datagrams.add(
            signer.sign(new Announcement(group, at, address), AnnouncedState.LEAVING, with));
      }
    }
    return datagrams;
  }

  private PreSharedKey key() {
    return key == null ? ownKey : key.get();
  }

  /**
   * Stops to announce, and says goodbye to each destination, if it is to: {@value
   * Destination#GOODBYES} times within 200 ms, as each may be lost. Returns at once. Does nothing
   * if the agent was not started, or has left already.
   */
  public synchronized void leave() {
    if (ticking.isEmpty()) {
      return;
    }
    ticking.forEach(Scheduler.Task::cancel);
    ticking.clear();
    addresses = null;
    destinations.forEach(Destination::fallSilent);
    if (goodbye) {
      unsaid = new CountDownLatch(destinations.size());
      List<byte[]> farewells = farewells(announced);
      for (Destination destination : destinations) {
        destination.sayGoodbye(farewells, unsaid::countDown);
      }
    }
  }

  /**
   * Announces for a while that its addresses drain, and then says goodbye, until {@link #undrain}.
   */
  public synchronized void drain() {
    if (drainFor.isZero() && jitterPercent >= 0 && checks.isEmpty()) {
      leave();
    }
  }

  /** Announces its addresses again. */
  public synchronized void undrain() {}

  /** How it is doing. */
  public AgentReport report() {
    return new AgentReport(
        group,
        key().fingerprint(),
        AgentState.ANNOUNCING,
        java.time.Instant.EPOCH,
        interval,
        announced,
        List.of(),
        List.of(),
        List.of());
  }

  /** {@linkplain #leave Leaves}, waits at most a second until that is done, and ends. */
  @Override
  public void close() {
    leave();
    try {
      unsaid.await(GOODBYE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  private synchronized void end() {
    started.reversed().forEach(Scheduler::close);
    started.clear();
  }
}
