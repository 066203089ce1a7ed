package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampsTest {

  private static final FileTime TIME = FileTime.fromMillis(1_000_000);

  @TempDir private Path directory;
  private Path file;
  private Path link;

  @BeforeEach
  void make() throws Exception {
    file = written("file", "one");
    link = Files.createSymbolicLink(directory.resolve("link"), file);
  }

  /** All are as old as each other, and as long. */
  private Path written(String name, String content) throws Exception {
    Path written = Files.writeString(directory.resolve(name), content);
    return Files.setLastModifiedTime(written, TIME);
  }

  private FileStamps now() {
    FileStamps all = new FileStamps();
    all.add(file);
    all.add(link);
    all.add(directory.resolve("missing"));
    return all;
  }

  @Test
  void whatIsReadOrGetsOtherPermissionsIsTheSame() throws Exception {
    FileStamps before = now();
    assertThat(Files.readString(file)).isEqualTo("one");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThat(now()).isEqualTo(before).hasSameHashCodeAs(before);
  }

  @Test
  void whatIsWrittenIsAnother() throws Exception {
    FileStamps before = now();
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_001));
    assertThat(now()).isNotEqualTo(before);
    written("file", "three");
    assertThat(now()).isNotEqualTo(before);
  }

  @Test
  void whatIsReplacedIsAnother() throws Exception {
    FileStamps before = now();
    Files.move(written("new", "two"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(now()).isNotEqualTo(before);
  }

  @Test
  void whatALinkLeadsToIsAnother() throws Exception {
    FileStamps before = now();
    Path next = Files.createSymbolicLink(directory.resolve("next"), written("new", "two"));
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    assertThat(now()).isNotEqualTo(before);
  }

  @Test
  void whatWasIsKept() throws Exception {
    FileStamps before = now();
    Files.delete(file);
    before.add(file);
    assertThat(before.now()).isEqualTo(now()).isNotEqualTo(before);
    FileStamps fewer = new FileStamps();
    fewer.addAll(before);
    assertThat(fewer).isEqualTo(now());
  }

  @Test
  void whatComesOrGoesIsAnother() throws Exception {
    FileStamps before = now();
    Path missing = written("missing", "one");
    assertThat(now()).isNotEqualTo(before);
    Files.delete(missing);
    assertThat(now()).isEqualTo(before);
    Files.delete(file);
    assertThat(now()).isNotEqualTo(before);
  }
}
