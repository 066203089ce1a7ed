package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.StableApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Announces a host's addresses to one group, once or at each interval while its checks pass; an
 * agent that has announced at intervals says goodbye at its end.
 *
 * <pre>
 *   AddressSource -> CurrentAddresses --+
 *   HealthCheck   -> CurrentHealth    --+-> Agent -> AgentDatagrams -> Destination -> DatagramSink
 *   drain, undrain                    --+     ^                       (a thread each)
 *     (a thread each, if slow)        Beats --+ (one thread)
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

  /** By how much an interval may be shorter unless something else is given, in percent. */
  public static final int DEFAULT_JITTER_PERCENT = 10;

  private static final int MOST_JITTER_PERCENT = 50;

  /** How long {@link #close} waits until goodbye has been said. */
  static final Duration GOODBYE_PATIENCE = Duration.ofSeconds(1);

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
    private int jitterPercent = DEFAULT_JITTER_PERCENT;
    private @Nullable RandomGenerator random;
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
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder jitter(int percent) {
      if (percent < 0 || percent > MOST_JITTER_PERCENT) {
        throw new IllegalArgumentException(
            percent + " % is out of range: 0 to " + MOST_JITTER_PERCENT);
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

    /** What intervals are made shorter by; a generator of its own unless it is given. */
    public Builder random(RandomGenerator with) {
      random = with;
      return this;
    }

    /** An agent that has not announced anything yet. */
    public Agent build() {
      return new Agent(
          new AgentSettings(
              group,
              ownKey,
              key,
              interval,
              jitterPercent,
              address,
              List.copyOf(sources),
              maxAge,
              List.copyOf(checks),
              drainFor,
              goodbye,
              List.copyOf(sinks),
              patience,
              clock,
              signer == null ? new AnnouncementSigner() : signer,
              metrics,
              random));
    }
  }

  /** The name of the scheduler that makes the announcements at each interval. */
  public static final String THREAD = "rgap-agent";

  /** What the names of schedulers begin with that ask slow sources, which may wait for long. */
  public static final String ADDRESS_THREAD = "rgap-address";

  /** What the names of schedulers begin with that run checks, which may wait for long. */
  public static final String CHECK_THREAD = "rgap-check";

  private final AgentSettings settings;
  private final AgentDatagrams datagrams;
  private final AnnouncingAgent announcing;

  /** What it runs on while it announces at intervals; null before, and when others run it. */
  @GuardedBy("this")
  private @Nullable Shared own;

  private Agent(AgentSettings settings) {
    this.settings = settings;
    this.datagrams = new AgentDatagrams(settings);
    this.announcing = new AnnouncingAgent(settings, datagrams);
  }

  /** Begins to make an agent that announces a given address. */
  public static Builder builder(AgentConfig config) {
    return new Builder(config.group(), config.key(), config.interval(), config.address());
  }

  /**
   * Begins to make an agent whose {@linkplain Builder#addresses addresses} are found while it runs.
   * Such as that of a service which announces itself while it takes work:
   *
   * {@snippet file="dev/rgap/scenarios/EmbeddedAgentTest.java" region="service"}
   *
   * @param group the group to announce to
   * @param key the group's secret, unless {@link Builder#key} gives another one
   * @param interval how often; not positive means once
   */
  public static Builder builder(GroupId group, PreSharedKey key, Duration interval) {
    return new Builder(group, key, interval, null);
  }

  /**
   * Announces once. Sources of addresses are asked first, checks are not. What has to be looked up
   * is waited for, and gets datagrams that were made then.
   *
   * @return what went wrong: a failure for each source that can't tell, and for each destination
   *     that could not be sent to
   */
  public List<IOException> announceOnce() {
    List<IOException> failed = new ArrayList<>();
    Set<IpAddress> found = new LinkedHashSet<>();
    if (settings.fixed() != null) {
      found.add(settings.fixed());
    }
    for (AddressSource source : settings.sources()) {
      try {
        found.addAll(source.find());
      } catch (IOException | RuntimeException e) {
        failed.add(new IOException(source.label() + ": " + e.getMessage(), e));
      }
    }
    List<IpAddress> all = List.copyOf(found);
    List<Destination> destinations = new ArrayList<>();
    for (DatagramSink sink : settings.sinks()) {
      destinations.add(new Destination(sink, settings.metrics()));
    }
    new OneRound(destinations, () -> datagrams.announcements(all), settings.patience()).run(failed);
    return failed;
  }

  /**
   * Announces at once and then at each interval, until closed. Failures are logged and end nothing.
   *
   * @param schedulers makes a scheduler for a name. Those whose names begin with {@link
   *     #ADDRESS_THREAD} and {@link #CHECK_THREAD} wait for others most of the time, and may be on
   *     {@linkplain Scheduler#onVirtualThread virtual threads}
   * @throws IllegalStateException if the interval is not positive
   */
  public void start(Function<String, Scheduler> schedulers) {
    Shared shared = new Shared(schedulers, settings.random());
    start(shared, null);
    synchronized (this) {
      own = shared;
    }
    Metrics metrics = settings.metrics();
    if (metrics != null) {
      AgentNumbers.keep(metrics, () -> List.of(report()));
    }
  }

  /**
   * The same with threads that others use as well.
   *
   * @param before whose place it takes, if it does; that one has left then
   */
  void start(Shared shared, @Nullable Agent before) {
    if (!settings.interval().isPositive()) {
      throw new IllegalStateException("the interval is not positive");
    }
    announcing.start(shared, before == null ? null : before.announcing);
  }

  Duration drainFor() {
    return settings.drainFor();
  }

  /**
   * Announces that its addresses drain, for {@linkplain Builder#drainFor a while}, and then says
   * goodbye. Checks and sources are asked on. Does nothing if it drains already.
   */
  public void drain() {
    drain(settings.clock().nanoTime() + settings.drainFor().toNanos());
  }

  /** The same, until a point of the monotonic clock. */
  void drain(long until) {
    announcing.drain(until);
  }

  /** Announces its addresses again, if it drains or has drained. */
  public void undrain() {
    announcing.undrain();
  }

  /** How it is doing. */
  public AgentReport report() {
    return announcing.report();
  }

  /**
   * Waits until it has announced for the first time: until it was sent to each destination, or
   * could not be, or until it is known that there is nothing to announce.
   *
   * @param patience for how long at most
   * @return whether that is so
   */
  public boolean awaitFirstRound(Duration patience) throws InterruptedException {
    return announcing.awaitFirstRound(patience.toNanos());
  }

  /**
   * Stops to announce, and says goodbye to each destination, if it is to: {@value
   * Destination#GOODBYES} times within 200 ms, as each may be lost. Returns at once. Does nothing
   * if the agent was not started, or has left already.
   */
  public void leave() {
    announcing.leave();
  }

  /** Waits until goodbye has been said, at most until a point of the monotonic clock. */
  void awaitGoodbye(long deadline) {
    announcing.awaitGoodbye(deadline);
  }

  /** {@linkplain #leave Leaves}, waits at most a second until that is done, and ends. */
  @Override
  public void close() {
    leave();
    awaitGoodbye(settings.clock().nanoTime() + GOODBYE_PATIENCE.toNanos());
    Shared shared;
    synchronized (this) {
      shared = own;
      own = null;
    }
    if (shared != null) {
      shared.close();
    }
    end();
  }

  /** Gives up what it has, after it has left. */
  void end() {
    announcing.end();
  }
}
