package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
    try {
      keep(start(configured));
    } finally {
      settled(id);
    }
  }

  /** Not under the lock: to start may take long, as to look a name up does. */
  private RunningOutput start(ConfiguredOutput<?> configured) throws IOException {
    return RunningOutput.start(configured, membership, schedulers, metrics);
  }

  /** Adds one that runs; ends it if all have been closed meanwhile. */
  private void keep(RunningOutput output) {
    boolean added = false;
    try {
      synchronized (lock) {
        requireOpen();
        running.put(output.configured().id(), output);
        added = true;
      }
    } finally {
      if (!added) {
        output.close();
      }
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
    RunningOutput output = setAside(id);
    try {
      output.close();
    } finally {
      settled(id);
    }
  }

  private RunningOutput setAside(OutputId id) {
    synchronized (lock) {
      RunningOutput output = running.remove(id);
      if (output == null) {
        throw new IllegalArgumentException("there is no output " + id);
      }
      changing.add(id);
      return output;
    }
  }

  /**
   * Gives an output another configuration: to the running one if it can go on with that, else to
   * another one in its place.
   *
   * @throws IOException if that can't start; the one before is there again then, if that can
   * @throws IllegalArgumentException if there is none with this id
   */
  void replace(ConfiguredOutput<?> configured) throws IOException {
    RunningOutput before = setAside(configured.id());
    try {
      RunningOutput same = before.with(configured);
      if (same != null) {
        keep(same);
        return;
      }
      before.close();
      try {
        keep(start(configured));
      } catch (IOException | RuntimeException e) {
        restore(before, e);
        throw e;
      }
    } finally {
      settled(configured.id());
    }
  }

  private void restore(RunningOutput before, Exception why) {
    try {
      keep(start(before.configured()));
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /** What is running, in the order in which it was added. */
  List<ConfiguredOutput<?>> configured() {
    synchronized (lock) {
      List<ConfiguredOutput<?>> all = new ArrayList<>();
      for (RunningOutput output : running.values()) {
        all.add(output.configured());
      }
      return all;
    }
  }

  /** What became of their last attempts to publish something, of those that made one. */
  Map<OutputId, OutputReport> reports() {
    Map<OutputId, OutputReport> all = new HashMap<>();
    synchronized (lock) {
      for (RunningOutput output : running.values()) {
        output.lastReport().ifPresent(report -> all.put(output.configured().id(), report));
      }
    }
    return all;
  }

  /** What the outputs are at, but for those that are being started or closed. */
  List<Work> work() {
    synchronized (lock) {
      return running.values().stream().map(RunningOutput::work).toList();
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
