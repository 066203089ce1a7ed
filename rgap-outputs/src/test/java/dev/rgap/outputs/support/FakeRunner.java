package dev.rgap.outputs.support;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A runner that starts nothing: it notes the commands and answers as it was told to, on the calling
 * thread.
 */
public final class FakeRunner implements CommandRunner {

  private record Answer(Result result, List<String> lines) {}

  private final List<Command> ran = new ArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private boolean closed;

  /** Makes one that lets everything succeed at once, without a line. */
  public FakeRunner() {}

  /** The next command that has no answer yet will end so, after it has written these lines. */
  public FakeRunner answer(Result result, String... lines) {
    answers.add(new Answer(result, List.of(lines)));
    return this;
  }

  /** The next command that has no answer yet will end with this status and these lines. */
  public FakeRunner exits(int status, String... lines) {
    return answer(new Result.Exited(status, Duration.ZERO), lines);
  }

  /** What was run so far, but not after it was closed. The same list each time; it grows. */
  public List<Command> ran() {
    return ran;
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
    Answer answer = answers.poll();
    if (answer == null) {
      return new Result.Exited(0, Duration.ZERO);
    }
    answer.lines().forEach(lines);
    return answer.result();
  }

  @Override
  public void close() {
    closed = true;
  }
}
