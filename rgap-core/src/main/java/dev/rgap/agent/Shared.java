package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What agents of one process have in common: the thread on which they announce, and for each sink a
 * thread that sends. Safe for all threads.
 */
final class Shared implements AutoCloseable {

  /** A destination that is in use. */
  private static final class Used {
    final Destination destination;
    final Scheduler sender;
    int users;

    Used(Destination destination, Scheduler sender) {
      this.destination = destination;
      this.sender = sender;
    }
  }

  private final Function<String, Scheduler> schedulers;
  private final RandomGenerator random;

  @GuardedBy("this")
  private final IdentityHashMap<DatagramSink, Used> used = new IdentityHashMap<>();

  @GuardedBy("this")
  private @Nullable Scheduler ticker;

  @GuardedBy("this")
  private @Nullable Beats beats;

  /**
   * Nothing is there yet.
   *
   * @param random what intervals are made shorter by; null for one of its own
   */
  Shared(Function<String, Scheduler> schedulers, @Nullable RandomGenerator random) {
    this.schedulers = schedulers;
    this.random = random == null ? new SplittableRandom() : random;
  }

  /** What runs agents, one task at a time. */
  synchronized Scheduler ticker() {
    Scheduler there = ticker;
    if (there == null) {
      there = schedulers.apply(Agent.THREAD);
      ticker = there;
    }
    return there;
  }

  /** When they announce. */
  synchronized Beats beats() {
    Beats there = beats;
    if (there == null) {
      there = new Beats(ticker(), random);
      beats = there;
    }
    return there;
  }

  /** A thread for something that may take long; of whoever asks for it. */
  Scheduler apart(String what, String label) {
    return schedulers.apply(what + " " + label);
  }

  /** Where an agent puts what it sends to a sink, until it is {@linkplain #release released}. */
  synchronized Outbox outbox(
      DatagramSink sink,
      @Nullable Metrics metrics,
      Duration timeout,
      Supplier<List<byte[]>> announcements,
      Runnable firstTried) {
    Used with = used.get(sink);
    if (with == null) {
      Destination destination = new Destination(sink, metrics);
      Scheduler sender = schedulers.apply("rgap-send ".concat(sink.label()));
      destination.start(sender);
      with = new Used(destination, sender);
      used.put(sink, with);
    }
    with.users++;
    return with.destination.outbox(timeout, announcements, firstTried);
  }

  /** Gives one back; the last one ends the thread. */
  void release(Outbox outbox) {
    Destination destination = outbox.destination();
    destination.remove(outbox);
    Scheduler unused = null;
    synchronized (this) {
      Used with = used.get(destination.sink());
      if (with != null && --with.users == 0) {
        used.remove(destination.sink());
        unused = with.sender;
      }
    }
    if (unused != null) {
      unused.close();
    }
  }

  /** Ends the thread on which agents announce. */
  @Override
  public void close() {
    Scheduler there;
    synchronized (this) {
      there = ticker;
      ticker = null;
      beats = null;
    }
    if (there != null) {
      there.close();
    }
  }
}
