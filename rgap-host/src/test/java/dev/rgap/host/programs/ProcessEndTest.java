package dev.rgap.host.programs;

import static dev.rgap.host.programs.Processes.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How programs of this host end, and what is left of them. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessEndTest {

  private static final Duration NONE = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(50);

  /** Sleeps, with a child that does and one more that it has lost. */
  private static final String FAMILY = "sleep 100 & (sleep 100 &); echo ready; sleep 100; true";

  @TempDir Path directory;

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.host.programs");
  private final Processes processes = new Processes();
  // Not the common pool: it may have a single thread.
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private @Nullable CommandRunner runner;

  @AfterEach
  void close() {
    processes.close();
    if (runner != null) {
      runner.close();
    }
    threads.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killsWhatIsNotDoneInTime(boolean withSetsid) {
    runner = runner(LONG, withSetsid);
    // Without a group, one that is nobody's child any more can't be found.
    String script = withSetsid ? FAMILY : "sleep 100 & echo ready; sleep 100; true";

    Result result = sh(script, SHORT, LONG);

    assertThat(result).isInstanceOf(Result.TimedOut.class);
    assertThat(result.succeeded()).isFalse();
    assertThat(((Result.TimedOut) result).took()).isGreaterThanOrEqualTo(SHORT);
    processes.awaitLiving(0);
  }

  @Test
  void aProgramMayTidyUpWhenItIsKilled() {
    String script = "trap 'echo tidied up; exit 0' TERM; sleep 100 & wait";

    assertThat(sh(script, Duration.ofSeconds(1), LONG)).isInstanceOf(Result.TimedOut.class);
    assertThat(lines).containsExactly("tidied up");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killsWhatIgnoresThat(boolean withSetsid) {
    runner = runner(LONG, withSetsid);
    String script = "trap '' TERM; sh -c 'sleep 100; true' & sleep 100; true";

    assertThat(sh(script, Duration.ofSeconds(1), LONG)).isInstanceOf(Result.TimedOut.class);
    processes.awaitLiving(0);
  }

  @Test
  void killsAChildThatIgnoresThatWhenItsParentDoesNot() {
    String script = "(trap '' TERM; sleep 100; true) & sleep 100; true";

    assertThat(sh(script, Duration.ofSeconds(1), LONG)).isInstanceOf(Result.TimedOut.class);
    processes.awaitLiving(0);
  }

  @Test
  void killsAChildThatWentIntoASessionOfItsOwn() {
    assertThat(sh("setsid sleep 100 & sleep 100; true", Duration.ofSeconds(1), LONG))
        .isInstanceOf(Result.TimedOut.class);
    processes.awaitLiving(0);
  }

  /** Each would keep a cat, two threads and a buffer until the listener has no memory left. */
  @Test
  void closesTheOldestOutputsThatAreKeptOpenInTheBackground() {
    for (int i = 0; i < Leftovers.MAX + 5; i++) {
      assertThat(sh("sleep 100 & exit 0", LONG, Duration.ofMillis(1)).succeeded()).isTrue();
    }

    await(() -> cats() == Leftovers.MAX && threads("output of sh") == Leftovers.MAX);
    processes.awaitLiving(Leftovers.MAX + 5); // they did not write anything, so they live
    processes.close();
    await(() -> cats() == 0 && threads("output of sh") == 0);
    assertThat(log.lines(System.Logger.Level.WARNING))
        .singleElement()
        .asString()
        .startsWith("'sh' leaves processes in the background that keep its output or input open.");
  }

  /**
   * It would have kept two threads, and its exit status for whoever gets its process id next: the
   * JDK looks after that when the pipe to its input is closed, which waits for the write.
   */
  @Test
  void isOverAlthoughWhatItLeftInTheBackgroundDoesNotReadItsInput() {
    String script = "exec 3<&0; sleep 100 <&3 3<&- >/dev/null 2>&1 & exit 0";
    Command command =
        new Command(List.of("sh", "-c", script), environment(), new byte[1_000_000], LONG, LONG);
    for (int i = 0; i < Leftovers.MAX + 5; i++) {
      assertThat(runner().run(command, lines::add).describe()).isEqualTo("exit status 0");
    }

    await(() -> cats() == Leftovers.MAX && threads("input of sh") == Leftovers.MAX);
    await(() -> reapers() == cats());
    processes.awaitLiving(Leftovers.MAX + 5);
    processes.close();
    await(() -> cats() == 0 && threads("input of sh") == 0 && reapers() == 0);
  }

  /** Threads that the JDK has for processes whose end is not over. */
  private static long reapers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("process reaper (pid "))
        .count();
  }

  private static long cats() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("cat"))
        .count();
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Test
  void killsOneThatHasHardlyBegun() {
    for (int i = 0; i < 20; i++) {
      assertThat(sh(FAMILY, Duration.ofNanos(1 + i * 100_000L), LONG))
          .isInstanceOf(Result.TimedOut.class);
    }
    processes.awaitLiving(0);
  }

  @Test
  void killsOneThatFloodsAndReadsNothing() {
    Command command =
        new Command(
            List.of("yes"), environment(), new byte[1_000_000], Duration.ofSeconds(1), LONG);

    assertThat(runner().run(command, lines::add)).isInstanceOf(Result.TimedOut.class);
    assertThat(lines).hasSize(1_001);
    processes.awaitLiving(0);
  }

  @Test
  void leavesAloneWhatASuccessfulOneStartedInTheBackground() {
    Result result = sh("sleep 100 & echo started", LONG, Duration.ofMillis(1));

    assertThat(result.describe()).isEqualTo("exit status 0");
    processes.awaitLiving(1);
    assertThat(processes.living())
        .singleElement()
        .satisfies(sleeper -> assertThat(sleeper.info().command()).contains(program("sleep")));
  }

  @Test
  void waitsForTheLinesOfOneInTheBackground() {
    for (int i = 0; i < 20; i++) {
      lines.clear();
      String script = "(sleep 0.05; echo 2; sleep 0.05; echo 3) & echo 1";

      assertThat(sh(script, LONG, LONG).succeeded()).isTrue();
      assertThat(lines).containsExactly("1", "2", "3");
    }
  }

  @Test
  void handsOnNothingAfterItHasReturnedButLetsTheBackgroundWrite() throws IOException {
    Path go = directory.resolve("go");
    Path done = directory.resolve("done");
    String waiting = "while ! [ -e " + go + " ]; do sleep 0.02; done";
    String writing = "head -c 1000000 /dev/zero && echo 2 && echo 3 && touch " + done;

    Result result = sh("(" + waiting + "; " + writing + ") & printf '1\\nhalf'", LONG, SHORT);
    assertThat(result.succeeded()).isTrue();
    assertThat(lines).containsExactly("1", "half");

    Files.createFile(go);
    await(() -> Files.exists(done));
    processes.awaitLiving(0);
    assertThat(lines).containsExactly("1", "half");
  }

  @Test
  void killsWhenTheCallingThreadIsInterrupted() throws InterruptedException {
    CompletableFuture<Result> result = new CompletableFuture<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              result.complete(sh(FAMILY, NONE, LONG));
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    await(() -> lines.contains("ready"));
    caller.interrupt();

    assertThat(result.join()).isInstanceOf(Result.TimedOut.class);
    assertThat(interrupted.join()).isTrue();
    caller.join();
    processes.awaitLiving(0);
  }

  @Test
  void closingKillsOneWithoutATimeOutAfterAWhile() {
    runner = runner(SHORT, true);
    CompletableFuture<Result> result = inBackground(() -> sh(FAMILY, NONE, LONG));
    await(() -> lines.contains("ready"));
    runner().close();

    processes.awaitLiving(0);
    assertThat(result.join()).isInstanceOf(Result.TimedOut.class);
  }

  @Test
  void closingWaitsForOneWithoutATimeOutThatEnds() throws Exception {
    Path end = directory.resolve("end");
    String script = "echo ready; while ! [ -e " + end + " ]; do sleep 0.02; done";
    CompletableFuture<Result> result = inBackground(() -> sh(script, NONE, LONG));
    await(() -> lines.contains("ready"));
    Thread closing = Thread.ofPlatform().start(() -> runner().close());
    await(() -> closing.getState() == Thread.State.TIMED_WAITING);
    // At once, although the other one runs.
    assertThat(sh("true", LONG, LONG)).isInstanceOf(Result.NotStarted.class);
    assertThat(result).isNotDone();
    Files.createFile(end);

    closing.join();
    assertThat(result.join().describe()).isEqualTo("exit status 0");
  }

  @Test
  void closingLetsOneGoOnUntilItsTimeOut() {
    runner = runner(NONE, true);
    String script = "echo ready; sleep 0.5; echo done";
    CompletableFuture<Result> result = inBackground(() -> sh(script, LONG, LONG));
    await(() -> lines.contains("ready"));
    runner().close();

    assertThat(result.join().describe()).isEqualTo("exit status 0");
    assertThat(lines).containsExactly("ready", "done");

    runner = runner(LONG, true);
    lines.clear();
    result = inBackground(() -> sh(FAMILY, Duration.ofSeconds(1), LONG));
    await(() -> lines.contains("ready"));
    runner().close();

    assertThat(result.join()).isInstanceOf(Result.TimedOut.class);
    processes.awaitLiving(0);
  }

  /** So that runs never overlap. */
  @Test
  void withoutAWaitDelayARunLastsUntilNobodyCanWriteAnyMore() throws Exception {
    String script = "(read x <$0; echo late) & echo early";
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Result> result =
        inBackground(() -> sh(script.replace("$0", pipe.toString()), NONE, NONE));
    await(() -> lines.contains("early"));
    assertThat(result).isNotDone();
    Files.writeString(pipe, "go on\n");

    assertThat(result.join().succeeded()).isTrue();
    assertThat(lines).containsExactly("early", "late");
  }

  @Test
  void closeDoesNotWaitForOutputThatNeverEnds() {
    for (Duration timeout : List.of(NONE, LONG)) {
      lines.clear();
      runner = runner(Duration.ofMillis(1), true);
      CompletableFuture<Result> result =
          inBackground(() -> sh("sleep 1000 & echo started", timeout, NONE));
      await(() -> lines.contains("started"));
      if (timeout.isZero()) {
        runner.close();
        assertThat(result.join().succeeded()).isTrue();
      } else {
        Thread.currentThread().interrupt(); // as if the time-out were over
        runner.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).succeedsWithin(LONG);
      }
    }
  }

  @Test
  void anInterruptedCloseDoesNotWait() {
    CompletableFuture<Result> result = inBackground(() -> sh(FAMILY, NONE, LONG));
    await(() -> lines.contains("ready"));
    Thread.currentThread().interrupt();
    runner().close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.join()).isInstanceOf(Result.TimedOut.class);
  }

  @Test
  void startsNothingAfterItWasClosed() {
    runner().close();
    runner().close();

    assertThat(sh("echo 1", LONG, LONG))
        .isEqualTo(new Result.NotStarted("the listener is stopping"));
    assertThat(lines).isEmpty();
  }

  @Test
  void runsOneAtATime() {
    String script = "echo 1; sleep 0.1; echo 2";
    List<CompletableFuture<Result>> results =
        Stream.of(1, 2, 3).map(i -> inBackground(() -> sh(script, LONG, LONG))).toList();

    assertThat(results).allSatisfy(result -> assertThat(result.join().succeeded()).isTrue());
    assertThat(lines).containsExactly("1", "2", "1", "2", "1", "2");
  }

  private static CommandRunner runner(Duration graceAtClose, boolean withSetsid) {
    return new ProcessRunner(graceAtClose, withSetsid ? ProcessRunner.findSetsid() : null);
  }

  private synchronized CommandRunner runner() {
    if (runner == null) {
      runner = CommandRunner.onThisHost();
    }
    return runner;
  }

  private CompletableFuture<Result> inBackground(Supplier<Result> run) {
    return CompletableFuture.supplyAsync(run, threads);
  }

  private static String program(String name) {
    try {
      return Path.of(ExecutablePath.find(name, System.getenv("PATH"))).toRealPath().toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, String> environment() {
    return Map.of(Processes.VARIABLE, processes.mark());
  }

  private Result sh(String script, Duration timeout, Duration waitDelay) {
    List<String> argv = List.of("sh", "-c", script);
    return runner()
        .run(new Command(argv, environment(), new byte[0], timeout, waitDelay), lines::add);
  }
}
