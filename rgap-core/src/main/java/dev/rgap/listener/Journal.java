package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.KeptGroup;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.text.DurationText;
import dev.rgap.text.FileFault;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest announcement of each member on disk, so that the members survive the process,
 * and takes in what another one has kept.
 *
 * <pre>
 *   start:   StateDirectory -> Restoration -> Gate -> LiveMembership   before outputs and sources
 *   then:    LiveMembership -> KeptGroup -> Journal -> StateDirectory  on a thread of its own
 *   close:   once more, after the sources have ended
 * </pre>
 *
 * <p>What has changed is written a part of {@code expire} later, at the latest after {@link
 * #LONGEST_INTERVAL}, all of it at a time. A disk that is slow, full or gone costs the state and
 * nothing else: that is said once, and shows in the numbers until it is over.
 */
final class Journal implements AutoCloseable {

  /** A change is on disk at the latest after this, if the disk is quick enough. */
  static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** The interval as a part of {@code expire}: an announcement that was written has to live on. */
  private static final int PART_OF_LIFE = 5;

  /** Times as long as it took to write nothing is written. */
  private static final int REST = 4;

  /** How long the end of the program waits for the disk. */
  private static final Duration CLOSING_TIME = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());

  private final LiveMembership membership;
  private final HostClock clock;
  private final Function<String, Scheduler> schedulers;

  private volatile @Nullable StateConfig configured;

  /** Of who changes which directory it is. */
  private final Object changing = new Object();

  @GuardedBy("changing")
  private @Nullable Scheduler scheduler;

  @GuardedBy("this")
  private @Nullable StateDirectory directory;

  /** Stands for all that was written last. */
  @GuardedBy("this")
  private long writtenChanges;

  @GuardedBy("this")
  private Scheduler.@Nullable Task next;

  private volatile long failures;
  private volatile boolean failing;
  private volatile long writtenMembers;
  private volatile long writtenMicros;
  private volatile long restoredMembers;

  /** Keeps nothing yet. */
  Journal(
      LiveMembership membership,
      HostClock clock,
      Function<String, Scheduler> schedulers,
      Metrics metrics) {
    this.membership = membership;
    this.clock = clock;
    this.schedulers = schedulers;
    number(
        metrics,
        "rgap_state_restored_members",
        MetricsSnapshot.Type.GAUGE,
        "Members that were restored from the state when it was opened.",
        () -> restoredMembers);
    number(
        metrics,
        "rgap_state_written_members",
        MetricsSnapshot.Type.GAUGE,
        "Members in the state as it was written last.",
        () -> writtenMembers);
    number(
        metrics,
        "rgap_state_last_write_timestamp_seconds",
        MetricsSnapshot.Type.GAUGE,
        "When the state was written last, in seconds since the Unix epoch; 0 for never.",
        () -> writtenMicros / 1e6);
    number(
        metrics,
        "rgap_state_last_write_successful",
        MetricsSnapshot.Type.GAUGE,
        "Whether the last attempt to write the state was successful.",
        () -> failing ? 0 : 1);
    number(
        metrics,
        "rgap_state_write_failures_total",
        MetricsSnapshot.Type.COUNTER,
        "Attempts to write the state that have failed.",
        () -> failures);
  }

  private void number(
      Metrics metrics, String name, MetricsSnapshot.Type type, String help, DoubleSupplier value) {
    metrics.family(
        name,
        type,
        help,
        () -> configured == null ? List.of() : List.of(Sample.of(value.getAsDouble())));
  }

  /** What is configured at the moment; null for nothing. */
  @Nullable StateConfig configured() {
    return configured;
  }

  /**
   * Keeps the members there from now on, and takes in those that are there already. What is
   * configured now already is not touched.
   *
   * @param wanted where; null for nowhere
   */
  void change(@Nullable StateConfig wanted) {
    synchronized (changing) {
      if (Objects.equals(wanted, configured)) {
        return;
      }
      end();
      configured = wanted;
      membership.keep(wanted != null);
      if (wanted != null) {
        begin(wanted);
      }
    }
  }

  @GuardedBy("changing")
  private void begin(StateConfig wanted) {
    StateDirectory opened = new StateDirectory(wanted.directory());
    restore(opened, wanted.readyWhenRestored());
    if (scheduler == null) {
      scheduler = schedulers.apply("rgap-state");
    }
    Scheduler timer = scheduler;
    synchronized (this) {
      directory = opened;
      writtenChanges = 0;
      failing = false;
      plan(timer, interval());
    }
  }

  // --- reading -----------------------------------------------------------------------------------

  private void restore(StateDirectory from, boolean readyWhenRestored) {
    Restoration restoration = new Restoration(membership, readyWhenRestored, clock.epochMicros());
    String damage;
    try {
      damage = restoration.damage(from.read(restoration));
    } catch (StateDirectory.DamagedException e) {
      damage = e.getMessage();
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "state: {0} can''t be read, going on without: {1}",
          from.file(),
          FileFault.reason(e));
      return;
    }
    restoredMembers = restoration.restored();
    if (!restoration.isEmpty()) {
      LOG.log(Level.INFO, "state: {0}, {1}", from.file(), restoration.summary());
    }
    if (damage != null) {
      setAside(from, damage);
    }
  }

  private static void setAside(StateDirectory from, String damage) {
    try {
      LOG.log(
          Level.WARNING,
          "state: {0} {1}; what is genuine of it was taken in, and it is {2} now",
          from.file(),
          damage,
          from.setAside());
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "state: {0} {1}; what is genuine of it was taken in; it can''t be set aside: {2}",
          from.file(),
          damage,
          FileFault.reason(e));
    }
  }

  // --- writing -----------------------------------------------------------------------------------

  /** How long a change waits until it is written. */
  private Duration interval() {
    Duration shortest = LONGEST_INTERVAL.multipliedBy(PART_OF_LIFE);
    for (GroupConfig group : membership.configs()) {
      if (group.expire().compareTo(shortest) < 0) {
        shortest = group.expire();
      }
    }
    Duration part = shortest.dividedBy(PART_OF_LIFE);
    return part.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : part;
  }

  @GuardedBy("this")
  private void plan(Scheduler timer, Duration pause) {
    next = timer.at(timer.clock().nanoTime() + pause.toNanos(), () -> writeAndPlan(timer));
  }

  private synchronized void writeAndPlan(Scheduler timer) {
    if (directory == null) {
      return;
    }
    long began = clock.nanoTime();
    try {
      write();
    } finally {
      Duration rest = Duration.ofNanos(REST * (clock.nanoTime() - began));
      Duration pause = interval().compareTo(rest) < 0 ? rest : interval();
      plan(timer, pause.compareTo(LONGEST_INTERVAL) < 0 ? pause : LONGEST_INTERVAL);
    }
  }

  /** Writes all if anything has changed. */
  private synchronized void write() {
    StateDirectory to = directory;
    List<KeptGroup> groups = membership.kept();
    long changes = changes(groups);
    if (to == null || (changes == writtenChanges && !failing)) {
      return;
    }
    StateWriter content = new StateWriter(groups, clock);
    try {
      to.write(groups.size(), content);
      writtenChanges = changes;
      writtenMembers = content.members();
      writtenMicros = clock.epochMicros();
      if (failing) {
        failing = false;
        LOG.log(Level.INFO, "state: {0} is written again", to.file());
      }
    } catch (IOException | RuntimeException e) {
      failures++;
      if (!failing) {
        failing = true;
        LOG.log(
            Level.WARNING,
            "state: {0} can''t be written, trying again until it can; all else goes on: {1}",
            to.file(),
            FileFault.reason(e));
      }
    }
  }

  /** Stands for all that would be written: another number if anything has changed. */
  private static long changes(List<KeptGroup> groups) {
    long sum = 1;
    for (KeptGroup group : groups) {
      sum = (sum * 31 + group.id().bits()) * 31 + group.changes();
    }
    return sum;
  }

  // --- the end -----------------------------------------------------------------------------------

  /** Writes what has changed, and keeps nothing any more; waits for the disk for some seconds. */
  @GuardedBy("changing")
  private void end() {
    if (configured == null) {
      return;
    }
    Thread last = new Thread(null, this::writeAndEnd, "rgap-state-end", 0, false);
    last.setDaemon(true);
    last.start();
    try {
      if (!last.join(CLOSING_TIME)) {
        LOG.log(
            Level.WARNING,
            "state: the disk is still busy after {0}; not waiting any longer",
            DurationText.format(CLOSING_TIME));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void writeAndEnd() {
    StateDirectory ending = directory;
    if (next != null) {
      next.cancel();
    }
    if (ending == null) {
      return;
    }
    try {
      write();
    } finally {
      directory = null;
      Closing.quietly("the lock of " + ending.file(), ending);
    }
  }

  @Override
  public void close() {
    synchronized (changing) {
      end();
      if (scheduler != null) {
        Closing.quietly("the thread of the state", scheduler);
      }
    }
  }
}
