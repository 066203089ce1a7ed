package dev.rgap.host.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.host.files.ManagedFile.Outcome;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A directory of another user, who wants to have files of root. */
@EnabledIf(
    value = "dev.rgap.host.files.HostileDirectoryTest#isRoot",
    disabledReason = "files are given to another user, which only root may do")
class HostileDirectoryTest {

  private static final int STRANGER = 65_534;
  private static final WantedOwnership THEIRS =
      new WantedOwnership(
          Optional.of(PosixFilePermissions.fromString("rw-rw-rw-")),
          Optional.of(Integer.toString(STRANGER)),
          Optional.of(Integer.toString(STRANGER)));

  @TempDir private Path parent;
  private Path directory;
  private Path path;

  /** A file of root's that nobody else may read, on the same file system. */
  private Path secret;

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @BeforeEach
  void setUp() throws IOException {
    secret = Files.writeString(parent.resolve("secret"), "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    directory = Files.createDirectory(parent.resolve("theirs"));
    giveAway(directory);
    path = directory.resolve("file");
  }

  private static void giveAway(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void assertSecretIsSafe() throws IOException {
    assertThat(Files.getAttribute(secret, "unix:uid")).isEqualTo(0);
    assertThat(Files.getAttribute(secret, "unix:gid")).isEqualTo(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(secret).hasContent("secret");
  }

  private static ManagedFile file(Path path) {
    return new ManagedFile(path, WantedOwnership.KEPT);
  }

  @Test
  void isWrittenToAsAnyOther() throws IOException {
    ManagedFile file = new ManagedFile(path, THEIRS);
    assertThat(file.write(bytes("one"), ManagedFile.Check.NONE)).isEqualTo(Outcome.REPLACED);
    assertThat(
            file.write(
                bytes("two"),
                candidate -> {
                  assertThat(candidate).hasContent("two").hasParent(directory);
                  assertThat(candidate.toString()).endsWith(".file");
                }))
        .isEqualTo(Outcome.REPLACED);
    assertThat(file.write(bytes("two"), ManagedFile.Check.NONE)).isEqualTo(Outcome.UNCHANGED);
    assertThat(path).hasContent("two");
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(STRANGER);
    assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(STRANGER);
    assertThat(directory).isDirectoryContaining("glob:**/file");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      assertThat(all).hasSize(1);
    }
  }

  /** At the very moment between making a file and giving it its owner. */
  @Test
  void aLinkInThePlaceOfANewFileGetsNothing() throws IOException {
    Path name = directory.resolve(".file.rgap-x");
    Path aside = directory.resolve("aside");
    try (Candidate candidate = Candidate.make(path, name, Trust.isSafe(directory))) {
      Files.move(name, aside);
      Files.createDirectory(name);
      Files.createLink(name.resolve("new"), secret);
      candidate.give(Ownership.wanted(THEIRS, null, candidate.ownership()));
      assertSecretIsSafe();
      candidate.fill(bytes("x"));
      candidate.moveTo(path);
    }
    assertSecretIsSafe();
    assertThat(path).hasContent("x");
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(STRANGER);
  }

  /** The directory itself was exchanged before it was opened. */
  @Test
  void setsNothingInADirectoryThatIsNotItsOwn() throws IOException {
    Path name = directory.resolve(".file.rgap-x");
    Candidate candidate = Candidate.make(path, name, false);
    candidate.close();
    Files.createSymbolicLink(name, parent);
    assertThatThrownBy(() -> Candidate.make(path, name, false)).isInstanceOf(IOException.class);
    assertSecretIsSafe();
  }

  @Test
  void aFileThatWasExchangedDuringTheCheckIsNotUsed() throws IOException {
    Files.writeString(path, "old");
    assertThatThrownBy(() ->
            file(path)
                .write(
                    bytes("new"),
                    candidate -> {
                      Files.delete(candidate);
                      Files.createLink(candidate, secret);
                    }))
        .hasMessage(path + ": its temporary file was exchanged by somebody else");
    assertThat(path).hasContent("old");
    assertSecretIsSafe();
  }

  /** The owner that is wanted is not set on what has come into the place of an old file. */
  @Test
  void aFileOfTheSameContentIsReplacedRatherThanGivenAway() throws IOException {
    Files.createLink(path, secret);
    ManagedFile file = new ManagedFile(path, THEIRS);
    assertThat(file.write(bytes("secret"), ManagedFile.Check.NONE)).isEqualTo(Outcome.REPLACED);
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(STRANGER);
    assertSecretIsSafe();
  }

  @Test
  void nothingIsTakenFromARedoFileThere() throws IOException {
    Files.writeString(path, "old");
    Files.createLink(directory.resolve(".file.rgap-redo"), secret);

    assertThatThrownBy(() -> file(path).recover()).hasMessageContaining("others can write to");
    assertThat(path).hasContent("old");
    assertThat(file(path).write(bytes("new"), ManagedFile.Check.NONE)).isEqualTo(Outcome.REPLACED);
    assertSecretIsSafe();
  }

  @Test
  void aLinkOfAStrangerDoesNotLeadToFilesOfOthers() throws IOException {
    Files.createSymbolicLink(path, secret);
    giveAway(path);
    assertThatThrownBy(() -> file(path).write(bytes("x"), ManagedFile.Check.NONE))
        .hasMessageContaining("the symbolic link " + path + " belongs to ")
        .hasMessageContaining("name " + secret + " itself");
    assertSecretIsSafe();

    Path own = Files.writeString(directory.resolve("own"), "old");
    giveAway(own);
    Files.delete(path);
    Files.createSymbolicLink(path, own);
    giveAway(path);
    assertThat(file(path).write(bytes("x"), ManagedFile.Check.NONE)).isEqualTo(Outcome.REPLACED);
    assertThat(own).hasContent("x");
    assertThat(path).isSymbolicLink();
  }

  /** Whoever wins: nothing of root's gets another owner or another mode. */
  @Test
  void aRaceGivesNothingAway() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread attacker = Thread.ofPlatform().start(() -> attack(done));
    ManagedFile file = new ManagedFile(path, THEIRS);
    for (int i = 0; i < 300; i++) {
      try {
        ManagedFile.Outcome _ = file.write(bytes("content " + i), ManagedFile.Check.NONE);
      } catch (IOException e) {
        // The attacker may stop it.
      }
      assertSecretIsSafe();
    }
    done.set(true);
    attacker.join();
    assertSecretIsSafe();
  }

  private void attack(AtomicBoolean done) {
    for (int i = 0; !done.get(); i++) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, ".file.*")) {
        for (Path each : all) {
          if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(each, directory.resolve("aside" + i));
            Path other = Files.createDirectory(each);
            giveAway(other);
            Files.createLink(other.resolve("new"), secret);
          } else if (i % 2 == 0) {
            Files.delete(each);
            Files.createSymbolicLink(each, secret);
          } else {
            Files.delete(each);
            Files.createLink(each, secret);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // Too late.
      }
    }
  }

  @Test
  void knowsWhereOthersCanRename() throws IOException {
    assertThat(Trust.isSafe(parent)).isTrue();
    assertThat(Trust.isSafe(directory)).isFalse();
    Path within = Files.createDirectory(directory.resolve("within"));
    assertThat(Trust.isSafe(within)).as("its owner can exchange it").isFalse();
    Path shared = Files.createDirectory(parent.resolve("shared"));
    for (String mode : new String[] {"rwxrwxr-x", "rwxr-xrwx"}) {
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(mode));
      assertThat(Trust.isSafe(shared)).as(mode).isFalse();
    }
    Path tmp = Path.of("/tmp");
    assertThat(Trust.isSafe(tmp)).as("others have files in it").isFalse();
  }
}
