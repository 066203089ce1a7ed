package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NamedPipeTest {

  private static final Duration LONG = Duration.ofSeconds(100);
  private static final int MOST = 1_000;

  @TempDir private Path directory;
  private Path pipe;

  @BeforeEach
  void make() throws Exception {
    pipe = directory.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor()).isZero();
  }

  private void write(String text) {
    Thread writer =
        new Thread(() -> {
          try {
            Files.writeString(pipe, text);
          } catch (IOException e) {
            Thread.currentThread().interrupt(); // nobody reads on
          }
        });
    writer.setDaemon(true);
    writer.start();
  }

  @Test
  void isToldFromOtherFiles() throws IOException {
    assertThat(NamedPipe.is(pipe)).isTrue();
    assertThat(NamedPipe.is(Files.createSymbolicLink(directory.resolve("link"), pipe))).isTrue();
    assertThat(NamedPipe.is(Files.writeString(directory.resolve("file"), ""))).isFalse();
    assertThat(NamedPipe.is(directory)).isFalse();
    assertThat(NamedPipe.is(Path.of("/dev/null"))).isFalse();
    assertThat(NamedPipe.is(directory.resolve("missing"))).isFalse();
  }

  @Test
  void isReadToTheEndOfWhatSomebodyWrites() throws IOException {
    write("listen: []\n");

    assertThat(NamedPipe.read(pipe, MOST, LONG))
        .isEqualTo("listen: []\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void noMoreIsReadThanIsWanted() throws IOException {
    write("x".repeat(100_000));

    assertThat(NamedPipe.read(pipe, MOST, LONG)).hasSize(MOST);
  }

  @Test
  void oneThatNobodyWritesToIsRefused() {
    assertThatThrownBy(() -> NamedPipe.read(pipe, MOST, Duration.ofMillis(10)))
        .isInstanceOf(IOException.class)
        .hasMessage("it is a named pipe, and nobody has written to its end within 0 s");
  }

  @Test
  void aConfigurationCanComeFromOne() throws Exception {
    write("listen: [':1']\ngroups: []\noutputs: []\n");

    assertThat(FileAccess.read(pipe, "")).startsWith("listen:".getBytes(StandardCharsets.UTF_8));
  }
}
