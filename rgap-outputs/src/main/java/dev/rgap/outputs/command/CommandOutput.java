package dev.rgap.outputs.command;

import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.CommandStats;
import dev.rgap.outputs.publish.ProgramLines;
import dev.rgap.outputs.publish.RetryPolicy;
import dev.rgap.outputs.publish.StatePublisher;
import dev.rgap.outputs.publish.Step.Outcome;
import dev.rgap.protocol.IpAddress;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs a program after each change of a group, one run at a time. */
final class CommandOutput implements Output {

  private static final System.Logger LOG = System.getLogger(CommandOutput.class.getName());
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final CommandType.Config config;
  private final OutputContext context;
  private final CommandRunner runner;
  private final CommandStats stats;
  private final ProgramLines lines;
  private final StatePublisher publisher;
  private boolean started;

  /** What the last successful run got. */
  private long done;

  private List<IpAddress> doneAddresses = List.of();

  CommandOutput(CommandType.Config config, OutputContext context, CommandRunner runner) {
    this.config = config;
    this.context = context;
    this.runner = runner;
    this.stats = new CommandStats(context.metrics(), "command");
    this.lines = new ProgramLines(LOG, context.name(), context.scheduler().clock());
    this.publisher =
        new StatePublisher(
            context,
            Set.of(config.group()),
            config.debounce(),
            Optional.empty(),
            RetryPolicy.limited(
                config.attempts(),
                FIRST_RETRY,
                LONGEST_RETRY,
                "it is run again at the next change"),
            groups -> run(groups.getFirst()));
  }

  @Override
  public void start() {
    started = true;
    publisher.start();
  }

  private Outcome run(GroupSnapshot snapshot) {
    Result result = runner.run(command(snapshot), lines::add);
    lines.ended(result.succeeded());
    if (publisher.isClosed() && result instanceof Result.NotStarted) {
      return Outcome.STOPPED;
    }
    stats.count(result);
    if (!result.succeeded()) {
      return Outcome.failed(config.argv().getFirst() + ": " + result.describe());
    }
    done = snapshot.version();
    doneAddresses = snapshot.addresses();
    return Outcome.PUBLISHED;
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
            "RGAP_EVENT_COUNT", Long.toString(changes(snapshot)),
            "RGAP_MEMBERS", Integer.toString(snapshot.addresses().size()));
    return new Command(config.argv(), environment, stdin, config.timeout(), config.waitDelay());
  }

  /** Since the last successful run; a group that was removed and is there again counts anew. */
  private long changes(GroupSnapshot snapshot) {
    long version = snapshot.version();
    return version < done ? version : version - done;
  }

  CommandStats stats() {
    return stats;
  }

  @Override
  public Optional<Duration> longestWait() {
    return CommandRunner.longestRun(config.timeout(), config.waitDelay());
  }

  @Override
  public Duration closingTime() {
    return CommandRunner.closingTime(config.timeout());
  }

  /** Waits for a run to end within its time-out. */
  @Override
  public void close() {
    if (publisher.isClosed()) {
      return;
    }
    publisher.close();
    runner.close();
    if (started) {
      LOG.log(Level.INFO, context.name() + ": " + stats.summary());
    }
  }
}
