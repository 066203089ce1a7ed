package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Histogram;
import dev.rgap.metrics.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Counts the runs of a program. Safe for all threads. */
@StableApi
public final class CommandStats {

  private static final double NANOS_PER_SECOND = 1e9;

  private final Metrics metrics;
  private final String command;
  private final SortedMap<Integer, Counter> byStatus = new ConcurrentSkipListMap<>();
  private final Counter timedOut;
  private final Counter notStarted;
  private final Histogram seconds;

  /**
   * Nothing has run yet.
   *
   * @param command which of an output's programs it is: the setting that names it
   */
  public CommandStats(Metrics metrics, String command) {
    this.metrics = metrics;
    this.command = command;
    byStatus.put(0, counter("exited", "0"));
    timedOut = counter("timed_out", "");
    notStarted = counter("not_started", "");
    seconds =
        metrics.histogram(
            "rgap_command_duration_seconds",
            "How long a program ran that an output starts, until it ended or was ended.",
            Histogram.secondsBounds(),
            "command",
            command);
  }

  private Counter counter(String result, String status) {
    return metrics.counter(
        "rgap_command_runs_total",
        "Runs of a program that an output starts, by how they ended and their status.",
        "command",
        command,
        "result",
        result,
        "status",
        status);
  }

  /** Counts a run. */
  public void count(Result result) {
    switch (result) {
      case Result.Exited exited -> {
        // A status has eight bits, so there are not many.
        byStatus
            .computeIfAbsent(exited.status(), status -> counter("exited", Integer.toString(status)))
            .increment();
        observe(exited.took());
      }
      case Result.TimedOut late -> {
        timedOut.increment();
        observe(late.took());
      }
      case Result.NotStarted no -> notStarted.increment();
    }
  }

  private void observe(Duration took) {
    seconds.observe(took.toNanos() / NANOS_PER_SECOND);
  }

  /** Runs that ended by themselves with this status. */
  public long exited(int status) {
    Counter counter = byStatus.get(status);
    return counter == null ? 0 : counter.value();
  }

  /** Runs that were ended because they took too long. */
  public long timedOut() {
    return timedOut.value();
  }

  /** Runs that could not begin. */
  public long notStarted() {
    return notStarted.value();
  }

  /** Whether it was run, or was to be run, at all. */
  public boolean any() {
    return seconds.count() > 0 || notStarted() > 0;
  }

  /** How long all runs together took. */
  public Duration duration() {
    return Duration.ofNanos(Math.round(seconds.sum() * NANOS_PER_SECOND));
  }

  /** One line for people. */
  public String summary() {
    String statuses =
        byStatus.entrySet().stream()
            .filter(counter -> counter.getValue().value() > 0)
            .map((Map.Entry<Integer, Counter> counter) ->
                "status " + counter.getKey() + ": " + counter.getValue().value())
            .collect(Collectors.joining(", "));
    return "runs by result: "
        + (statuses.isEmpty() ? "none ended" : statuses)
        + ", timed out: "
        + timedOut()
        + ", not started: "
        + notStarted()
        + "; "
        + duration().toMillis()
        + " ms in all";
  }
}
