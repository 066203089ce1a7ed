package dev.rgap.outputs.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.FileOutput;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.CommandStats;
import dev.rgap.outputs.publish.FilePublisher;
import dev.rgap.outputs.publish.FileStats;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.publish.ProgramLines;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Keeps a file that is a template filled in, and has it checked and announced by programs. */
final class TemplateOutput implements FileOutput, FilePublisher.Contents {

  private static final System.Logger LOG = System.getLogger(TemplateOutput.class.getName());

  /** How long the programs' output is waited for after their end. */
  private static final Duration WAIT_DELAY = Duration.ofMillis(100);

  /** Lines of a failed program's output that are repeated with the error. */
  private static final int QUOTED_LINES = 5;

  private final TemplateType.Config config;
  private final OutputContext context;
  private final Membership membership;
  private final CommandRunner runner;
  private final FilePublisher publisher;
  private final CommandStats checks;
  private final CommandStats reloads;
  private final ProgramLines reloadLines;
  private boolean closed;

  TemplateOutput(TemplateType.Config config, OutputContext context, CommandRunner runner) {
    this.config = config;
    this.context = context;
    this.membership = context.membership();
    this.runner = runner;
    this.checks = stats("check_command", config.checkCommand());
    this.reloads = stats("reload_command", config.reloadCommand());
    this.reloadLines = new ProgramLines(LOG, context.name(), context.scheduler().clock());
    this.publisher =
        new FilePublisher(
            context,
            new ManagedFile(config.destination(), config.attributes(), config.placement()),
            config.groups().stream()
                .map(named -> named.group().group())
                .collect(Collectors.toSet()),
            config.debounce(),
            config.interval(),
            this);
  }

  /** Of a program that is not configured, no numbers are shown. */
  private CommandStats stats(String setting, List<String> argv) {
    return new CommandStats(argv.isEmpty() ? new Metrics() : context.metrics(), setting);
  }

  @Override
  public void start() {
    publisher.start();
  }

  @Override
  public byte[] render() throws IOException {
    Map<String, Scope.OfGroup> scopes = new LinkedHashMap<>();
    for (TemplateType.NamedGroup named : config.groups()) {
      MappedGroup group = named.group();
      GroupSnapshot now = membership.snapshot(group.group());
      scopes.put(
          named.name(),
          new Scope.OfGroup(
              named.name(),
              now.group(),
              group.addresses(now),
              address -> now.draining() > 0 && membership.isDraining(now.group(), address)));
    }
    return config.template().render(new Scope.Root(scopes)).getBytes(UTF_8);
  }

  @Override
  public ManagedFile.Check check() {
    return config.checkCommand().isEmpty() ? ManagedFile.Check.NONE : this::runCheck;
  }

  private void runCheck(Path candidate) throws IOException {
    String path = candidate.toString();
    List<String> argv =
        config.checkCommand().stream()
            .map(word ->
                TemplateType.namesCandidate(word)
                    ? word.substring(0, word.length() - TemplateType.CANDIDATE.length()) + path
                    : word)
            .toList();
    Deque<String> output = new ArrayDeque<>();
    Result result = run(argv, checks, line -> keep(line, output));
    if (!result.succeeded()) {
      throw new ManagedFile.RefusedException(failure("check_command", result, output));
    }
  }

  @Override
  public void announce() throws IOException {
    if (config.reloadCommand().isEmpty()) {
      return;
    }
    Deque<String> output = new ArrayDeque<>();
    Result result =
        run(
            config.reloadCommand(),
            reloads,
            line -> {
              reloadLines.add(line);
              keep(line, output);
            });
    reloadLines.ended(result.succeeded());
    if (!result.succeeded()) {
      throw new IOException(failure("reload_command", result, output));
    }
  }

  private Result run(List<String> argv, CommandStats stats, Consumer<String> lines) {
    Command command = new Command(argv, Map.of(), new byte[0], config.timeout(), WAIT_DELAY);
    Result result = runner.run(command, lines);
    stats.count(result);
    return result;
  }

  private static void keep(String line, Deque<String> lines) {
    if (lines.size() == QUOTED_LINES) {
      lines.removeFirst();
    }
    lines.add(line);
  }

  private static String failure(String what, Result result, Deque<String> output) {
    return what
        + " failed, "
        + result.describe()
        + (output.isEmpty() ? "" : ": " + String.join(" | ", output));
  }

  FileStats stats() {
    return publisher.stats();
  }

  @Override
  public Optional<Duration> longestWait() {
    // A check and a reload.
    return CommandRunner.longestRun(config.timeout(), WAIT_DELAY).map(run -> run.multipliedBy(2));
  }

  @Override
  public Duration closingTime() {
    // For the one program that may be running: after it no other is started.
    return CommandRunner.closingTime(config.timeout());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    publisher.close();
    runner.close();
    if (checks.any() || reloads.any()) {
      LOG.log(Level.INFO, context.name() + ": check_command: " + checks.summary());
      LOG.log(Level.INFO, context.name() + ": reload_command: " + reloads.summary());
    }
  }
}
