package dev.rgap.host.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with a POSIX ACL that lets a user read it, and not the group that it belongs to. */
class AccessControlListTest {

  /** As the kernel has it: version, and an entry of tag, permissions and id a row. */
  private static final String SET =
      """
      import os, struct, sys
      any = 0xffffffff
      entries = [(1, 6, any), (2, 4, 1234), (4, 0, any), (16, 4, any), (32, 0, any)]
      acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *entry) for entry in entries)
      os.setxattr(sys.argv[1], 'system.posix_acl_access', acl)
      """;

  private static final String GET =
      """
      import os, sys
      names = [name for name in os.listxattr(sys.argv[1]) if name.startswith('system.')]
      print([(name, os.getxattr(sys.argv[1], name).hex()) for name in names])
      """;

  @TempDir private Path directory;
  private Path path;
  private String acl;

  private static String python(String program, Path file) throws Exception {
    Process process =
        new ProcessBuilder(List.of("python3", "-c", program, file.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    Assumptions.assumeTrue(process.waitFor() == 0, () -> "no ACLs here: " + output);
    return output;
  }

  @BeforeEach
  void setUp() throws Exception {
    path = Files.writeString(directory.resolve("file"), "old");
    try {
      python(SET, path);
    } catch (IOException e) {
      Assumptions.abort("no python3: " + e);
    }
    acl = python(GET, path);
    assertThat(acl).contains("posix_acl_access");
    assertThat(mode()).as("what ls and the JDK show is the mask").isEqualTo("rw-r-----");
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void isHandedOnToTheNewFile() throws Exception {
    ManagedFile file = new ManagedFile(path, WantedOwnership.KEPT);
    assertThat(file.write("new".getBytes(UTF_8), ManagedFile.Check.NONE))
        .isEqualTo(Outcome.REPLACED);
    assertThat(path).hasContent("new");
    assertThat(python(GET, path)).isEqualTo(acl);
    assertThat(mode()).isEqualTo("rw-r-----");
  }

  @Test
  void isNotWidenedByAModeThatIsWanted() throws Exception {
    ManagedFile file =
        new ManagedFile(
            path,
            new WantedOwnership(
                Optional.of(PosixFilePermissions.fromString("r--r-----")),
                Optional.empty(),
                Optional.empty()));
    assertThat(file.write("new".getBytes(UTF_8), candidate -> {})).isEqualTo(Outcome.REPLACED);
    assertThat(mode()).isEqualTo("r--r-----");
    assertThat(python(GET, path)).as("the group's entry").contains("04000000ffffffff");
  }

  @Test
  void staysWhenTheFileIsWrittenInPlace() throws Exception {
    ManagedFile file = new ManagedFile(path, WantedOwnership.KEPT, ManagedFile.Placement.IN_PLACE);
    assertThat(file.write("new".getBytes(UTF_8), ManagedFile.Check.NONE))
        .isEqualTo(Outcome.IN_PLACE);
    assertThat(python(GET, path)).isEqualTo(acl);
  }
}
