package dev.rgap.outputs.support;

import dev.rgap.outputs.support.CommandRunner.Command;
import dev.rgap.outputs.support.CommandRunner.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One run of a program.
 *
 * <pre>
 *   calling thread                         reader thread
 *   toItsEnd ------------------------------> start the process
 *      | &lt;------------------ started           |
 *   feed stdin (on another thread)             | read, split, hand on
 *   wait for its exit, the time-out,           |
 *      endNow or an interrupt; kill if need be |
 *   wait at most waitDelay for &lt;-- allRead --- end of the pipe
 *   hand on the rest, close                    (or discard until that comes)
 * </pre>
 */
final class ProcessRun {

  private static final System.Logger LOG = System.getLogger(ProcessRun.class.getName());

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static final int STACK_BYTES = 256 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Command command;
  private final ProcessBuilder builder;
  private final boolean leadsGroup;
  private final ProgramOutput output;
  private final CompletableFuture<Process> started = new CompletableFuture<>();
  private final CompletableFuture<Void> exited = new CompletableFuture<>();
  private final CompletableFuture<Void> allRead = new CompletableFuture<>();
  private final CompletableFuture<Void> endNow = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /**
   * Is about to run it.
   *
   * @param builder starts the process
   * @param leadsGroup whether that process leads a process group of its own
   */
  ProcessRun(Command command, ProcessBuilder builder, boolean leadsGroup, Consumer<String> lines) {
    this.command = command;
    this.builder = builder.redirectErrorStream(true);
    this.leadsGroup = leadsGroup;
    this.output = new ProgramOutput(lines);
  }

  /** Runs it. Called once. */
  Result toItsEnd() {
    try {
      long begin = System.nanoTime();
      daemon("output of ", this::startAndRead);
      return waitForEnd(started.join(), begin);
    } catch (CompletionException e) {
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

  /**
   * Waits until it is over.
   *
   * @param grace how long it may go on if it has no time-out
   */
  void awaitEnd(Duration grace) {
    boolean interrupted = false;
    try {
      await(over, command.timeout().isZero() ? grace : FOREVER);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    endNow.complete(null);
    over.join();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Result waitForEnd(Process process, long begin) {
    ProcessTree tree = new ProcessTree(process, leadsGroup);
    boolean interrupted = false;
    try {
      feed(process.getOutputStream());
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
      await(allRead, command.waitDelay());
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
          }
        };
    if (input.length == 0) {
      feeding.run();
    } else {
      daemon("input of ", feeding);
    }
  }

  private void startAndRead() {
    Process process;
    try {
      process = builder.start();
    } catch (Throwable e) {
      // Whatever it is, the one who waits has to know.
      started.completeExceptionally(e);
      return;
    }
    InputStream pipe = process.getInputStream();
    // When a process exits, the JDK takes what is in its pipe and closes the pipe, unless a read is
    // under way: a child in the background would lose its lines and get SIGPIPE. The JDK does that
    // under the stream's monitor, so this thread holds the monitor until the pipe has ended. It
    // starts the process itself so that there is next to no time in between.
    synchronized (pipe) {
      started.complete(process);
      try {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int length = pipe.read(chunk); length >= 0; length = pipe.read(chunk)) {
          output.add(chunk, length);
        }
      } catch (IOException e) {
        LOG.log(Level.WARNING, "a program's output can't be read", e);
      } finally {
        allRead.complete(null);
      }
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
