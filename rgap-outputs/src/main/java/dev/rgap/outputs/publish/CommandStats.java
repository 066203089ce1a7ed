package dev.rgap.outputs.publish;

import dev.rgap.host.programs.CommandRunner.Result;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts the runs of a program. Safe for all threads. */
public final class CommandStats {

  private final SortedMap<Integer, LongAdder> byStatus = new ConcurrentSkipListMap<>();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder notStarted = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final AtomicLong lastSuccessMicros = new AtomicLong();

  /** Nothing has run yet. */
  public CommandStats() {}

  /**
   * Counts a run.
   *
   * @param nowMicros the time, in microseconds since 1970
   */
  public void count(Result result, long nowMicros) {
    switch (result) {
      case Result.Exited exited -> {
        // A status has eight bits, so there are not many.
        byStatus.computeIfAbsent(exited.status(), status -> new LongAdder()).increment();
        nanos.add(exited.took().toNanos());
      }
      case Result.TimedOut late -> {
        timedOut.increment();
        nanos.add(late.took().toNanos());
      }
      case Result.NotStarted no -> notStarted.increment();
    }
    if (result.succeeded()) {
      lastSuccessMicros.set(nowMicros);
    }
  }

  /** Runs that ended by themselves with this status. */
  public long exited(int status) {
    LongAdder counter = byStatus.get(status);
    return counter == null ? 0 : counter.sum();
  }

  /** Runs that were ended because they took too long. */
  public long timedOut() {
    return timedOut.sum();
  }

  /** Runs that could not begin. */
  public long notStarted() {
    return notStarted.sum();
  }

  /** How long all runs together took. */
  public Duration duration() {
    return Duration.ofNanos(nanos.sum());
  }

  /** When a run last succeeded, in microseconds since 1970; 0 for never. */
  public long lastSuccessMicros() {
    return lastSuccessMicros.get();
  }

  /** One line for people. */
  public String summary() {
    String statuses =
        byStatus.entrySet().stream()
            .map((Map.Entry<Integer, LongAdder> counter) ->
                "status " + counter.getKey() + ": " + counter.getValue().sum())
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
