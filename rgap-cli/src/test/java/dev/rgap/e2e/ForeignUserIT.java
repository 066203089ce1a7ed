package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user of the host, who would like to answer in the name server's place. */
class ForeignUserIT {

  private static final String NOBODY = "65534";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @Test
  void getsNoneOfTheNameServersSocketsAtAllAddresses() throws Exception {
    int port = Programs.freePort();
    start(":" + port);

    assertThat(tryToTake(port, "127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"))
        .isEqualTo("tried\n");
    assertThat(Dig.ask(port, NameServer.NAME).status()).isEqualTo("NOERROR");
  }

  @Test
  void getsNoneOfTheNameServersSocketsAtOneAddress() throws Exception {
    int port = Programs.freePort();
    start("127.0.0.1:" + port);

    assertThat(tryToTake(port, "127.0.0.1", "0.0.0.0", "::")).isEqualTo("tried\n");
    assertThat(Dig.ask(port, NameServer.NAME).status()).isEqualTo("NOERROR");
  }

  private void start(String bind) throws Exception {
    assumeTrue(ProcessHandle.current().info().user().filter("root"::equals).isPresent());
    String _ = Tools.require("dig", "bind9-dnsutils");
    Path config =
        NameServer.config(
            programs, directory, "30s", Programs.freePort(), bind, NameServer.WORKERS);
    RunningProgram _ = programs.listener(config);
  }

  private static String tryToTake(int port, String... addresses) throws Exception {
    String setpriv = Tools.require("setpriv", "util-linux");
    Path readable = Files.createTempDirectory("rgap-foreign-user");
    try {
      Path classFile = readable.resolve("dev/rgap/e2e/PortTaker.class");
      Files.createDirectories(classFile.getParent());
      try (InputStream compiled = PortTaker.class.getResourceAsStream("PortTaker.class")) {
        Files.copy(compiled, classFile);
      }
      try (Stream<Path> files = Files.walk(readable)) {
        for (Path file : files.toList()) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
      List<String> words = new ArrayList<>();
      words.addAll(List.of(setpriv, "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
      words.addAll(List.of(Program.java(), "-cp", readable.toString()));
      words.addAll(List.of(PortTaker.class.getName(), String.valueOf(port)));
      words.addAll(Arrays.asList(addresses));
      return Program.of(words.toArray(String[]::new)).run();
    } finally {
      try (Stream<Path> files = Files.walk(readable)) {
        for (Path file : files.toList().reversed()) {
          Files.delete(file);
        }
      }
    }
  }
}
