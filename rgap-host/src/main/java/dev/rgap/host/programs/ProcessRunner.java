package dev.rgap.host.programs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs as processes of this host, each in a session and process group of its own (if
 * setsid(1) is there), so that all of it can be killed and a terminal's ^C doesn't reach it.
 */
final class ProcessRunner implements CommandRunner {

  static final Duration GRACE_AT_CLOSE = Duration.ofSeconds(10);

  /** What rgap reads its pre-shared key from. */
  private static final Set<String> SECRETS = Set.of("RGAP_PSK", "RGAP_PSK_FILE");

  /** What the JDK makes bytes of arguments by; comes from the locale. */
  private static final Charset NATIVE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);

  private static final Result STOPPING = new Result.NotStarted("the listener is stopping");

  private final Duration graceAtClose;
  private final @Nullable String setsid;
  private final Lock turn = new ReentrantLock();
  private final Object state = new Object();

  /** Used in turn. */
  private final Leftovers leftovers = new Leftovers();

  @GuardedBy("state")
  private boolean closed;

  @GuardedBy("state")
  private @Nullable ProcessRun running;

  ProcessRunner() {
    this(GRACE_AT_CLOSE, findSetsid());
  }

  /**
   * For tests.
   *
   * @param graceAtClose how long a program without a time-out may go on after close
   * @param setsid where that is, if there is one
   */
  ProcessRunner(Duration graceAtClose, @Nullable String setsid) {
    this.graceAtClose = graceAtClose;
    this.setsid = setsid;
  }

  static @Nullable String findSetsid() {
    try {
      return ExecutablePath.find("setsid", standardPath());
    } catch (IOException e) {
      return null; // macOS has none.
    }
  }

  private static String standardPath() {
    String path = System.getenv("PATH");
    return path == null ? ExecutablePath.DEFAULT_PATH : path + ":" + ExecutablePath.DEFAULT_PATH;
  }

  @Override
  public Result run(Command command, Consumer<String> lines) {
    if (isClosed()) {
      return STOPPING; // At once, even while another one runs.
    }
    turn.lock();
    try {
      ProcessRun run =
          new ProcessRun(command, program(command), cat(), cat(), setsid != null, lines);
      synchronized (state) {
        if (closed) {
          return STOPPING;
        }
        running = run;
      }
      Result result = run.toItsEnd();
      leftovers.add(run, command.argv().getFirst());
      return result;
    } catch (IOException e) {
      return new Result.NotStarted(String.valueOf(e.getMessage()));
    } finally {
      synchronized (state) {
        running = null;
      }
      turn.unlock();
    }
  }

  private boolean isClosed() {
    synchronized (state) {
      return closed;
    }
  }

  private ProcessBuilder program(Command command) throws IOException {
    if (command.argv().stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new IOException("an argument contains a NUL character");
    }
    for (String argument : command.argv()) {
      // The JDK would pass question marks instead, and say nothing.
      if (!NATIVE.newEncoder().canEncode(argument)) {
        throw new IOException(
            "an argument has characters that this locale does not have; set LC_ALL=C.UTF-8");
      }
    }
    ProcessBuilder builder = new ProcessBuilder();
    Map<String, String> environment = builder.environment();
    environment.keySet().removeAll(SECRETS);
    for (Map.Entry<String, String> variable : command.environment().entrySet()) {
      try {
        environment.put(variable.getKey(), variable.getValue());
      } catch (IllegalArgumentException e) {
        // Not the value, which may be a secret.
        throw new IOException(
            "the environment variable '"
                + variable.getKey()
                + "' can't be set: its name contains '=' or a NUL character, or its value a NUL",
            e);
      }
    }
    List<String> argv = new ArrayList<>(command.argv());
    argv.set(0, ExecutablePath.find(argv.getFirst(), environment.get("PATH")));
    return builder.command(inSession(argv));
  }

  private ProcessBuilder cat() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(inSession(List.of(ExecutablePath.find("cat", standardPath()))));
    builder.environment().clear();
    return builder;
  }

  private List<String> inSession(List<String> argv) {
    if (setsid == null) {
      return argv;
    }
    // The JVM's child leads no process group, so setsid neither forks nor waits: it becomes the
    // program, with the same process id.
    List<String> all = new ArrayList<>(List.of(setsid, "--"));
    all.addAll(argv);
    return all;
  }

  @Override
  public void close() {
    ProcessRun last;
    synchronized (state) {
      closed = true;
      last = running;
    }
    if (last != null) {
      last.awaitEnd(graceAtClose);
    }
  }
}
