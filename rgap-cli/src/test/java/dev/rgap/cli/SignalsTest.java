package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the program as a process of its own and sends it signals; holds docs/signals.md against it.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsTest {

  @ParameterizedTest
  @CsvSource({"TERM,15", "INT,2"})
  void endAnAgentWithStatusZero(String signal, int number) throws Exception {
    assumeTrue(!isIgnored(number), "SIG" + signal + " is ignored by whoever started these tests");
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(30_000);
      Process agent =
          start(
              "agent",
              "--interval=1h",
              "--address=2001:db8::1",
              "--psk=" + "0".repeat(64),
              "--dst=127.0.0.1:" + socket.getLocalPort());
      try {
        socket.receive(new DatagramPacket(new byte[100], 100));
        new ProcessBuilder("kill", "-" + signal, "" + agent.pid()).start().waitFor();

        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isZero();
        assertThat(agent.getInputStream().readAllBytes()).isEmpty();
      } finally {
        agent.destroyForcibly();
      }
    }
  }

  @Test
  void whatAnAgentOutlives() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(30_000);
      Process agent =
          start(
              "agent",
              "--interval=100ms",
              "--address=::1",
              "--psk=" + "0".repeat(64),
              "--dst=127.0.0.1:" + socket.getLocalPort());
      try {
        socket.receive(new DatagramPacket(new byte[100], 100));

        outlivesAll(
            agent,
            "SIGHUP is ignored: nothing is read again while rgap runs; restart it to apply changes");
      } finally {
        agent.destroyForcibly();
      }
    }
  }

  @Test
  void whatAListenerOutlives(@TempDir Path directory) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("rgap.yaml"),
            "{listen: ['127.0.0.1:0'], groups: [{id: 1, psk: "
                + "0".repeat(64)
                + ", expire: 1m}], outputs: [{kind: noop}]}");
    Process listener = start("listener", "-c", config.toString());
    try {
      awaitLine(listener, "listener ready");

      outlivesAll(listener, config + " was read again: nothing has changed");
    } finally {
      listener.destroyForcibly();
    }
  }

  private static Process start(String... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.rgap.cli.Main"));
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words).redirectErrorStream(true).start();
  }

  /** Byte by byte, so that nothing is read ahead. */
  private static void awaitLine(Process program, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (!read.toString().endsWith(end + "\n")) {
      int b = program.getInputStream().read();
      assertThat(b).as("%s, after %s", end, read).isNotNegative();
      read.append((char) b);
    }
  }

  private static void outlivesAll(Process program, String hangup) throws Exception {
    List<String> outlived = new ArrayList<>();
    for (String row : Files.readAllLines(Path.of("../docs/signals.md"))) {
      if (row.startsWith("| `") && row.contains("| goes on")) {
        for (String cell : row.split("\\|", -1)[1].split(",", -1)) {
          outlived.add(cell.strip().replace("`", ""));
        }
      }
    }
    assertThat(outlived).contains("HUP", "USR1", "PIPE", "WINCH", "USR2", "QUIT", "CONT");
    for (String signal : outlived) {
      new ProcessBuilder("kill", "-" + signal, "" + program.pid()).start().waitFor();
      if (signal.equals("HUP")) {
        if (!isIgnored(1)) { // nohup
          awaitLine(program, hangup);
        }
      } else if (signal.equals("USR1") || signal.equals("ALRM")) {
        awaitLine(program, "SIG" + signal + " is ignored");
      }
    }
    assertThat(program.isAlive()).isTrue();

    new ProcessBuilder("kill", "-TERM", "" + program.pid()).start().waitFor();
    program.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isZero();
  }

  /** A shell without job control makes what it runs in the background ignore SIGINT. */
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> new BigInteger(line.substring(7).strip(), 16).testBit(signal - 1));
  }
}
