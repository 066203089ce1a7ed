package dev.rgap.host.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.host.files.ManagedFile.Outcome;
import dev.rgap.host.files.ManagedFile.RefusedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedFileTest {

  private static final ManagedFile.Check NO_CHECK = candidate -> {};

  @TempDir private Path directory;
  private Path path;

  @BeforeEach
  void setUp() {
    path = directory.resolve("file");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static ManagedFile file(Path path) {
    return new ManagedFile(path, WantedOwnership.KEPT);
  }

  private Outcome write(String text) throws IOException {
    return file(path).write(bytes(text), NO_CHECK);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static WantedOwnership mode(String mode) {
    return new WantedOwnership(
        Optional.of(PosixFilePermissions.fromString(mode)), Optional.empty(), Optional.empty());
  }

  @Test
  void makesAFileThatAllCanReadAndNothingElse() throws IOException {
    assertThat(write("new")).isEqualTo(Outcome.REPLACED);
    assertThat(path).hasContent("new");
    assertThat(mode(path)).isEqualTo("rw-r--r--");
    assertThat(names()).containsExactly("file");
    assertThat(file(path).read()).contains(bytes("new"));
    assertThat(file(directory.resolve("none")).read()).isEmpty();
  }

  @Test
  void doesNotTouchAFileThatIsAsItShould() throws IOException {
    Files.writeString(path, "same");
    Files.setLastModifiedTime(path, FileTime.fromMillis(0));
    Object inode = Files.getAttribute(path, "unix:ino");

    assertThat(
            file(path)
                .write(
                    bytes("same"),
                    candidate -> {
                      throw new IOException("nobody asks");
                    }))
        .isEqualTo(Outcome.UNCHANGED);
    assertThat(Files.getLastModifiedTime(path)).isEqualTo(FileTime.fromMillis(0));
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(inode);
  }

  @Test
  void keepsTheModeOfTheFile() throws IOException {
    Files.writeString(path, "old");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rwx---"));

    assertThat(write("new")).isEqualTo(Outcome.REPLACED);
    assertThat(mode(path)).isEqualTo("rw-rwx---");
  }

  @Test
  void givesTheModeThatIsWantedAlsoToAFileOfTheSameContent() throws IOException {
    ManagedFile file = new ManagedFile(path, mode("rw-r-----"));
    file.write(bytes("x"), NO_CHECK);
    assertThat(mode(path)).isEqualTo("rw-r-----");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(file.write(bytes("x"), NO_CHECK)).isEqualTo(Outcome.UNCHANGED);
    assertThat(mode(path)).isEqualTo("rw-r-----");
  }

  @Test
  void saysThatAnOwnerIsNotKnown() {
    ManagedFile file =
        new ManagedFile(
            path,
            new WantedOwnership(Optional.empty(), Optional.of("nobody-at-all"), Optional.empty()));

    assertThatThrownBy(() -> file.write(bytes("x"), NO_CHECK))
        .hasMessage(path + ": this host has no user 'nobody-at-all'");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theCheckSeesTheNewFileAndCanRefuseIt() throws IOException {
    Files.writeString(path, "old");
    List<Path> seen = new ArrayList<>();
    ManagedFile.Check check =
        candidate -> {
          seen.add(candidate);
          assertThat(candidate).hasContent("new").hasParent(directory);
          assertThat(mode(candidate)).isEqualTo("rw-r--r--");
          assertThat(candidate.getFileName().toString()).matches("\\.rgap-[0-9a-f]{16}\\.file");
          assertThat(path).hasContent("old");
          throw new RefusedException("bad");
        };

    assertThatThrownBy(() -> file(path).write(bytes("new"), check))
        .isInstanceOf(RefusedException.class)
        .hasMessage("bad");
    assertThat(seen).hasSize(1);
    assertThat(path).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  /**
   * systemd-analyze, envoy, consul and others go by it; and a message about it is the same each
   * time.
   */
  @Test
  void theCheckSeesAFileThatEndsAsTheFileAndAlwaysHasTheSameName() throws IOException {
    String longName = "x".repeat(247) + ".service";
    for (String name : List.of("relay.service", longName)) {
      List<String> seen = new ArrayList<>();
      ManagedFile file = file(directory.resolve(name));
      for (int i = 0; i < 3; i++) {
        ManagedFile.Outcome _ =
            file.write(bytes("new" + i), candidate -> seen.add(candidate.getFileName().toString()));
      }
      assertThat(seen).hasSize(3).containsOnly(seen.getFirst());
      assertThat(seen.getFirst()).startsWith(".rgap-").endsWith(".service").hasSizeLessThan(256);
    }
    assertThat(names()).containsExactly("relay.service", longName);
  }

  /** Who reads all files with a certain end of a directory must not get this one, too. */
  @Test
  void nobodySeesAFileThatEndsAsTheFileIfThereIsNoCheck() throws IOException {
    assertThat(Leftovers.hidden(path.resolveSibling("a.json"), "x").toString())
        .endsWith("/.a.json.rgap-x");
    // A name that is taken is not waited for.
    ManagedFile file = file(path);
    assertThat(file.write(bytes("1"), ManagedFile.Check.NONE)).isEqualTo(Outcome.REPLACED);
    assertThat(names()).containsExactly("file");
  }

  @Test
  void isWrittenInPlaceIfItIsWanted() throws IOException {
    ManagedFile file = new ManagedFile(path, WantedOwnership.KEPT, ManagedFile.Placement.IN_PLACE);
    assertThat(file.write(bytes("new"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
    Object inode = Files.getAttribute(path, "unix:ino");
    Path otherName = Files.createLink(directory.resolve("other"), path);

    assertThat(file.write(bytes("longer"), NO_CHECK)).isEqualTo(Outcome.IN_PLACE);
    assertThat(file.write(bytes("short"), ManagedFile.Check.NONE)).isEqualTo(Outcome.IN_PLACE);
    assertThat(file.write(bytes("short"), NO_CHECK)).isEqualTo(Outcome.UNCHANGED);
    assertThat(otherName).hasContent("short");
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(inode);
    assertThatThrownBy(() ->
            file.write(
                bytes("bad"),
                candidate -> {
                  assertThat(candidate).hasContent("bad");
                  throw new RefusedException("bad");
                }))
        .hasMessage("bad");
    assertThat(otherName).hasContent("short");
    assertThat(names()).containsExactly("file", "other");
  }

  @Test
  void readsLittleOfALongFile() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(3L << 30); // with holes: on the disk it has nothing
    }
    assertThatThrownBy(() -> file(path).read(1 << 20))
        .hasMessage(path + ": it is longer than 1 MiB, more than is read; is it the right file?");
    assertThatThrownBy(() -> file(path).read()).isInstanceOf(IOException.class);
    assertThat(write("new")).isEqualTo(Outcome.REPLACED);
    assertThat(path).hasContent("new");
  }

  @Test
  void comparesAllOfAContent() throws IOException {
    byte[] content = new byte[200_000];
    ManagedFile file = file(path);
    assertThat(file.write(content, NO_CHECK)).isEqualTo(Outcome.REPLACED);
    assertThat(file.write(content, NO_CHECK)).isEqualTo(Outcome.UNCHANGED);
    for (int i : List.of(0, 65_535, 65_536, 131_072, content.length - 1)) {
      content[i]++;
      assertThat(file.write(content, NO_CHECK)).as("at %d", i).isEqualTo(Outcome.REPLACED);
      assertThat(file.read()).contains(content);
    }
    assertThat(file.write(new byte[0], NO_CHECK)).isEqualTo(Outcome.REPLACED);
    assertThat(file.write(new byte[0], NO_CHECK)).isEqualTo(Outcome.UNCHANGED);
  }

  @Test
  void whatAStrangerHasMadeOfItsTemporaryNamesStopsNothing() throws IOException {
    Path redo = Files.createDirectory(directory.resolve(".file.rgap-redo"));
    Files.createFile(redo.resolve("x"));
    Path left = Files.createDirectory(directory.resolve(".file.rgap-0123456789abcdef"));
    Files.createFile(left.resolve("x"));
    file(path).recover();

    assertThat(write("new")).isEqualTo(Outcome.REPLACED);
    assertThat(write("new")).isEqualTo(Outcome.UNCHANGED);
    assertThat(write("newer")).isEqualTo(Outcome.REPLACED);
    ManagedFile inPlace =
        new ManagedFile(path, WantedOwnership.KEPT, ManagedFile.Placement.IN_PLACE);
    assertThat(inPlace.write(bytes("in place"), NO_CHECK)).isEqualTo(Outcome.IN_PLACE);
    assertThat(path).hasContent("in place");
    assertThat(redo.resolve("x")).exists();
    assertThat(left.resolve("x")).exists();
  }

  @Test
  void followsSymbolicLinks() throws IOException {
    Path real = Files.createDirectory(directory.resolve("real")).resolve("target");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("real/target"));
    Path outer = Files.createSymbolicLink(directory.resolve("outer"), link);

    assertThat(file(outer).write(bytes("made"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
    assertThat(real).hasContent("made");
    assertThat(file(outer).write(bytes("changed"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
    assertThat(real).hasContent("changed");
    assertThat(outer).isSymbolicLink();
    assertThat(link).isSymbolicLink();
    assertThat(names()).containsExactly("link", "outer", "real");
  }

  @Test
  void saysThatLinksLeadInACircle() throws IOException {
    Files.createSymbolicLink(directory.resolve("a"), Path.of("b"));
    Path circle = Files.createSymbolicLink(directory.resolve("b"), Path.of("a"));

    assertThatThrownBy(() -> file(circle).write(bytes("x"), NO_CHECK))
        .hasMessage(circle + ": its symbolic links lead in a circle");
  }

  @Test
  void replacesNoDirectoriesDevicesOrPipes() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> file(directory).write(bytes("x"), NO_CHECK))
        .hasMessage(directory + ": it is a directory; name a file in it");
    for (Path special : List.of(pipe, Path.of("/dev/null"))) {
      assertThatThrownBy(() -> file(special).write(bytes("x"), NO_CHECK))
          .hasMessage(special + ": it is no regular file, and devices and pipes are not replaced");
      assertThatThrownBy(() -> file(special).read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void saysThatTheDirectoryIsMissingAndWritesWhenItIsBack() throws IOException {
    Path gone = directory.resolve("gone");
    ManagedFile file = file(gone.resolve("file"));
    file.recover();
    assertThatThrownBy(() -> file.write(bytes("x"), NO_CHECK))
        .hasMessage(gone.resolve("file") + ": the directory " + gone + " does not exist");
    Files.createDirectory(gone);
    assertThat(file.write(bytes("x"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
    Files.delete(gone.resolve("file"));
    Files.delete(gone);
    assertThatThrownBy(() -> file.write(bytes("x"), NO_CHECK)).isInstanceOf(IOException.class);
    Files.createDirectory(gone);
    assertThat(file.write(bytes("x"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
  }

  @Test
  void saysThatAFileSystemTakesNoFiles() {
    Path version = Path.of("/proc/version");
    Assumptions.assumeTrue(Files.exists(version), "only Linux has it");

    assertThatThrownBy(() -> file(version).write(bytes("x"), NO_CHECK))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("/proc/version: ")
        .hasMessageNotContaining("does not exist");
  }

  @Test
  void findsRoomForItsTemporaryFileBesideALongName() throws IOException {
    for (String character : List.of("x", "€", "😀")) {
      String name = character.repeat(255 / character.getBytes(UTF_8).length);
      Path file = directory.resolve(name);
      assertThat(file(file).write(bytes("x"), NO_CHECK)).isEqualTo(Outcome.REPLACED);
      file(file).recover();
      assertThat(file).hasContent("x");
    }
  }

  @Test
  void removesWhatAKilledProgramHasLeft() throws IOException {
    Files.writeString(path, "old");
    Files.writeString(directory.resolve(".file.rgap-0123456789abcdef"), "half");
    Files.writeString(directory.resolve(".rgap-fedcba9876543210.file"), "half");
    Path shell = Files.createDirectory(directory.resolve(".file.rgap-0123456789abcde0"));
    Files.writeString(shell.resolve("new"), "half");
    Files.writeString(directory.resolve(".file.rgap-mine"), "kept");
    Files.writeString(directory.resolve(".other.rgap-0123456789abcdef"), "kept");
    file(path).recover();

    assertThat(names()).containsExactly(".file.rgap-mine", ".other.rgap-0123456789abcdef", "file");
    assertThat(path).hasContent("old");
  }

  @Test
  void doesAgainWhatAKilledProgramWasWritingInPlace() throws IOException {
    Files.writeString(path, "nehalf of the old");
    Files.writeString(directory.resolve(".file.rgap-redo"), "new");
    file(path).recover();

    assertThat(path).hasContent("new");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void doesNotLetAnOldContentComeBack() throws IOException {
    Path redo = directory.resolve(".file.rgap-redo");
    Files.writeString(redo, "older");
    write("new");
    assertThat(redo).doesNotExist();
    Files.writeString(redo, "older");
    write("new");
    assertThat(redo).doesNotExist();
  }

  /** Somebody else's clean-up must not make half a file of it. */
  @Test
  void failsIfItsTemporaryFileIsTakenAway() throws IOException {
    Files.writeString(path, "old");

    assertThatThrownBy(() -> file(path).write(bytes("new"), Files::delete))
        .hasMessage(path + ": its temporary file was deleted by somebody else");
    assertThat(path).hasContent("old");
  }

  @Test
  void aReaderSeesTheOldOrTheNewContent() throws Exception {
    String one = "one\n".repeat(5_000);
    String two = "two\n".repeat(20_000);
    Files.writeString(path, one);
    AtomicBoolean done = new AtomicBoolean();
    List<String> torn = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                try {
                  String seen = Files.readString(path);
                  if (!seen.equals(one) && !seen.equals(two)) {
                    torn.add(seen);
                  }
                } catch (IOException e) {
                  torn.add(e.toString());
                }
              }
            });
    for (int i = 0; i < 1_000; i++) {
      assertThat(write(i % 2 == 0 ? two : one)).isEqualTo(Outcome.REPLACED);
    }
    done.set(true);
    reader.join();
    assertThat(torn).isEmpty();
  }
}
