package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputId;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The outputs of a listener, which come and go while it runs. Each starts and ends on the thread of
 * whoever asks for that, and holds up no other meanwhile: its id is set aside.
 */
final class RunningOutputs {

  private final Membership membership;
  private final Function<String, Scheduler> schedulers;
  private final Metrics metrics;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<OutputId, RunningOutput> running = new LinkedHashMap<>();

  /** Those that are being started or closed. */
  @GuardedBy("lock")
  private final Set<OutputId> changing = new HashSet<>();

  @GuardedBy("lock")
  private boolean closed;

  RunningOutputs(Membership membership, Function<String, Scheduler> schedulers, Metrics metrics) {
    this.membership = membership;
    this.schedulers = schedulers;
    this.metrics = metrics;
  }

  /**
   * Starts an output.
   *
   * @throws IOException if it can't start; nothing is changed then
   * @throws IllegalArgumentException if there is one with this id, if only for a moment still
   * @throws IllegalStateException if all have been closed
   */
  void add(ConfiguredOutput<?> configured) throws IOException {
    OutputId id = configured.id();
    synchronized (lock) {
      requireOpen();
      if (running.containsKey(id) || !changing.add(id)) {
        throw new IllegalArgumentException("there is an output " + id + " already");
      }
    }
    RunningOutput output = null;
    boolean added = false;
    try {
      // Not under the lock: to start may take long, as to look a name up does.
      output = RunningOutput.start(configured, membership, schedulers, metrics);
      synchronized (lock) {
        requireOpen();
        running.put(id, output);
        added = true;
      }
    } finally {
      if (output != null && !added) {
        output.close();
      }
      settled(id);
    }
  }

  @GuardedBy("lock")
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the listener is closed");
    }
  }

  /**
   * Ends an output, and returns when it has ended.
   *
   * @throws IllegalArgumentException if there is none with this id
   */
  void remove(OutputId id) {
    RunningOutput output;
    synchronized (lock) {
      output = running.remove(id);
      if (output == null) {
        throw new IllegalArgumentException("there is no output " + id);
      }
      changing.add(id);
    }
    try {
      output.close();
    } finally {
      settled(id);
    }
  }

  private void settled(OutputId id) {
    synchronized (lock) {
      changing.remove(id);
      lock.notifyAll();
    }
  }

  /** How long {@link #close} may have to wait for what outputs are at: the longest time. */
  Duration closingTime() {
    synchronized (lock) {
      Duration longest = Duration.ZERO;
      for (RunningOutput output : running.values()) {
        Duration time = output.closingTime();
        longest = time.compareTo(longest) > 0 ? time : longest;
      }
      return longest;
    }
  }

  /** Ends all at the same time, and waits for those that others have begun to start or to end. */
  void close() {
    List<Runnable> closers = new ArrayList<>();
    synchronized (lock) {
      closed = true;
      for (RunningOutput output : running.values()) {
        closers.add(output::close);
      }
      running.clear();
    }
    Closing.atOnce("rgap-closing", closers);
    synchronized (lock) {
      while (!changing.isEmpty()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
