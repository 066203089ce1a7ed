package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.text.FileFault;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest announcement of each member on disk, so that the members survive the process,
 * and takes in what another one has kept.
 *
 * <pre>
 *   start:   StateDirectory -> Restoration -> Gate -> LiveMembership   before outputs and sources
 *   then:    LiveMembership -> KeptGroup -> StateKeeper -> StateDirectory
 *   close:   once more, after the sources have ended
 * </pre>
 */
final class Journal implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());

  private final LiveMembership membership;
  private final HostClock clock;
  private final Function<String, Scheduler> schedulers;
  private final Function<Path, StateFiles> files;

  private final Object changing = new Object();

  /** Changed by those who hold {@link #changing}, as are the following. */
  private volatile @Nullable StateConfig configured;

  private volatile @Nullable StateKeeper keeper;
  private volatile long restoredMembers;

  /** Keeps nothing yet. */
  Journal(
      LiveMembership membership,
      HostClock clock,
      Function<String, Scheduler> schedulers,
      Function<Path, StateFiles> files,
      Metrics metrics) {
    this.membership = membership;
    this.clock = clock;
    this.schedulers = schedulers;
    this.files = files;
    number(
        metrics,
        "rgap_state_restored_members",
        MetricsSnapshot.Type.GAUGE,
        "Members that were restored from the state when it was opened.",
        present -> restoredMembers);
    number(
        metrics,
        "rgap_state_written_members",
        MetricsSnapshot.Type.GAUGE,
        "Members in the state as it was written last.",
        StateKeeper::members);
    number(
        metrics,
        "rgap_state_last_write_timestamp_seconds",
        MetricsSnapshot.Type.GAUGE,
        "When the state was written last, in seconds since the Unix epoch; 0 for never.",
        present -> present.lastMicros() / 1e6);
    number(
        metrics,
        "rgap_state_last_write_successful",
        MetricsSnapshot.Type.GAUGE,
        "Whether the last attempt to write the state was successful.",
        present -> present.isFailing() ? 0 : 1);
    number(
        metrics,
        "rgap_state_write_failures_total",
        MetricsSnapshot.Type.COUNTER,
        "Attempts to write the state that have failed.",
        StateKeeper::failures);
  }

  private void number(
      Metrics metrics,
      String name,
      MetricsSnapshot.Type type,
      String help,
      ToDoubleFunction<StateKeeper> value) {
    metrics.family(
        name,
        type,
        help,
        () -> {
          StateKeeper present = keeper;
          return present == null ? List.of() : List.of(Sample.of(value.applyAsDouble(present)));
        });
  }

  /** Somebody has said goodbye: what is kept is written soon. Called by the intake. */
  void farewell() {
    StateKeeper present = keeper;
    if (present != null) {
      present.farewell();
    }
  }

  /** What is configured at the moment; null for nothing. */
  @Nullable StateConfig configured() {
    return configured;
  }

  /** How long {@link #close} may have to wait. */
  Duration closingTime() {
    return keeper == null ? Duration.ZERO : StateKeeper.CLOSING_TIME;
  }

  /**
   * Keeps the members there from now on, and takes in those that are there already. What is
   * configured already is not touched.
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
    StateDirectory directory =
        new StateDirectory(wanted.directory(), files.apply(wanted.directory()));
    restore(directory, wanted.readyWhenRestored());
    // One of its own each: what the last one is at may never end.
    StateKeeper begun = new StateKeeper(membership, directory, schedulers.apply("rgap-state"));
    keeper = begun;
    begun.start();
  }

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
    String found =
        "state: %s %s; what is genuine of it was taken in, and it ".formatted(from.file(), damage);
    try {
      LOG.log(Level.WARNING, found + "is " + from.setAside() + " now");
    } catch (IOException e) {
      LOG.log(Level.WARNING, found + "can't be set aside: " + FileFault.reason(e));
    }
  }

  @GuardedBy("changing")
  private void end() {
    StateKeeper ending = keeper;
    keeper = null;
    if (ending != null) {
      ending.close();
    }
  }

  @Override
  public void close() {
    synchronized (changing) {
      end();
    }
  }
}
