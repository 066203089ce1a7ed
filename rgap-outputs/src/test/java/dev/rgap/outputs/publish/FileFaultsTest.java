package dev.rgap.outputs.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.ManagedFile.Outcome;
import dev.rgap.host.files.WantedOwnership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What real file systems do to a file that is to be written. */
@EnabledIf(
    value = "dev.rgap.outputs.publish.FileFaultsTest#isRoot",
    disabledReason = "file systems are mounted, which only root may do")
class FileFaultsTest {

  private static final ManagedFile.Check NO_CHECK = candidate -> {};

  @TempDir private Path directory;
  private final Deque<Path> mounted = new ArrayDeque<>();

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", words), output).isZero();
  }

  private Path tmpfs(String size) throws Exception {
    Path mount = Files.createDirectory(directory.resolve("tmpfs"));
    run("mount", "-t", "tmpfs", "-o", "size=" + size, "rgap-test", mount.toString());
    mounted.push(mount);
    return mount;
  }

  private void bind(Path from, Path to) throws Exception {
    run("mount", "--bind", from.toString(), to.toString());
    mounted.push(to);
  }

  @AfterEach
  void unmount() throws Exception {
    while (!mounted.isEmpty()) {
      run("umount", "--lazy", mounted.pop().toString());
    }
  }

  private static ManagedFile file(Path path) {
    return new ManagedFile(path, WantedOwnership.KEPT);
  }

  private static Outcome write(Path path, String text) throws IOException {
    return file(path).write(text.getBytes(UTF_8), NO_CHECK);
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws Exception {
    Path mount = tmpfs("128k");
    Path path = mount.resolve("file");
    write(path, "old");
    Path ballast = mount.resolve("ballast");
    Files.write(ballast, new byte[100 << 10]);

    String large = "x".repeat(60 << 10);
    assertThatThrownBy(() -> write(path, large)).hasMessage(path + ": No space left on device");
    assertThat(path).hasContent("old");
    assertThat(files(mount)).isEqualTo(2);

    Files.delete(ballast);
    assertThat(write(path, large)).isEqualTo(Outcome.REPLACED);
  }

  @Test
  void aReadOnlyDiskLeavesTheOldFile() throws Exception {
    Path mount = tmpfs("1m");
    Path path = mount.resolve("file");
    write(path, "old");
    run("mount", "-o", "remount,ro", mount.toString());

    assertThatThrownBy(() -> write(path, "new"))
        .hasMessage(path + ": the file system is read-only");
    assertThat(write(path, "old")).isEqualTo(Outcome.UNCHANGED);
    assertThat(path).hasContent("old");

    run("mount", "-o", "remount,rw", mount.toString());
    assertThat(write(path, "new")).isEqualTo(Outcome.REPLACED);
  }

  /** As Docker and Kubernetes mount /etc/hosts into a container. */
  @Test
  void aFileThatIsMountedByItselfIsOverwrittenInPlace() throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "old and long\n");
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rw-r-----"));
    Path etc = Files.createDirectory(directory.resolve("etc"));
    Path hosts = Files.createFile(etc.resolve("hosts"));
    bind(outside, hosts);

    assertThat(write(hosts, "new\n")).isEqualTo(Outcome.IN_PLACE);
    assertThat(hosts).hasContent("new\n");
    assertThat(outside).hasContent("new\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
        .isEqualTo("rw-r-----");
    assertThat(files(etc)).isEqualTo(1);
    assertThat(write(hosts, "new\n")).isEqualTo(Outcome.UNCHANGED);
  }

  /** A container whose root can't be written, with a file mounted into it. */
  @Test
  void aFileInADirectoryThatCanNotBeWrittenIsOverwrittenInPlace() throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "old and long\n");
    Path root = tmpfs("1m");
    Path hosts = Files.createFile(root.resolve("hosts"));
    run("mount", "-o", "remount,ro", root.toString());
    bind(outside, hosts);

    assertThat(write(hosts, "new\n")).isEqualTo(Outcome.IN_PLACE);
    assertThat(outside).hasContent("new\n");

    assertThatThrownBy(() ->
            file(hosts)
                .write(
                    "bad\n".getBytes(UTF_8),
                    candidate -> {
                      assertThat(candidate).hasContent("bad\n");
                      throw new ManagedFile.RefusedException("no");
                    }))
        .hasMessage("no");
    assertThat(outside).hasContent("new\n");
  }

  @Test
  void aFullDiskLeavesAFileThatIsOverwrittenInPlace() throws Exception {
    Path small = tmpfs("128k");
    Path outside = Files.writeString(small.resolve("outside"), "old and long\n");
    Files.write(small.resolve("ballast"), new byte[100 << 10]);
    Path hosts = Files.createFile(directory.resolve("hosts"));
    bind(outside, hosts);

    assertThatThrownBy(() -> write(hosts, "x".repeat(60 << 10)))
        .hasMessage(hosts + ": No space left on device");
    assertThat(outside).hasContent("old and long\n");
    // What could not be done is not forgotten, and not done again once something else is wanted.
    assertThat(write(hosts, "new\n")).isEqualTo(Outcome.IN_PLACE);
    file(hosts).recover();
    assertThat(outside).hasContent("new\n");
  }

  @Test
  void takesNothingFromAFileThatSomebodyElseHasLeft() throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "old");
    Path redo = Files.writeString(directory.resolve(".file.rgap-redo"), "theirs");
    run("chown", "1234", redo.toString());

    assertThatThrownBy(() -> file(path).recover())
        .hasMessage(
            path + ": " + redo + " belongs to 1234, so nothing is taken from it; delete it");
    assertThat(path).hasContent("old");
  }

  @Test
  void theOwnerOfAFileIsKept() throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "old");
    run("chown", "1234:4321", path.toString());

    assertThat(write(path, "new")).isEqualTo(Outcome.REPLACED);
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(1234);
    assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(4321);

    ManagedFile other =
        new ManagedFile(
            path, new WantedOwnership(Optional.empty(), Optional.of("1"), Optional.of("2")));
    assertThat(other.write("new".getBytes(UTF_8), NO_CHECK)).isEqualTo(Outcome.UNCHANGED);
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(1);
    assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(2);
  }
}
