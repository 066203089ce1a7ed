package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that was started: what it prints, line by line, and how it ends. */
final class RunningProgram implements AutoCloseable {

  /** How long anything that is to happen may take: much longer than on the slowest machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long what it left behind may write on. */
  private static final Duration LEFT_BEHIND = Duration.ofSeconds(5);

  private static final Pattern LOG_TIME = Pattern.compile("RGAP: (\\S+) ");

  private final Program program;
  private final Process process;
  private final Lines out;
  private final Lines log;

  private RunningProgram(Program program, Process process) {
    this.program = program;
    this.process = process;
    this.out = new Lines(process.getInputStream());
    this.log = new Lines(process.getErrorStream());
  }

  static RunningProgram start(Program program) {
    try {
      return new RunningProgram(program, program.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its standard output. */
  Lines out() {
    return out;
  }

  /** Its standard error. */
  Lines log() {
    return log;
  }

  /** The time at the start of a line of the log. */
  static OffsetDateTime time(String logLine) {
    Matcher matcher = LOG_TIME.matcher(logLine);
    assertThat(matcher.find()).as("a time in '%s'", logLine).isTrue();
    return OffsetDateTime.parse(matcher.group(1));
  }

  /** Its process, or that of what it was started by. */
  ProcessHandle process() {
    return process.toHandle();
  }

  void signal(String name) throws IOException, InterruptedException {
    String _ = Program.of("sh", "-c", "kill -" + name + " " + process.pid()).run();
  }

  /** Waits for its end and for all that it has printed. */
  int awaitExit() throws InterruptedException {
    return awaitExit(PATIENCE);
  }

  /** The same of one that has more to do. */
  int awaitExit(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      fail("still running: " + describe());
    }
    boolean _ = out.awaitEnd() && log.awaitEnd();
    return process.exitValue();
  }

  /** Waits for its end, which is to be with this status. */
  RunningProgram expectExit(int status) throws InterruptedException {
    assertThat(awaitExit()).as(this::describe).isEqualTo(status);
    return this;
  }

  /** Asks it to end by SIGTERM, which is to be with status 0. */
  RunningProgram stop() throws IOException, InterruptedException {
    signal("TERM");
    return expectExit(0);
  }

  /** Ends it and all that it started, however they take it. */
  @Override
  public void close() {
    try {
      List<ProcessHandle> started = process.descendants().toList();
      process.destroyForcibly().waitFor();
      started.forEach(ProcessHandle::destroyForcibly);
      boolean _ = out.awaitEnd() && log.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Nobody may be left who has its output open: as long as there is, the JDK has the status of this
   * process ready for the next one that gets its number, which would seem to end at once.
   */
  void assertNobodyWritesOn() {
    assertThat(out.hasEnded() && log.hasEnded()).as(this::describe).isTrue();
  }

  String describe() {
    return program
        + "\n-- standard output:\n"
        + String.join("\n", out.all())
        + "\n-- standard error:\n"
        + String.join("\n", log.all());
  }

  /** The lines that have come from a stream so far. */
  final class Lines {
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    private Lines(InputStream stream) {
      reader = new Thread(() -> read(stream));
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream stream) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        String line = in.readLine();
        while (line != null) {
          synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
          }
          line = in.readLine();
        }
      } catch (IOException e) {
        // The process was killed: what has come, has come.
      }
      synchronized (lines) {
        ended = true;
        lines.notifyAll();
      }
    }

    /** Waits for a line in which the pattern is found. */
    String await(String regex) throws InterruptedException {
      return await(regex, 1);
    }

    /** Waits for a moment; whether a line with the pattern has come. */
    boolean comes(String regex, Duration moment) throws InterruptedException {
      synchronized (lines) {
        if (matching(regex).isEmpty() && !ended) {
          lines.wait(moment.toMillis());
        }
        if (ended) {
          fail("has ended: " + describe());
        }
        return !matching(regex).isEmpty();
      }
    }

    /** Waits until the pattern was found in this many lines, and gives the last of them. */
    String await(String regex, int times) throws InterruptedException {
      Pattern pattern = Pattern.compile(regex);
      long end = System.nanoTime() + PATIENCE.toNanos();
      synchronized (lines) {
        int next = 0;
        int found = 0;
        while (true) {
          for (; next < lines.size(); next++) {
            if (pattern.matcher(lines.get(next)).find() && ++found == times) {
              return lines.get(next);
            }
          }
          long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (ended || left <= 0) {
            break;
          }
          lines.wait(left);
        }
      }
      return fail("'" + regex + "' did not come " + times + " times: " + describe());
    }

    /** Whether it comes: a child that was left behind may keep the stream open. */
    private boolean awaitEnd() throws InterruptedException {
      return reader.join(LEFT_BEHIND);
    }

    private boolean hasEnded() {
      synchronized (lines) {
        return ended;
      }
    }

    List<String> all() {
      synchronized (lines) {
        return List.copyOf(lines);
      }
    }

    List<String> matching(String regex) {
      Pattern pattern = Pattern.compile(regex);
      return all().stream().filter(line -> pattern.matcher(line).find()).toList();
    }
  }
}
