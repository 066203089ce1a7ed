package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.StableApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.text.DurationText;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Announces one address to one group, once or at each interval; an agent that has announced at
 * intervals says goodbye at its end.
 *
 * <p>All destinations get the same datagram, but for those that are still looked up: they get a new
 * one when that is done. Each has a thread of its own, so that one which can't be resolved or
 * reached holds up no other.
 */
@StableApi
public final class Agent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long {@link #close} waits until goodbye has been said. */
  private static final Duration GOODBYE_PATIENCE = Duration.ofSeconds(1);

  /** What an agent is made of. Not safe for use by several threads. */
  public static final class Builder {

    private final AgentConfig config;
    private final List<DatagramSink> sinks = new ArrayList<>();
    private HostClock clock = HostClock.system();
    private @Nullable AnnouncementSigner signer;
    private @Nullable Supplier<PreSharedKey> key;
    private @Nullable Metrics metrics;
    private Duration patience = PATIENCE;
    private boolean goodbye = true;

    private Builder(AgentConfig config) {
      this.config = config;
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

    /** An agent that has not announced anything yet. */
    public Agent build() {
      List<Destination> destinations = new ArrayList<>();
      for (DatagramSink sink : sinks) {
        destinations.add(new Destination(sink, metrics));
      }
      return new Agent(
          config,
          clock,
          destinations,
          signer == null ? new AnnouncementSigner() : signer,
          key,
          patience,
          goodbye);
    }
  }

  /** The name of the scheduler that makes the announcements at each interval. */
  public static final String THREAD = "rgap-agent";

  private final AgentConfig config;
  private final HostClock clock;
  private final List<Destination> destinations;
  private final AnnouncementSigner signer;

  /** Null if it is always the configuration's. */
  private final @Nullable Supplier<PreSharedKey> key;

  private final Duration patience;
  private final boolean goodbye;

  @GuardedBy("this")
  private final List<Scheduler> started = new ArrayList<>();

  /** Makes the announcements at each interval; null before the start, and after the goodbye. */
  @GuardedBy("this")
  private Scheduler.@Nullable Task ticking;

  /** How many goodbyes are still to be said. */
  private volatile CountDownLatch unsaid = new CountDownLatch(0);

  private Agent(
      AgentConfig config,
      HostClock clock,
      List<Destination> destinations,
      AnnouncementSigner signer,
      @Nullable Supplier<PreSharedKey> key,
      Duration patience,
      boolean goodbye) {
    this.config = config;
    this.clock = clock;
    this.destinations = List.copyOf(destinations);
    this.signer = signer;
    this.key = key;
    this.patience = patience;
    this.goodbye = goodbye;
  }

  /** Begins to make an agent. */
  public static Builder builder(AgentConfig config) {
    return new Builder(config);
  }

  /**
   * Announces once. What has to be looked up is waited for, and gets a datagram that was made then.
   *
   * @return what went wrong, a failure for each destination that could not be sent to
   */
  public List<IOException> announceOnce() {
    boolean[] waits = new boolean[destinations.size()];
    for (int i = 0; i < waits.length; i++) {
      // All look-ups at the same time, and while this one is signed.
      destinations.get(i).prepare();
      waits[i] = destinations.get(i).isWaiting();
    }
    byte[] datagram = announcement();
    @Nullable IOException[] failures = new @Nullable IOException[destinations.size()];
    @Nullable Thread[] threads = new @Nullable Thread[destinations.size()];
    // The last one is sent to on this thread: most often it is the only one.
    int last = destinations.size() - 1;
    for (int i = 0; i < last; i++) {
      int index = i;
      Thread thread =
          new Thread(
              () -> failures[index] = sendOnce(datagram, destinations.get(index), waits[index]));
      thread.setDaemon(true);
      try {
        thread.start();
        threads[i] = thread;
      } catch (OutOfMemoryError e) {
        failures[i] = sendOnce(datagram, destinations.get(i), waits[i]); // no thread to be had
      }
    }
    if (last >= 0) {
      failures[last] = sendOnce(datagram, destinations.getLast(), waits[last]);
    }
    List<IOException> failed = new ArrayList<>();
    for (int i = 0; i < failures.length; i++) {
      Thread thread = threads[i];
      try {
        if (thread != null) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.add(new IOException("interrupted while sending to " + destinations.get(i).label()));
      }
      IOException failure = failures[i];
      if (failure != null) {
        failed.add(failure);
      }
    }
    return failed;
  }

  /** Sends the datagram or, where that had to wait for a look-up, one that is made after it. */
  private @Nullable IOException sendOnce(byte[] datagram, Destination destination, boolean waits) {
    if (!waits) {
      return destination.send(datagram, Duration.ZERO);
    }
    try {
      return destination.awaitPrepared(patience)
          ? destination.send(announcement(), Duration.ZERO)
          : new SocketTimeoutException(
              "can't send to "
                  + destination.label()
                  + ": looking it up takes longer than "
                  + DurationText.format(patience));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IOException("interrupted while looking up " + destination.label());
    } catch (RuntimeException | Error e) {
      return new IOException("can't send to " + destination.label() + ": " + e, e);
    }
  }

  /**
   * Announces at once and then at each interval, until closed. Failures are logged and end nothing.
   *
   * @param schedulers makes a scheduler for a name
   * @throws IllegalStateException if the interval is not positive
   */
  public synchronized void start(Function<String, Scheduler> schedulers) {
    if (!config.interval().isPositive()) {
      throw new IllegalStateException("the interval is not positive");
    }
    for (Destination destination : destinations) {
      Scheduler sender = schedulers.apply("rgap-send " + destination.label());
      started.add(sender);
      destination.start(new Destination.Sending(sender, config.interval(), this::announcement));
    }
    Scheduler ticker = schedulers.apply(THREAD);
    started.add(ticker);
    ticking =
        ticker.every(
            config.interval(),
            () -> {
              byte[] datagram = announcement();
              for (Destination destination : destinations) {
                destination.offer(datagram);
              }
            });
  }

  /** The datagram that says: now. */
  private byte[] announcement() {
    PreSharedKey with = key();
    synchronized (signer) {
      return signer.sign(present(), with);
    }
  }

  /** The datagram that says: goodbye. */
  private byte[] farewell() {
    PreSharedKey with = key();
    synchronized (signer) {
      return signer.sign(present(), AnnouncedState.LEAVING, with);
    }
  }

  private Announcement present() {
    return new Announcement(config.group(), clock.epochMicros(), config.address());
  }

  private PreSharedKey key() {
    return key == null ? config.key() : key.get();
  }

  /**
   * Stops to announce, and says goodbye to each destination: {@value Destination#GOODBYES} times
   * within 200 ms, as each may be lost. Returns at once. Does nothing if the agent was not started,
   * has left already, or is not to say it.
   */
  public synchronized void leave() {
    Scheduler.Task announcing = ticking;
    if (announcing == null || !goodbye) {
      return;
    }
    ticking = null;
    announcing.cancel();
    unsaid = new CountDownLatch(destinations.size());
    byte[] farewell = farewell();
    for (Destination destination : destinations) {
      destination.sayGoodbye(farewell, unsaid::countDown);
    }
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
