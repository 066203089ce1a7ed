package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangingKeyTest {

  private static final String FIRST = "ab".repeat(32);
  private static final String SECOND = "cd".repeat(32);
  private static final String THIRD = "ef".repeat(32);
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration SECOND_OF_TIME = Duration.ofSeconds(1);

  @TempDir private Path directory;

  private final ManualClock clock = new ManualClock(START);
  private Path file;
  private ChangingKey key;

  @BeforeEach
  void begin() throws IOException {
    file = directory.resolve("agent.key");
    write(FIRST, START.minusSeconds(60));
    key = new ChangingKey(file, PreSharedKey.parseHex(FIRST), clock);
  }

  private void write(String content, Instant time) throws IOException {
    Path _ = Files.writeString(file, content + "\n");
    Path _ = Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private void replace(String content, Instant time) throws IOException {
    Path other = Files.writeString(directory.resolve("other"), content + "\n");
    Path _ = Files.setLastModifiedTime(other, FileTime.from(time));
    Path _ = Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private String afterASecond() {
    clock.advance(SECOND_OF_TIME);
    return key.get().revealHex();
  }

  @Test
  void isReadAgainWhenItsTimeChangesOnceASecondAtMost() throws IOException {
    assertThat(afterASecond()).isEqualTo(FIRST);
    write(SECOND, START);
    clock.advance(SECOND_OF_TIME.minusNanos(1));
    assertThat(key.get().revealHex()).isEqualTo(FIRST);
    clock.advance(Duration.ofNanos(1));
    assertThat(key.get().revealHex()).isEqualTo(SECOND);
  }

  /** Two keys have the same size, and whoever copies a file may keep its time. */
  @Test
  void isReadAgainWhenItIsAnotherFile() throws IOException {
    assertThat(afterASecond()).isEqualTo(FIRST);
    replace(SECOND, START.minusSeconds(60));
    assertThat(afterASecond()).isEqualTo(SECOND);
  }

  /** As Kubernetes exchanges what it mounts. */
  @Test
  void isReadAgainWhenALinkLeadsElsewhere() throws IOException {
    Path _ = Files.move(file, directory.resolve("one"));
    Path _ = Files.writeString(directory.resolve("two"), SECOND);
    Path _ = Files.createSymbolicLink(file, Path.of("one"));
    assertThat(afterASecond()).isEqualTo(FIRST);
    Files.delete(file);
    Path _ = Files.createSymbolicLink(file, Path.of("two"));
    assertThat(afterASecond()).isEqualTo(SECOND);
  }

  @Test
  void isNotReadAgainWhileNothingShowsAChange() throws IOException {
    assertThat(afterASecond()).isEqualTo(FIRST);
    write(SECOND, START.minusSeconds(60));
    assertThat(afterASecond()).as("nobody has looked into it").isEqualTo(FIRST);
  }

  /** Within the resolution of times, that of the file can't tell that it was written twice. */
  @Test
  void aFileThatWasWrittenJustNowIsReadAgain() throws IOException {
    write(SECOND, START);
    assertThat(afterASecond()).isEqualTo(SECOND);
    write(THIRD, START);
    assertThat(afterASecond()).isEqualTo(THIRD);
  }

  @Test
  void whatCannotBeUsedChangesNothing() throws IOException {
    write("not a key", START);
    assertThat(afterASecond()).isEqualTo(FIRST);
    write("", START);
    assertThat(afterASecond()).isEqualTo(FIRST);
    Files.delete(file);
    assertThat(afterASecond()).isEqualTo(FIRST);
    Path _ = Files.createDirectory(file);
    assertThat(afterASecond()).isEqualTo(FIRST);
    Files.delete(file);
    write(SECOND, START);
    assertThat(afterASecond()).isEqualTo(SECOND);
  }
}
