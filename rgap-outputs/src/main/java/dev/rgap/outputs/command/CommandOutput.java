package dev.rgap.outputs.command;

import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.CommandStats;
import dev.rgap.outputs.publish.Debouncer;
import dev.rgap.outputs.publish.FailureLog;
import dev.rgap.outputs.publish.Retry;
import dev.rgap.protocol.IpAddress;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program after each change of a group, one run at a time.
 *
 * <p>A run always gets the group as it is when it begins. So changes during a run, and during the
 * pause before another attempt, are dealt with by one more run, however many there were: an event
 * of a snapshot that a run has already seen asks for nothing.
 */
final class CommandOutput implements Output {

  private static final System.Logger LOG = System.getLogger(CommandOutput.class.getName());
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  /** No snapshot has this version. */
  private static final long NONE = -1;

  private final CommandType.Config config;
  private final OutputContext context;
  private final CommandRunner runner;
  private final CommandStats stats = new CommandStats();
  private final Debouncer debouncer;
  private final FailureLog trouble;
  private final Retry retry;

  private Membership.@Nullable Subscription subscription;
  private volatile boolean closed;

  /** The version that the last run got. */
  private long attempted = NONE;

  /** The attempts so far to get a run for the present state of the group done. */
  private int attempts;

  /** What the last successful run got. */
  private long done;

  private List<IpAddress> doneAddresses = List.of();

  CommandOutput(CommandType.Config config, OutputContext context, CommandRunner runner) {
    this.config = config;
    this.context = context;
    this.runner = runner;
    this.debouncer = new Debouncer(context.scheduler(), config.debounce(), this::runAnew);
    this.trouble = new FailureLog(LOG, context.name());
    this.retry = new Retry(context.scheduler(), FIRST_RETRY, LONGEST_RETRY, this::run);
  }

  @Override
  public void start() {
    subscription = context.subscribe(Set.of(config.group()), this::on);
  }

  private void on(MembershipEvent event) {
    if (event.snapshot().ready() && event.snapshot().version() > attempted) {
      debouncer.changed();
    }
  }

  private void runAnew() {
    attempts = 0;
    retry.reset();
    run();
  }

  private void run() {
    retry.cancel();
    if (closed) {
      return;
    }
    GroupSnapshot snapshot = context.membership().snapshot(config.group());
    attempted = snapshot.version();
    attempts++;
    Result result = runner.run(command(snapshot), this::logLine);
    if (closed && result instanceof Result.NotStarted) {
      return; // it was stopped before it began
    }
    stats.count(result, context.scheduler().clock().epochMicros());
    if (result.succeeded()) {
      done = snapshot.version();
      doneAddresses = snapshot.addresses();
      trouble.worked();
    } else if (attempts < config.attempts() && !closed) {
      // FailureLog is when all attempts fail.
      LOG.log(
          trouble.persists() ? Level.DEBUG : Level.INFO,
          context.name()
              + ": "
              + failure(result)
              + "; attempt "
              + attempts
              + " of "
              + config.attempts());
      retry.later();
    } else {
      String all = attempts > 1 ? "all " + attempts + " attempts have failed; " : "";
      trouble.failed(failure(result), all + "it is run again at the next change");
    }
  }

  private String failure(Result result) {
    return config.argv().getFirst() + ": " + result.describe();
  }

  private Command command(GroupSnapshot snapshot) {
    byte[] stdin =
        switch (config.format()) {
          case LINES -> CommandInput.lines(snapshot);
          case JSON ->
              CommandInput.json(
                  snapshot, context.membership().members(config.group()), doneAddresses);
        };
    Map<String, String> environment =
        Map.of(
            "RGAP_GROUP", config.group().toString(),
            "RGAP_EVENT_COUNT", Long.toString(snapshot.version() - done),
            "RGAP_MEMBERS", Integer.toString(snapshot.addresses().size()));
    return new Command(config.argv(), environment, stdin, config.timeout(), config.waitDelay());
  }

  private void logLine(String line) {
    LOG.log(Level.INFO, context.name() + ": " + line);
  }

  CommandStats stats() {
    return stats;
  }

  @Override
  public Duration closingTime() {
    return CommandRunner.closingTime(config.timeout());
  }

  /** Waits for a run to end within its time-out. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    debouncer.cancel();
    retry.cancel();
    if (subscription != null) {
      subscription.close();
    }
    runner.close();
    if (subscription != null) {
      LOG.log(Level.INFO, context.name() + ": " + stats.summary());
    }
  }
}
