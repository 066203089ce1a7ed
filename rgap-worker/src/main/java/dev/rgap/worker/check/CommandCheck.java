package dev.rgap.worker.check;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.host.programs.CommandSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes if a program ends with status 0 within its time.
 *
 * @param argv the program and its arguments, which may be secrets
 * @param runner runs it
 */
record CommandCheck(List<String> argv, CommandRunner runner) implements HealthCheck {

  /** How long to wait for output of what it has left in the background. */
  private static final Duration WAIT_DELAY = Duration.ofMillis(100);

  private static final int MAX_LINES = 16;
  private static final int MAX_SHOWN = 200;

  CommandCheck {
    argv = List.copyOf(argv);
  }

  static Optional<HealthCheck> read(ConfigValue value) {
    return value
        .read(CommandSettings.argv())
        .map(argv -> new CommandCheck(argv, CommandRunner.onThisHost()));
  }

  /**
   * What came of a run.
   *
   * @param lines the last ones of its output that are not blank
   */
  record Ran(Result result, List<String> lines) {

    /** How it ended, and what it has said last. */
    String describe() {
      String last = lines.isEmpty() ? "" : Shown.line(lines.getLast(), MAX_SHOWN);
      return last.isEmpty() ? result.describe() : result.describe() + ": " + last;
    }
  }

  /** Runs a program; it is ended at the time-out with all its children. */
  static Ran run(CommandRunner runner, List<String> argv, Duration timeout)
      throws InterruptedException {
    Deque<String> lines = new ArrayDeque<>();
    Command command = new Command(argv, Map.of(), new byte[0], timeout, WAIT_DELAY);
    Result result =
        runner.run(
            command,
            line -> {
              if (!line.isBlank()) {
                lines.add(line);
              }
              if (lines.size() > MAX_LINES) {
                lines.remove();
              }
            });
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new Ran(result, List.copyOf(lines));
  }

  @Override
  public void run(Duration timeout) throws IOException, InterruptedException {
    Ran ran = run(runner, argv, timeout);
    if (!ran.result().succeeded()) {
      throw new IOException(ran.describe());
    }
  }

  /** Without the arguments. */
  @Override
  public String label() {
    return "command " + argv.getFirst();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CommandCheck that && argv.equals(that.argv);
  }

  @Override
  public int hashCode() {
    return argv.hashCode();
  }

  @Override
  public String toString() {
    return label();
  }
}
