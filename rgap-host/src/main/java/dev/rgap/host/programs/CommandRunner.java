package dev.rgap.host.programs;

import dev.rgap.api.StableApi;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs programs, one at a time, each to its end and within its limits. A seam: tests of outputs use
 * one that starts nothing.
 */
@StableApi
public interface CommandRunner extends AutoCloseable {

  /**
   * What is run.
   *
   * @param argv the program and its arguments, not empty. A program without a '/' is looked for in
   *     PATH
   * @param environment what is set besides what this process has
   * @param stdin what it reads; it need not
   * @param timeout how long it may run; zero: without limit
   * @param waitDelay how long to wait for the rest of its output after it has ended or was killed:
   *     children that it left in the background may still write; zero: until none of them can, or
   *     the runner is closed
   */
  // Compared by nobody; the bytes are not copied since they may be many.
  @SuppressWarnings("ArrayRecordComponent")
  record Command(
      List<String> argv,
      Map<String, String> environment,
      byte[] stdin,
      Duration timeout,
      Duration waitDelay) {

    /** Copies the list and the map. */
    public Command {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
      if (argv.isEmpty()) {
        throw new IllegalArgumentException("no program");
      }
      if (timeout.isNegative() || waitDelay.isNegative()) {
        throw new IllegalArgumentException(
            "negative: " + DurationText.format(timeout) + ", " + DurationText.format(waitDelay));
      }
    }

    /** Without the values of the environment, which may be secrets. */
    @Override
    public String toString() {
      return argv + " with " + environment.keySet() + ", " + stdin.length + " bytes of input";
    }
  }

  /** How a run ended. */
  sealed interface Result {

    /** Whether it ended by itself with status 0. */
    boolean succeeded();

    /** For a line of a log, such as {@code exit status 3}. */
    String describe();

    /**
     * It ended by itself.
     *
     * @param status what it returned; 128 and the signal's number if another one killed it
     * @param took from its start to its end
     */
    record Exited(int status, Duration took) implements Result {
      @Override
      public boolean succeeded() {
        return status == 0;
      }

      @Override
      public String describe() {
        return "exit status " + status;
      }
    }

    /**
     * It was killed, with its children: not done in time, or no longer wanted.
     *
     * @param took from its start to the decision to kill it
     */
    record TimedOut(Duration took) implements Result {
      @Override
      public boolean succeeded() {
        return false;
      }

      @Override
      public String describe() {
        long millis = took.toMillis();
        Duration rounded = Duration.ofMillis(millis < 1_000 ? millis : millis / 100 * 100);
        return "killed: not done after "
            + DurationText.format(
                millis > 60_000 ? rounded.truncatedTo(ChronoUnit.SECONDS) : rounded);
      }
    }

    /**
     * It never ran.
     *
     * @param why for people
     */
    record NotStarted(String why) implements Result {
      @Override
      public boolean succeeded() {
        return false;
      }

      @Override
      public String describe() {
        return "can't be started: " + why;
      }
    }
  }

  /**
   * Runs a program on the calling thread's time. If that thread is interrupted, the program is
   * killed as at its time-out, and the thread stays interrupted.
   *
   * @param lines gets each line of its standard output and standard error, without the line end, on
   *     the calling thread or another one but never concurrently and never after this method has
   *     returned. Must not call this runner
   */
  Result run(Command command, Consumer<String> lines);

  /**
   * Ends running. No command is started any more (run returns NotStarted). One that is running may
   * go on until its time-out, or for 10 s if it has none, and is killed then; returns when none is
   * running. Called from another thread than run. If the calling thread is interrupted, the command
   * is killed at once.
   */
  @Override
  void close();

  /** How long {@link #close} may have to wait for a program with this time-out. */
  static Duration closingTime(Duration timeout) {
    return (timeout.isZero() ? ProcessRunner.GRACE_AT_CLOSE : timeout)
        .plus(ProcessTree.GRACE.multipliedBy(2));
  }

  /** How long a run may take, whatever the program does; nothing if there is no limit. */
  static Optional<Duration> longestRun(Duration timeout, Duration waitDelay) {
    return timeout.isZero() || waitDelay.isZero()
        ? Optional.empty()
        : Optional.of(timeout.plus(waitDelay).plus(ProcessTree.GRACE.multipliedBy(2)));
  }

  /** Makes one that starts processes. */
  static CommandRunner onThisHost() {
    return new ProcessRunner();
  }
}
