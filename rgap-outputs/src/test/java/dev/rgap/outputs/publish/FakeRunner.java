package dev.rgap.outputs.publish;

import dev.rgap.host.programs.CommandRunner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A runner that starts nothing: notes what it is asked for and answers as a test has said. */
public final class FakeRunner implements CommandRunner {

  /** What a run does before it ends. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run(Command command, Consumer<String> lines);
  }

  private record Script(Result result, Action action) {}

  private final List<Command> ran = new ArrayList<>();
  private final Deque<Script> scripts = new ArrayDeque<>();
  private boolean closed;

  /** All runs succeed. */
  public FakeRunner() {}

  /** The next run that nothing has been said about ends like this, after these lines. */
  public FakeRunner then(Result result, String... output) {
    return then(result, (command, lines) -> List.of(output).forEach(lines));
  }

  /** The next run that nothing has been said about does this and ends like this. */
  public FakeRunner then(Result result, Action action) {
    scripts.add(new Script(result, action));
    return this;
  }

  /** All runs so far. */
  public List<Command> ran() {
    return List.copyOf(ran);
  }

  /** Whether it was closed. */
  public boolean closed() {
    return closed;
  }

  @Override
  public Result run(Command command, Consumer<String> lines) {
    if (closed) {
      return new Result.NotStarted("the listener is stopping");
    }
    ran.add(command);
    Script script = scripts.poll();
    if (script == null) {
      return new Result.Exited(0, Duration.ZERO);
    }
    script.action().run(command, lines);
    return script.result();
  }

  @Override
  public void close() {
    closed = true;
  }
}
