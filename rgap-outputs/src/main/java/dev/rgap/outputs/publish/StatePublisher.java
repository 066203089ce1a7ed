package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Gauge;
import dev.rgap.metrics.Histogram;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputReport;
import dev.rgap.outputs.publish.Step.Outcome;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps something outside as the state of some groups wants it: the loop of all outputs that
 * publish state, whatever they publish it to.
 *
 * <pre>
 *   change ---(ready, and new?)---> Debouncer --+
 *   interval -----------------------------------+--(ready?)--> Step --> published, unchanged
 *   back-off -----------------------------------+               |       refused: next change
 *      ^                                                        |
 *      +-------------------- failed ----------------------------+
 *                             all attempts used up: next change
 * </pre>
 *
 * <p>Nothing is published unless all groups are ready; and, if that is asked for, not before one
 * interval if nobody could know the members of one of them at the start. A step always gets the
 * groups as they are when it begins; so changes during a step, and during a pause, are dealt with
 * by one more step, however many there were, and a change that a step has already seen asks for
 * nothing. Failures are logged when they begin, when they become others and when they end, and are
 * counted.
 *
 * <p>Everything happens on the output's thread but for {@link #close}.
 */
@StableApi
public final class StatePublisher implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(StatePublisher.class.getName());

  /** Of an error, for those who ask how an output is. */
  private static final int MOST_SHOWN = 1000;

  private final OutputContext context;
  private final Membership membership;
  private final Scheduler scheduler;
  private final List<GroupId> groups;
  private final Optional<Duration> interval;
  private final RetryPolicy policy;
  private final Step step;

  private final Debouncer debouncer;
  private final Retry retry;
  private final FailureLog failures;
  private final Counter published;
  private final Counter unchanged;
  private final Counter refused;
  private final Counter failed;
  private final Histogram duration;
  private final Gauge failing;
  private final Gauge lastSuccess;

  private Membership.@Nullable Subscription watching;
  private Scheduler.@Nullable Task ticking;
  private volatile boolean closed;
  private boolean waits;

  /** When the first step may be made; of no meaning if it need not be waited for. */
  private long firstAt;

  /** What the last step got; nothing before the first. */
  private List<GroupSnapshot> seen = List.of();

  /** The steps so far for the state of the groups that the last one got. */
  private int attempts;

  /**
   * Publishes nothing yet.
   *
   * @param groups nothing is published unless all of them are ready; at least one
   * @param interval how often a step is made although nothing has changed, the first time at the
   *     start; positive
   */
  public StatePublisher(
      OutputContext context,
      Set<GroupId> groups,
      Debounce debounce,
      Optional<Duration> interval,
      RetryPolicy policy,
      Step step) {
    this.context = context;
    this.membership = context.membership();
    this.scheduler = context.scheduler();
    this.groups = groups.stream().sorted().toList();
    this.interval = interval;
    this.policy = policy;
    this.step = step;
    this.debouncer = new Debouncer(scheduler, debounce, this::publish);
    this.retry = new Retry(scheduler, policy, this::publish);
    this.failures = new FailureLog(LOG, context.name(), scheduler.clock());
    this.published = runs("published");
    this.unchanged = runs("unchanged");
    this.refused = runs("refused");
    this.failed = runs("failed");
    this.duration =
        context
            .metrics()
            .histogram(
                "rgap_output_duration_seconds",
                "How long attempts of an output to publish the state of its groups took.",
                Histogram.secondsBounds());
    this.failing =
        context
            .metrics()
            .gauge("rgap_output_failing", "Whether what an output publishes is out of date.");
    this.lastSuccess =
        context
            .metrics()
            .gauge(
                "rgap_output_last_success_timestamp_seconds",
                "When what an output publishes was last known to be as it should.");
  }

  private Counter runs(String result) {
    return context
        .metrics()
        .counter(
            "rgap_output_runs_total",
            "Attempts of an output to publish the state of its groups, by result.",
            "result",
            result);
  }

  /**
   * Makes the first step an interval after the start, if at the start one of the groups is ready
   * although nobody is known of it: one that is not given the time to hear of its members. Called
   * before the start.
   *
   * @return this
   */
  public StatePublisher waitForUnknown() {
    waits = true;
    return this;
  }

  private boolean unknown() {
    return snapshots().stream().anyMatch(one -> one.ready() && one.addresses().isEmpty());
  }

  /** Watches the groups from now on. */
  public void start() {
    waits = waits && interval.isPresent() && unknown();
    firstAt = scheduler.clock().nanoTime() + interval.orElse(Duration.ZERO).toNanos();
    watching = context.watch(Set.copyOf(groups), this::changed);
    interval.ifPresent(every -> ticking = scheduler.every(every, this::publish));
  }

  private void changed() {
    List<GroupSnapshot> now = snapshots();
    if (ready(now) && !mustWait() && !same(now, seen)) {
      debouncer.changed();
    }
  }

  private boolean mustWait() {
    waits = waits && firstAt - scheduler.clock().nanoTime() > 0;
    return waits;
  }

  private List<GroupSnapshot> snapshots() {
    return groups.stream().map(membership::snapshot).toList();
  }

  private static boolean ready(List<GroupSnapshot> snapshots) {
    return snapshots.stream().allMatch(GroupSnapshot::ready);
  }

  private static boolean same(List<GroupSnapshot> one, List<GroupSnapshot> other) {
    boolean same = one.size() == other.size();
    for (int i = 0; same && i < one.size(); i++) {
      same = one.get(i).isSame(other.get(i));
    }
    return same;
  }

  private void publish() {
    List<GroupSnapshot> now = snapshots();
    if (closed || !ready(now) || mustWait()) {
      return;
    }
    debouncer.cancel();
    retry.cancel();
    if (!same(now, seen)) {
      attempts = 0;
      if (!policy.isEndless()) {
        retry.reset();
      }
    }
    attempts++;
    seen = now;
    long begun = scheduler.clock().nanoTime();
    Outcome outcome = attempt(now);
    if (outcome.result != Outcome.Result.STOPPED) {
      Duration took = Duration.ofNanos(scheduler.clock().nanoTime() - begun);
      duration.observe(took.toNanos() / 1e9);
      report(took, outcome.why);
    }
    settle(outcome);
  }

  private void report(Duration took, String error) {
    Instant now = Instant.EPOCH.plus(scheduler.clock().epochMicros(), ChronoUnit.MICROS);
    context.report(
        new OutputReport(now, took, error.substring(0, Math.min(error.length(), MOST_SHOWN))));
  }

  private Outcome attempt(List<GroupSnapshot> now) {
    try {
      return step.run(now);
    } catch (IOException e) {
      return Outcome.failed(text(e));
    } catch (RuntimeException | Error e) {
      return Outcome.failed(e); // none may end the loop
    }
  }

  static String text(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private void settle(Outcome outcome) {
    switch (outcome.result) {
      case PUBLISHED -> succeeded(published);
      case UNCHANGED -> succeeded(unchanged);
      case REFUSED -> {
        refused.increment();
        failures.failed(outcome.why, outcome.next);
      }
      case FAILED -> {
        failed.increment();
        failed(outcome);
      }
      case STOPPED -> {}
    }
    failing.set(failures.persists());
  }

  private void succeeded(Counter how) {
    how.increment();
    lastSuccess.set(scheduler.clock().epochMicros() / 1e6);
    retry.reset();
    failures.worked();
  }

  private void failed(Outcome outcome) {
    if (policy.isEndless()) {
      tryAgain(); // before anything is said, which may fail as well
      failures.failed(outcome.why, policy.next(), outcome.bug);
    } else if (attempts < policy.attempts() && !closed) {
      tryAgain();
      // The failure is when all attempts fail.
      LOG.log(
          failures.persists() ? Level.DEBUG : Level.INFO,
          context.name()
              + ": "
              + outcome.why
              + "; attempt "
              + attempts
              + " of "
              + policy.attempts());
    } else {
      String all = attempts > 1 ? "all " + attempts + " attempts have failed; " : "";
      failures.failed(outcome.why, all + policy.next(), outcome.bug);
    }
  }

  private void tryAgain() {
    if (!closed) {
      retry.later();
    }
  }

  /** Logs a failure of something that is not a step, but that the next step does again. */
  void failedBeside(String why) {
    failures.failed(why, policy.next());
    failing.set(true);
    report(context.lastReport().map(OutputReport::took).orElse(Duration.ZERO), why);
  }

  /** Whether it was closed: what fails after that was stopped rather than failed. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Ends: no step begins any more. One that is being made goes on; what it waits for is to be
   * stopped by whoever made it.
   */
  @Override
  public void close() {
    closed = true;
    debouncer.cancel();
    retry.cancel();
    if (ticking != null) {
      ticking.cancel();
    }
    if (watching != null) {
      watching.close();
    }
  }
}
