package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the configuration of a process that is made of files as Linux has them in /proc. */
class RunningConfigTest {

  private static final String KEY = "ab".repeat(32);
  private static final String GOOD =
      """
      groups: [{id: 1, psk_file: $CREDENTIALS_DIRECTORY/one, expire: 15s}]
      outputs: [{kind: eventlog}]
      """;

  @TempDir private Path directory;
  private Path process;
  private Path working;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void runs() throws IOException {
    process = Files.createDirectories(directory.resolve("proc/7"));
    working = Files.createDirectory(directory.resolve("working"));
    Path secrets = Files.createDirectory(directory.resolve("secrets"));
    Files.writeString(secrets.resolve("one"), KEY);
    Files.writeString(process.resolve("comm"), "java\n");
    arguments("-c", "given.yaml");
    variables("CREDENTIALS_DIRECTORY=" + secrets, "EMPTY=", "RGAP_PSK=" + KEY);
    Files.createSymbolicLink(process.resolve("cwd"), working);
    Files.createSymbolicLink(process.resolve("root"), Path.of("/"));
  }

  /** Nothing that cleans up is to follow it. */
  @AfterEach
  void hasEnded() throws IOException {
    Files.delete(process.resolve("root"));
  }

  private void arguments(String... arguments) throws IOException {
    Files.writeString(
        process.resolve("cmdline"),
        "java\0dev.rgap.cli.Main\0--log-level\0error\0listener\0"
            + Stream.of(arguments).map(word -> word + "\0").collect(Collectors.joining()));
  }

  private void variables(String... variables) throws IOException {
    Files.writeString(process.resolve("environ"), String.join("\0", variables) + "\0");
  }

  private Optional<RunningConfig> seen(Map<String, String> own) {
    return RunningConfig.of(RunningRgap.of(process), own);
  }

  /** Whether the file that is seen has errors. */
  private boolean hasErrors() {
    return seen(Map.of())
        .orElseThrow()
        .show(
            new Environment(
                Map.of(),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Shutdown()));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void isReadWithTheEnvironmentAndFromTheDirectoryOfTheListener() throws IOException {
    Files.writeString(working.resolve("given.yaml"), GOOD);

    assertThat(hasErrors()).isFalse();
    assertThat(printed()).doesNotContain(KEY);
  }

  @Test
  void hasAllItsProblemsShown() throws IOException {
    Path file = working.resolve("given.yaml");
    Files.writeString(file, GOOD.replace("15s", "soon").replace("eventlog", "evntlog"));

    assertThat(hasErrors()).isTrue();
    assertThat(printed().lines())
        .anyMatch(line -> line.matches("\\Q" + file + "\\E:1:\\d+: groups\\[0]\\.expire: .*"))
        .anyMatch(line -> line.matches("\\Q" + file + "\\E:2:\\d+: outputs\\[0]\\.kind: .*"));
    assertThat(printed()).doesNotContain(KEY);
  }

  @Test
  void isTheUsualOneIfNoneIsGiven() throws IOException {
    arguments();
    Files.writeString(working.resolve("rgap.yaml"), "nonsense: 1\n");

    assertThat(hasErrors()).isTrue();
    assertThat(printed()).contains(working.resolve("rgap.yaml") + ":1:1: nonsense");
  }

  @Test
  void mayHaveANameOfAnyLetters() throws IOException {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "names are of ASCII here");
    arguments("--config=gültig.yaml");
    Files.writeString(working.resolve("gültig.yaml"), GOOD);

    assertThat(hasErrors()).isFalse();
  }

  @Test
  void mayBeGone() {
    assertThat(hasErrors()).isTrue();
    assertThat(printed()).contains(working.resolve("given.yaml") + ": can't be read: no such file");
  }

  @Test
  void isNotSeenInAnotherRoot() throws IOException {
    Path file = working.resolve("given.yaml");
    Files.writeString(file, GOOD);
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.delete(process.resolve("root"));
    Files.createSymbolicLink(process.resolve("root"), root);
    assertThat(seen(Map.of())).isEmpty();

    Path other = root.resolve(file.toString().substring(1));
    Files.createDirectories(other.getParent());
    Files.writeString(other, GOOD);
    assertThat(seen(Map.of())).isEmpty();
    Files.delete(other);
    Files.delete(file);
    assertThat(seen(Map.of())).isEmpty();
  }

  @Test
  void isNotSeenIfItCameFromAPipe() throws IOException {
    for (String name : new String[] {"/dev/stdin", "/dev/fd/63", "/proc/self/fd/0"}) {
      arguments("-c", name);
      assertThat(seen(Map.of())).as(name).isEmpty();
    }
  }

  @Test
  void isNotSeenWhereOtherOutputsAreKnown() throws IOException {
    Files.writeString(working.resolve("given.yaml"), GOOD);
    assertThat(seen(Map.of("RGAP_CLASSPATH", "/own.jar"))).isEmpty();
    variables("RGAP_CLASSPATH=/own.jar");
    assertThat(seen(Map.of())).isEmpty();
    assertThat(seen(Map.of("RGAP_CLASSPATH", "/own.jar"))).isPresent();
  }

  @Test
  void isNotSeenIfTheProcessMayNotBeLookedAt() throws IOException {
    Files.writeString(working.resolve("given.yaml"), GOOD);
    Files.delete(process.resolve("environ"));
    assertThat(seen(Map.of())).isEmpty();
  }

  /** The message would show what was taken for a file's name. */
  @Test
  void isNotSeenIfItsNameIsAKey() throws IOException {
    arguments("-c", KEY);
    assertThat(seen(Map.of())).isEmpty();
  }
}
