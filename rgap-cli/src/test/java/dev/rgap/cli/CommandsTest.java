package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

  @SuppressWarnings("unused") // by @FieldSource
  private static final Iterable<String> NAMES = new Commands().names();

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help", "-h", "--log-prefix x", "--help=true"})
  void explainsItself(String line) {
    Run run = line.isEmpty() ? Run.of() : Run.of(line.split(" ", -1));

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: rgap ").contains(new Commands().names());
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void explainsEachCommandInThreeWays(String name) throws Failure {
    Run run = Run.of(name, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: rgap " + name);
    for (Flag flag : new Commands().get(name).flags()) {
      assertThat(run.out()).contains("--" + flag.name());
    }
    assertThat(Run.of(name, "-h")).isEqualTo(run);
    assertThat(Run.of("help", name)).isEqualTo(run);
  }

  @Test
  void makesAKey() {
    Run run = Run.of("genpsk");

    assertThat(run.out()).matches("[0-9a-f]{64}\n");
    assertThat(Run.of("genpsk").out()).isNotEqualTo(run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "agent --version"})
  void saysItsVersion(String line) {
    assertThat(Run.of(line.split(" ", -1)).out()).startsWith("rgap ").contains("\nJava ");
  }

  @Test
  void takesFlagsForAllCommandsBeforeAndAfterThem() {
    assertThat(Run.of("--log-prefix", "a", "genpsk", "--log-prefix=b").status()).isZero();
    assertThat(Run.of("--log-level=error", "genpsk", "--log-format", "json").status()).isZero();
  }

  @Test
  void reportsThatTheResultCouldNotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Map.of(),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(full, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Shutdown());

    assertThat(Main.run(environment, "genpsk")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("Error: can't write to standard output\n");
  }

  @Test
  void makesOneLineOfABug() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("a\nbug");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return read();
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Map.of(),
            broken,
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Shutdown());
    String[] args = {"agent", "--address=::1", "--psk-file=-"};

    assertThat(Main.run(environment, args)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "Error: unexpected: java.lang.IllegalStateException: a\\nbug"
                + " (--log-level debug shows where)\n");

    Main.run(environment, "agent", "--address=::1", "--psk-file=-", "--log-level=debug");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("\tat dev.rgap.cli.");
  }

  /** A pipe has its content only once. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void readsAConfigurationFromAPipe(@TempDir Path directory) throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    FutureTask<Path> writer =
        new FutureTask<>(
            () -> Files.writeString(pipe, "listen: [':1']\ngroups: []\noutputs: []\n"));
    new Thread(writer, "writes into the pipe").start();

    Run run = Run.of("check", "-c", pipe.toString());

    writer.get();
    assertThat(run.out()).endsWith(pipe + ": ok (1 address, 0 groups, 0 outputs)\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void runsAListenerUntilItIsStopped(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("rgap.yaml");
    Files.writeString(file, "listen: ['127.0.0.1:0']\ngroups: []\noutputs: []\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Shutdown atOnce = new Shutdown();
    atOnce.request();
    String[] args = {"listener", "-c", file.toString(), "--log-prefix", "here: "};

    Run run = Run.with(atOnce, Map.of(), "", args);

    assertThat(run.status()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).anyMatch(line -> line.matches("here: \\S+ INFO listener ready"));
  }
}
