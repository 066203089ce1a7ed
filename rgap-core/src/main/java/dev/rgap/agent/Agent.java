package dev.rgap.agent;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Announces one address to one group, once or at each interval.
 *
 * <p>All destinations get the same datagram. Each has a thread of its own, so that one which can't
 * be resolved or reached holds up no other.
 */
public final class Agent implements AutoCloseable {

  private final AgentConfig config;
  private final HostClock clock;
  private final List<DatagramSink> sinks;
  private final AnnouncementSigner signer = AnnouncementSigner.quickStart();
  private final List<Scheduler> started = new ArrayList<>();

  /** An agent that has not announced anything yet. */
  public Agent(AgentConfig config, HostClock clock, List<? extends DatagramSink> sinks) {
    this.config = config;
    this.clock = clock;
    this.sinks = List.copyOf(sinks);
  }

  /**
   * Announces once.
   *
   * @return what went wrong, a failure for each destination that could not be sent to
   */
  public List<IOException> announceOnce() {
    byte[] datagram = announcement();
    if (sinks.size() == 1) {
      IOException failure = send(sinks.get(0), datagram);
      return failure == null ? List.of() : List.of(failure);
    }
    @Nullable IOException[] failures = new @Nullable IOException[sinks.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < sinks.size(); i++) {
      int index = i;
      Thread thread = new Thread(() -> failures[index] = send(sinks.get(index), datagram));
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    List<IOException> failed = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      try {
        threads.get(i).join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.add(new IOException("interrupted while sending to " + sinks.get(i).label()));
      }
      IOException failure = failures[i];
      if (failure != null) {
        failed.add(failure);
      }
    }
    return failed;
  }

  private static @Nullable IOException send(DatagramSink sink, byte[] datagram) {
    try {
      sink.send(datagram, Duration.ZERO);
      return null;
    } catch (IOException e) {
      return e;
    } catch (RuntimeException e) {
      // What a thread of its own threw would be lost, and the announcement count as made.
      return new IOException("can't send to " + sink.label() + ": " + e, e);
    }
  }

  /**
   * Announces at once and then at each interval, until closed. Failures are logged and end nothing.
   *
   * @param schedulers makes a scheduler for a name
   */
  public synchronized void start(Function<String, Scheduler> schedulers) {
    if (!config.interval().isPositive()) {
      throw new IllegalStateException("the interval is not positive");
    }
    List<Destination> destinations = new ArrayList<>();
    for (DatagramSink sink : sinks) {
      Scheduler scheduler = schedulers.apply("rgap-send " + sink.label());
      started.add(scheduler);
      destinations.add(new Destination(sink, scheduler, config.interval()));
    }
    Scheduler ticker = schedulers.apply("rgap-agent");
    started.add(ticker);
    ticker.every(
        config.interval(),
        () -> {
          byte[] datagram = announcement();
          destinations.forEach(destination -> destination.offer(datagram));
        });
  }

  /** The datagram that says: now. Called by one thread at a time. */
  private byte[] announcement() {
    return signer.sign(
        new Announcement(config.group(), clock.epochMicros(), config.address()), config.key());
  }

  @Override
  public synchronized void close() {
    started.reversed().forEach(Scheduler::close);
    started.clear();
  }
}
