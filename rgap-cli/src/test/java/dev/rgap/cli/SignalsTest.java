package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the program as a process of its own and sends it signals. */
class SignalsTest {

  @ParameterizedTest
  @CsvSource({"TERM,15", "INT,2"})
  void endAnAgentWithStatusZero(String signal, int number) throws Exception {
    assumeTrue(!isIgnored(number), "SIG" + signal + " is ignored by whoever started these tests");
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(30_000);
      Process agent =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.rgap.cli.Main",
                  "agent",
                  "--interval=1h",
                  "--address=2001:db8::1",
                  "--psk=" + "0".repeat(64),
                  "--dst=127.0.0.1:" + socket.getLocalPort())
              .redirectErrorStream(true)
              .start();
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

  /** A shell without job control makes what it runs in the background ignore SIGINT. */
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> new BigInteger(line.substring(7).strip(), 16).testBit(signal - 1));
  }
}
