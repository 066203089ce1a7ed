package dev.rgap.host.programs;

import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One run of a program.
 *
 * <pre>
 *   feeding thread --pipe--&gt; cat --pipe--&gt; program and its children     (if there is input)
 *   program and its children --pipe--&gt; cat --pipe--&gt; reader thread: split into lines, hand on
 * </pre>
 *
 * <p>The pipe that the JDK reads from is closed by it when its process exits, with what children
 * that are left would write later on; they would get SIGPIPE besides. So that process is a cat,
 * which lives just as long as anyone can write. The one that the JDK writes to is closed by it,
 * too, but only after a write to it that nobody reads; until then the exit is not over for the JDK,
 * and the next process with its number would seem to have exited as well. So that process is
 * another cat, which lives until all is read or nobody can. The calling thread starts them, has the
 * program fed, waits for its exit, its time-out, {@link #awaitEnd} or an interrupt, kills it if
 * need be, and then waits for the end of the output, at most for the command's waitDelay, or, if
 * that is zero, for {@link #awaitEnd}. If that does not come, the reader thread goes on, but
 * discards, until {@link #closePipes}, as does the feeding one.
 */
final class ProcessRun {

  private static final System.Logger LOG = System.getLogger(ProcessRun.class.getName());

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static final int STACK_BYTES = 256 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Command command;
  private final List<ProcessBuilder> pipeline;
  private final boolean leadsGroup;
  private final ProgramOutput output;
  private final CompletableFuture<Void> exited = new CompletableFuture<>();
  private final CompletableFuture<Void> allRead = new CompletableFuture<>();
  private final CompletableFuture<Void> fed = new CompletableFuture<>();
  private final CompletableFuture<Void> endNow = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /** Those beside the program; empty until they have started. */
  private volatile List<Process> cats = List.of();

  /**
   * Is about to run it.
   *
   * @param program starts its process
   * @param feeder starts a cat for its input
   * @param cat starts a cat for its output
   * @param leadsGroup whether that process leads a process group of its own
   */
  ProcessRun(
      Command command,
      ProcessBuilder program,
      ProcessBuilder feeder,
      ProcessBuilder cat,
      boolean leadsGroup,
      Consumer<String> lines) {
    this.command = command;
    this.pipeline =
        command.stdin().length == 0 ? List.of(program, cat) : List.of(feeder, program, cat);
    pipeline.forEach(each -> each.redirectErrorStream(true));
    this.leadsGroup = leadsGroup;
    this.output = new ProgramOutput(lines);
  }

  /** Runs it. Called once. */
  Result toItsEnd() {
    try {
      long begin = System.nanoTime();
      List<Process> started = ProcessBuilder.startPipeline(pipeline);
      List<Process> beside = new ArrayList<>(started);
      Process process = beside.remove(started.size() - 2);
      cats = List.copyOf(beside);
      return waitForEnd(process, started.getFirst().getOutputStream(), begin);
    } catch (IOException e) {
      return new Result.NotStarted(reason(e));
    } finally {
      output.close();
      over.complete(null);
    }
  }

  private static String reason(Throwable e) {
    // ProcessBuilder names the program, which is setsid and no news.
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof IOException && root.getMessage() != null
        ? root.getMessage().strip()
        : root.toString();
  }

  /** Whether somebody that it left in the background has its output or input open. */
  boolean hasOpenPipes() {
    return !cats.isEmpty() && !(allRead.isDone() && fed.isDone());
  }

  /** Closes them, once it is over: whoever writes there gets SIGPIPE. */
  void closePipes() {
    // Not destroyed through the Process, which closes its pipes at that.
    cats.forEach(cat -> cat.toHandle().destroyForcibly());
  }

  /**
   * Waits until it is over.
   *
   * @param grace how long it may go on if it has no time-out
   */
  void awaitEnd(Duration grace) {
    boolean interrupted = false;
    try {
      await(over, timeToEnd(grace));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    endNow.complete(null);
    over.join();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** At its time-out it is ended anyway, and its output is waited for after that. */
  private Duration timeToEnd(Duration grace) {
    if (command.timeout().isZero()) {
      return grace;
    }
    return command.waitDelay().isZero() ? command.timeout() : FOREVER;
  }

  private Result waitForEnd(Process process, OutputStream input, long begin) {
    ProcessTree tree = new ProcessTree(process, leadsGroup);
    boolean interrupted = false;
    try {
      daemon("output of ", () -> read(cats.getLast().getInputStream()));
      feed(input);
      // Not onExit(): it takes a thread of the common pool, which others may keep busy.
      daemon("end of ", () -> awaitExit(process));
      await(
          CompletableFuture.anyOf(exited, endNow),
          command.timeout().isZero() ? FOREVER : command.timeout());
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (Throwable e) {
      // Such as that there can't be more threads: it must not go on with nobody to end it.
      tree.end();
      throw e;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    boolean killed = process.isAlive();
    if (killed) {
      tree.end();
    }
    try {
      if (command.waitDelay().isZero()) {
        await(CompletableFuture.anyOf(allRead, endNow), FOREVER);
      } else {
        await(allRead, command.waitDelay());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return killed ? new Result.TimedOut(took) : new Result.Exited(process.exitValue(), took);
  }

  private void awaitExit(Process process) {
    try {
      process.waitFor();
      exited.complete(null);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody knows this thread", e);
    }
  }

  private void feed(OutputStream stdin) {
    byte[] input = command.stdin();
    Runnable feeding =
        () -> {
          try (stdin) {
            stdin.write(input);
          } catch (IOException e) {
            // It has read as much as it wants.
            LOG.log(Level.DEBUG, "a program left some of its input", e);
          } finally {
            fed.complete(null);
          }
        };
    if (input.length == 0) {
      feeding.run();
    } else {
      daemon("input of ", feeding);
    }
  }

  private void read(InputStream pipe) {
    try (pipe) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int length = pipe.read(chunk); length >= 0; length = pipe.read(chunk)) {
        output.add(chunk, length);
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(Level.WARNING, "a program's output can't be read", e);
    } finally {
      allRead.complete(null);
    }
  }

  private void daemon(String what, Runnable task) {
    Thread.ofPlatform()
        .daemon()
        .stackSize(STACK_BYTES)
        .name(what + command.argv().getFirst())
        .start(task);
  }

  private static void await(CompletableFuture<?> event, Duration limit)
      throws InterruptedException {
    try {
      var _ = event.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // The caller looks at what is.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
