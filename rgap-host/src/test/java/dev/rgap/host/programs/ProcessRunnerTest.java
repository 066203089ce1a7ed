package dev.rgap.host.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program gets and gives, with programs of this host. */
@Timeout(60)
class ProcessRunnerTest {

  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path directory;

  private final CommandRunner runner = CommandRunner.onThisHost();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    runner.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 255})
  void tellsTheExitStatus(int status) {
    Result result = sh("exit " + status);

    assertThat(status(result)).isEqualTo(status);
    assertThat(result.succeeded()).isEqualTo(status == 0);
    assertThat(result.describe()).isEqualTo("exit status " + status);
  }

  @Test
  void tellsTheSignalThatEndedIt() {
    assertThat(status(sh("kill -9 $$"))).isEqualTo(128 + 9);
  }

  @Test
  void handsOnStandardOutputAndStandardErrorInTheirOrder() {
    assertThat(sh("echo 1; echo 2 >&2; echo 3; echo 4 >&2; printf ä").succeeded()).isTrue();
    assertThat(lines).containsExactly("1", "2", "3", "4", "ä");
  }

  @Test
  void whoFailsOnALineGetsTheNextAndEndsNothing() {
    try (LogCapture log = LogCapture.of("dev.rgap.host.programs")) {
      Result result =
          runner.run(
              command(Map.of(), "seq", "1", "100000"),
              line -> {
                lines.add(line);
                throw new NoClassDefFoundError("missing");
              });

      assertThat(result.succeeded()).isTrue();
      assertThat(lines).hasSizeGreaterThan(100);
      assertThat(log.lines()).containsExactly("a line of a program's output was not taken");
    }
  }

  @Test
  void givesItsInputToItWhole() {
    byte[] input = "0123456789abcde\n".repeat(65_536).getBytes(UTF_8);

    Result result = run(input, "cksum");
    assertThat(result.succeeded()).isTrue();
    assertThat(lines).singleElement().asString().endsWith(" " + (1 << 20));
    String expected = lines.getFirst();

    lines.clear();
    sh("yes 0123456789abcde | head -c 1048576 | cksum");
    assertThat(lines).containsExactly(expected);
  }

  @Test
  void doesNotMindThatItsInputIsNotRead() {
    byte[] input = new byte[10_000_000];

    assertThat(run(input, "true").succeeded()).isTrue();
    assertThat(run(input, "sh", "-c", "exec <&-; sleep 0.1; echo done").succeeded()).isTrue();
    assertThat(run(input, "sh", "-c", "head -c 3 >&-").describe()).startsWith("exit status");
    assertThat(lines).contains("done");
  }

  @Test
  void setsTheEnvironmentOnTopOfItsOwn() {
    Map<String, String> environment = Map.of("GREETING", "hello = world", "EMPTY", "");
    String script = "echo \"$GREETING\" \"${EMPTY-unset}\" \"$PATH\"";

    assertThat(runner.run(command(environment, "sh", "-c", script), lines::add).succeeded())
        .isTrue();
    assertThat(lines).containsExactly("hello = world  " + System.getenv("PATH"));
  }

  @Test
  void keepsThePreSharedKeyToItself() throws IOException {
    // A process can't change its own environment, so another one runs the command.
    ProcessBuilder other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RunsEnv.class.getName())
            .redirectErrorStream(true);
    other.environment().keySet().removeIf(name -> name.startsWith("RGAP_"));
    other.environment().putAll(Map.of("RGAP_PSK", "s3cret", "RGAP_PSK_FILE", "/s3cret"));
    other.environment().put("RGAP_OTHER", "kept");

    try (var output = other.start().inputReader(UTF_8)) {
      assertThat(output.lines().filter(line -> line.startsWith("RGAP_")))
          .containsExactly("RGAP_OTHER=kept");
    }
  }

  /** A program that runs {@code env}. */
  static final class RunsEnv {
    private RunsEnv() {}

    public static void main(String[] args) {
      try (CommandRunner runner = CommandRunner.onThisHost()) {
        var _ = runner.run(command(Map.of(), "env"), System.out::println);
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void runsInASessionOfItsOwnInThisWorkingDirectory() {
    sh("cut -d ' ' -f 1,5,6 /proc/$$/stat; echo $$ $$ $$; pwd");

    assertThat(lines.get(0)).isEqualTo(lines.get(1));
    assertThat(lines.get(2)).isEqualTo(Path.of("").toAbsolutePath().toString());
  }

  @Test
  void looksForTheProgramInThePathThatItGets() throws IOException {
    Path program = program("greet", "#!/bin/sh\necho \"hello $1\"\n", "rwxr-xr-x");
    Map<String, String> path = Map.of("PATH", "/nowhere::" + directory);

    assertThat(runner.run(command(path, "greet", "you"), lines::add).succeeded()).isTrue();
    assertThat(run(new byte[0], program.toString(), "me").succeeded()).isTrue();
    assertThat(lines).containsExactly("hello you", "hello me");
  }

  @Test
  void saysWhyAProgramCantBeStarted() throws IOException {
    String plain = program("plain", "", "rw-r--r--").toString();
    String missing = directory + "/missing";
    Map<String, String> path = Map.of("PATH", directory.toString());

    assertThat(start("rgap-no-such-program"))
        .isEqualTo("can't be started: there is no program 'rgap-no-such-program' in PATH");
    assertThat(start(missing)).isEqualTo("can't be started: there is no file '" + missing + "'");
    assertThat(start(directory.toString()))
        .isEqualTo("can't be started: '" + directory + "' is a directory");
    assertThat(start(plain))
        .isEqualTo(
            "can't be started: '" + plain + "' is not executable; chmod +x would change that");
    assertThat(runner.run(command(path, "plain"), lines::add).describe()).isEqualTo(start(plain));
    assertThat(runner.run(command(path, "sh"), lines::add).describe())
        .isEqualTo("can't be started: there is no program 'sh' in PATH");
    assertThat(start("")).isEqualTo("can't be started: the program's name is empty");
    assertThat(start("a\0b")).isEqualTo("can't be started: an argument contains a NUL character");
    assertThat(runner.run(command(Map.of("A", "1\0"), "true"), lines::add).describe())
        .isEqualTo(
            "can't be started: the environment variable 'A' can't be set: "
                + "its name contains '=' or a NUL character, or its value a NUL");
    assertThat(runner.run(command(Map.of(), "true", "x".repeat(1 << 20)), lines::add).describe())
        .startsWith("can't be started: ")
        .endsWith("(Argument list too long)");
    assertThat(lines).isEmpty();
  }

  @Test
  void runsTheNextOneAfterOneThatCouldNotBeStarted() {
    assertThat(start("rgap-no-such-program")).startsWith("can't");
    assertThat(sh("echo 1").succeeded()).isTrue();
    assertThat(lines).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource({"PT0.2003S, 200ms", "PT5.003S, 5s", "PT5.19S, 5.1s", "PT1M30.7S, 1m30s", "PT0S, 0s"})
  void describesATimeOutRoughly(Duration took, String text) {
    assertThat(new Result.TimedOut(took).describe()).isEqualTo("killed: not done after " + text);
    assertThat(new Result.TimedOut(took).succeeded()).isFalse();
  }

  @Test
  void handsOnNoMoreThanAThousandLines() {
    assertThat(sh("yes | head -n 1234").succeeded()).isTrue();
    assertThat(lines)
        .hasSize(1_001)
        .startsWith("y")
        .endsWith("y", "… (234 more lines are not shown)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yes │ head -c 1G | 1001 | … (536869912 more lines are not shown)",
        "head -c 1G /dev/zero │ tr '\\0' x | 1 | … (1073737728 bytes more)",
      })
  void takesAFloodInLittleMemory(String script, int count, String end) {
    System.gc();
    long before = usedMemory();
    assertThat(sh(script.replace('│', '|')).succeeded()).isTrue();
    System.gc();

    assertThat(lines).hasSize(count).last().asString().endsWith(end);
    assertThat(usedMemory() - before).isLessThan(16 << 20);
  }

  @Test
  void goesOnWhenALineIsNotTaken() {
    try (LogCapture log = LogCapture.of("dev.rgap.host.programs")) {
      Result result =
          runner.run(
              command(Map.of(), "sh", "-c", "echo 1; echo 2; echo 3"),
              line -> {
                lines.add(line);
                throw new IllegalStateException("no");
              });

      assertThat(result.succeeded()).isTrue();
      assertThat(lines).containsExactly("1", "2", "3");
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void aCommandShowsNoValuesOfItsEnvironment() {
    assertThat(command(Map.of("TOKEN", "s3cret"), "true"))
        .hasToString("[true] with [TOKEN], 0 bytes of input");
    assertThatThrownBy(() -> command(Map.of())).isInstanceOf(IllegalArgumentException.class);
  }

  /** With the time in which it is asked to end, and in which its children are. */
  @ParameterizedTest
  @CsvSource({"PT10S, PT0.1S, PT14.1S", "PT0S, PT0.1S,", "PT10S, PT0S,"})
  void aRunIsBoundedIfItsTimesAre(
      Duration timeout, Duration waitDelay, @Nullable Duration longest) {
    assertThat(CommandRunner.longestRun(timeout, waitDelay))
        .isEqualTo(Optional.ofNullable(longest));
  }

  private static long usedMemory() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private Path program(String name, String text, String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private String start(String program) {
    return run(new byte[0], program).describe();
  }

  private Result sh(String script) {
    return run(new byte[0], "sh", "-c", script);
  }

  private Result run(byte[] input, String... argv) {
    return runner.run(new Command(List.of(argv), Map.of(), input, LONG, LONG), lines::add);
  }

  private static Command command(Map<String, String> environment, String... argv) {
    return new Command(List.of(argv), environment, new byte[0], LONG, LONG);
  }

  private static int status(Result result) {
    assertThat(result).isInstanceOf(Result.Exited.class);
    return ((Result.Exited) result).status();
  }
}
