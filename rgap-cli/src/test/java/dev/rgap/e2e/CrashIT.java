package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM that crashes leaves nothing in which the key is, neither a file nor, which {@link Programs}
 * looks for, a line: the JVM's own report holds the command line, and a core all of the memory.
 */
@Timeout(120)
class CrashIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private Path working;

  @BeforeEach
  void makeWorkingDirectory() throws IOException {
    working = Files.createDirectory(directory.resolve("working"));
  }

  private static Program withCores(Program program) {
    return program.by("sh", "-c", "ulimit -c $(ulimit -Hc); exec \"$@\"", "sh");
  }

  private void crash(RunningProgram running) throws Exception {
    running.signal("SEGV");
    assertThat(running.awaitExit()).isNotZero();
    assertThat(running.out().all().toString() + running.log().all())
        .contains("A fatal error has been detected by the Java Runtime Environment");
    try (Stream<Path> left = Files.list(working)) {
      assertThat(left).isEmpty();
    }
  }

  /** Waits until it announces; its last argument is where to. */
  private RunningProgram announcing(String options, String... command) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      RunningProgram running =
          programs.start(
              withCores(
                  Program.packaged(options, command)
                      .and("127.0.0.1:" + socket.getLocalPort())
                      .in(working)));
      socket.setSoTimeout(30_000);
      socket.receive(new DatagramPacket(new byte[100], 100));
      return running;
    }
  }

  @Test
  void ofAnAgent() throws Exception {
    crash(announcing("agent", "agent", "-a", "10.0.0.1", "-k", programs.key, "-i", "1s", "-d"));
  }

  @Test
  void ofAnotherCommandWithAKey() throws Exception {
    crash(announcing("command", "bench", "-k", programs.key, "--duration", "1h", "--rate", "10"));
  }

  @Test
  void ofAListener() throws Exception {
    Path config = programs.config(directory, "127.0.0.1:0", "15s");
    RunningProgram listener =
        programs.start(
            withCores(
                Program.packagedListener("-c", config.toString())
                    .with("RGAP_PSK", programs.key)
                    .in(working)));

    crash(Programs.awaitReady(listener));
  }
}
