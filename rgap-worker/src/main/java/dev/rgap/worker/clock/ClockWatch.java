package dev.rgap.worker.clock;

import dev.rgap.api.InternalApi;
import dev.rgap.metrics.Gauge;
import dev.rgap.metrics.Metrics;
import dev.rgap.text.DurationText;
import dev.rgap.time.Scheduler;
import dev.rgap.worker.clock.SntpPacket.KissOfDeathException;
import dev.rgap.worker.clock.TimeServer.Sample;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Asks time servers at its start and then every {@value #INTERVAL_SECONDS} s what time it is, and
 * says when this host's clock comes to be wrong or right by the median of what they answer. Nothing
 * is changed by what it finds: who listens decides what it takes.
 *
 * <pre>{@code
 * NEW or UNKNOWN --answers--> RIGHT or WRONG <--within or beyond the limit--> the other one
 *    |      ^                        |
 *    '------+----- none answers -----'      each change is said once
 * }</pre>
 */
@InternalApi
public final class ClockWatch implements AutoCloseable {

  static final long INTERVAL_SECONDS = 64;

  /** How long a server may take to answer. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How many rounds a server is left out of at most that wants to be asked less often. */
  private static final int MOST_ROUNDS = 16;

  private enum Verdict {
    NEW,
    UNKNOWN,
    RIGHT,
    WRONG
  }

  /** A server, and what is known of it. For the scheduler's tasks. */
  private static final class Asked {
    final TimeServer server;
    final Metrics numbers;
    final Gauge ahead;

    /** How many rounds it is left out of from now on, and after the next kiss of death. */
    int pause;

    int nextPause = 1;
    boolean refused;
    String problem = "";

    Asked(TimeServer server, Metrics numbers) {
      this.server = server;
      this.numbers = numbers;
      this.ahead =
          numbers.gauge(
              "rgap_clock_offset_seconds", "How far this host's clock is ahead of the server's");
      ahead.set(Double.NaN);
    }
  }

  private final Duration maxOffset;
  private final Scheduler scheduler;
  private final List<Asked> servers = new ArrayList<>();
  private Verdict verdict = Verdict.NEW;
  private volatile Optional<Duration> offset = Optional.empty();
  private volatile boolean closed;

  /**
   * Asks nobody yet.
   *
   * @param scheduler of its own, which is blocked while servers are waited for; {@link #close} ends
   *     it
   * @param metrics gets {@code rgap_clock_offset_seconds} for each server
   */
  public ClockWatch(ClockConfig config, Scheduler scheduler, Metrics metrics) {
    this(config, scheduler, metrics, PATIENCE);
  }

  ClockWatch(ClockConfig config, Scheduler scheduler, Metrics metrics, Duration patience) {
    this.maxOffset = config.maxOffset();
    this.scheduler = scheduler;
    for (String server : config.servers()) {
      servers.add(new Asked(TimeServer.parse(server, patience), metrics.scope("server", server)));
    }
  }

  /** Begins to ask. */
  public void start() {
    scheduler.every(Duration.ofSeconds(INTERVAL_SECONDS), this::askAll);
  }

  /**
   * How far this host's clock is ahead, by the last round; negative if it is behind. Nothing if no
   * server has answered.
   */
  public Optional<Duration> offset() {
    return offset;
  }

  private void askAll() {
    List<Sample> samples = new ArrayList<>();
    for (Asked each : servers) {
      ask(each).ifPresent(samples::add);
    }
    if (closed) {
      return;
    }
    if (samples.isEmpty()) {
      offset = Optional.empty();
      become(Verdict.UNKNOWN, "");
      return;
    }
    samples.sort(Comparator.comparing(Sample::ahead));
    Sample median = samples.get((samples.size() - 1) / 2);
    offset = Optional.of(median.ahead());
    boolean wrong = median.ahead().abs().compareTo(maxOffset.plus(median.uncertainty())) > 0;
    become(
        wrong ? Verdict.WRONG : Verdict.RIGHT,
        " by " + samples.size() + " of " + servers.size() + " time servers");
  }

  private Optional<Sample> ask(Asked each) {
    if (closed || each.refused || each.pause > 0) {
      each.pause = Math.max(0, each.pause - 1);
      return Optional.empty();
    }
    try {
      Sample sample = each.server.ask(scheduler.clock());
      each.ahead.set(sample.ahead().toNanos() / 1e9);
      each.problem = "";
      each.nextPause = 1;
      return Optional.of(sample);
    } catch (KissOfDeathException e) {
      each.refused = e.isForGood();
      each.pause = each.nextPause;
      each.nextPause = Math.min(2 * each.nextPause, MOST_ROUNDS);
      each.problem = String.valueOf(e.getMessage());
    } catch (IOException e) {
      each.problem = String.valueOf(e.getMessage());
    }
    each.ahead.set(Double.NaN);
    return Optional.empty();
  }

  /** Says what is new. */
  private void become(Verdict now, String by) {
    if (now == verdict) {
      return;
    }
    boolean first = verdict == Verdict.NEW;
    verdict = now;
    switch (now) {
      case NEW -> {}
      case UNKNOWN -> log(Level.WARNING, "no time server tells what time it is: " + problems());
      case RIGHT -> log(first ? Level.DEBUG : Level.INFO, "this host's clock is right" + by);
      case WRONG ->
          log(
              Level.WARNING,
              "this host's clock is "
                  + shown(offset.orElse(Duration.ZERO))
                  + by
                  + "; listeners may reject what it announces");
    }
  }

  private String problems() {
    StringJoiner all = new StringJoiner("; ");
    for (Asked each : servers) {
      all.add(each.server.label() + ": " + (each.problem.isEmpty() ? "not asked" : each.problem));
    }
    return all.toString();
  }

  private static String shown(Duration ahead) {
    return DurationText.format(ahead.abs().truncatedTo(ChronoUnit.MILLIS))
        + (ahead.isNegative() ? " behind" : " ahead");
  }

  private static void log(Level level, String text) {
    System.getLogger(ClockWatch.class.getName()).log(level, text);
  }

  /** Asks no more, waits for no answer, and forgets its numbers. */
  @Override
  public void close() {
    closed = true;
    for (Asked each : servers) {
      each.server.close();
    }
    scheduler.close();
    for (Asked each : servers) {
      each.numbers.forget();
    }
  }
}
