package dev.rgap.agent;

import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.text.DurationText;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's checks have come to. For one scheduler's tasks, but for what checks are at: each
 * has a thread of its own, so that none delays another one or an announcement.
 *
 * <pre>
 *                rise passes in a row
 *   STARTING ---------------------------> PASSING
 *       |                                  |   ^
 *       | fall failures in a row,   fall   |   |  rise
 *       | after start_period               v   |
 *       +------------------------------> FAILING
 * </pre>
 */
final class CurrentHealth {

  /** What a check gets beyond its timeout, to say itself why it takes so long. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A check, and what came of it. */
  private final class Watched {
    private final HealthCheckConfig config;
    private final Scheduler apart;
    private final long startNanos = owner.clock().nanoTime();
    private int passes;
    private int failures;

    /** Which run is under way; the ones before it are of no interest any more. */
    private long run;

    private boolean running;

    /** Whether the run under way counts as failed already. */
    private boolean late;

    private Scheduler.@Nullable Task ticking;

    volatile CheckState state = CheckState.STARTING;
    volatile long sinceMicros = owner.clock().epochMicros();
    volatile @Nullable String problem;

    Watched(HealthCheckConfig config, Scheduler apart) {
      this.config = config;
      this.apart = apart;
    }

    private void tick() {
      if (running) {
        if (late) {
          result("still has no answer");
        }
        return;
      }
      running = true;
      late = false;
      long mine = ++run;
      Scheduler.Task limit =
          owner.at(
              owner.clock().nanoTime() + config.timeout().toNanos() + GRACE_NANOS,
              () -> takesLong(mine));
      apart.execute(() -> {
        String failure = ask();
        owner.execute(() -> {
          limit.cancel();
          answered(failure);
        });
      });
    }

    private @Nullable String ask() {
      try {
        config.check().run(config.timeout());
        return null;
      } catch (IOException e) {
        return String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "was interrupted";
      } catch (RuntimeException | Error e) {
        return e.toString();
      }
    }

    private void takesLong(long which) {
      if (running && run == which) {
        late = true;
        result("takes longer than " + DurationText.format(config.timeout()));
      }
    }

    private void answered(@Nullable String failure) {
      running = false;
      if (!late) {
        result(failure);
      }
    }

    private void result(@Nullable String failure) {
      if (stopped) {
        return;
      }
      problem = failure;
      if (failure == null) {
        passes++;
        failures = 0;
        if (state != CheckState.PASSING && passes >= config.rise()) {
          become(CheckState.PASSING);
        }
      } else {
        passes = 0;
        failures++;
        boolean patient =
            state == CheckState.STARTING
                && owner.clock().nanoTime() - startNanos < config.startPeriod().toNanos();
        if (state != CheckState.FAILING && failures >= config.fall() && !patient) {
          become(CheckState.FAILING);
        }
      }
    }

    private void become(CheckState to) {
      state = to;
      sinceMicros = owner.clock().epochMicros();
      boolean passing = to == CheckState.PASSING;
      System.getLogger(Agent.class.getName())
          .log(
              passing ? Level.INFO : Level.WARNING,
              passing ? "group {0}: {1}: passing" : "group {0}: {1}: failing: {2}",
              group,
              config.check().label(),
              problem);
      if (metrics != null) {
        metrics
            .counter(
                "rgap_agent_check_changes_total",
                "How often a check has begun to pass, or to fail",
                "group",
                group.toString(),
                "check",
                config.check().label(),
                "to",
                passing ? "passing" : "failing")
            .increment();
      }
      changed.run();
    }
  }

  private final GroupId group;
  private final Scheduler owner;
  private final @Nullable Metrics metrics;
  private final Runnable changed;
  private final List<Watched> all = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * Begins to check.
   *
   * @param changed is called by the owner's tasks when a check has come to something else
   */
  CurrentHealth(
      GroupId group,
      List<HealthCheckConfig> checks,
      Shared shared,
      @Nullable Metrics metrics,
      Runnable changed) {
    this.group = group;
    this.owner = shared.ticker();
    this.metrics = metrics;
    this.changed = changed;
    for (HealthCheckConfig each : checks) {
      Watched watched = new Watched(each, shared.apart(Agent.CHECK_THREAD, each.check().label()));
      all.add(watched);
      watched.ticking = owner.every(each.interval(), watched::tick);
    }
  }

  /** Whether all checks pass. */
  boolean isPassing() {
    for (Watched each : all) {
      if (each.state != CheckState.PASSING) {
        return false;
      }
    }
    return true;
  }

  /** Whether all checks have come to something. */
  boolean isDecided() {
    for (Watched each : all) {
      if (each.state == CheckState.STARTING) {
        return false;
      }
    }
    return true;
  }

  /** The first check that is failing; null if there is none. */
  @Nullable String failing() {
    for (Watched each : all) {
      if (each.state == CheckState.FAILING) {
        return each.config.check().label();
      }
    }
    return null;
  }

  List<AgentReport.Check> reports() {
    List<AgentReport.Check> reports = new ArrayList<>();
    for (Watched each : all) {
      reports.add(
          new AgentReport.Check(
              each.config.check().label(),
              each.state,
              AgentReport.instant(each.sinceMicros),
              Optional.ofNullable(each.problem)));
    }
    return reports;
  }

  /** Begins no check any more, and heeds none that is under way. */
  void stop() {
    stopped = true;
    for (Watched each : all) {
      if (each.ticking != null) {
        each.ticking.cancel();
      }
    }
  }

  /** Ends what checks run on, after they have been {@linkplain #stop stopped}. */
  void close() {
    for (Watched each : all) {
      each.apart.close();
    }
  }
}
