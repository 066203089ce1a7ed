package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents and listeners find each other by every kind of address. */
@Execution(ExecutionMode.CONCURRENT)
class TransportIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:PORT, 127.0.0.1:PORT",
    "localhost:PORT, localhost:PORT",
    ":PORT, localhost:PORT",
    ":PORT, 127.0.0.1:PORT",
    ":PORT, 127.0.0.1:PORT@lo",
    ":PORT, 127.255.255.255:PORT",
    "239.82.71.65:PORT@lo, 239.82.71.65:PORT@lo",
    "239.82.71.65:PORT@127.0.0.0/8, 239.82.71.65:PORT@127.0.0.0/8",
  })
  void reachesListenerByIpv4(String listen, String destination) throws Exception {
    reaches(listen, destination);
  }

  @ParameterizedTest
  @CsvSource({
    "[::1]:PORT, [::1]:PORT",
    ":PORT, [::1]:PORT",
    ":PORT, [::1]:PORT@::1/128",
  })
  void reachesListenerByIpv6(String listen, String destination) throws Exception {
    assumeTrue(hasIpv6(), "this host has no IPv6");
    reaches(listen, destination);
  }

  private void reaches(String listen, String destination) throws Exception {
    String port = Integer.toString(Programs.freePort());
    RunningProgram listener =
        programs.listener(programs.config(directory, listen.replace("PORT", port), "30s"));
    programs.announce("10.0.0.1", "-d", destination.replace("PORT", port));
    listener.log().await("host 10\\.0\\.0\\.1 has joined group 1000$");
    listener.stop();
    assertThat(listener.log().matching("stopped; ").toString()).contains("accepted: 1,");
  }

  @Test
  void oneSocketHearsBothFamilies() throws Exception {
    assumeTrue(hasIpv6(), "this host has no IPv6");
    int port = Programs.freePort();
    RunningProgram listener = programs.listener(programs.config(directory, ":" + port, "30s"));
    programs.announce("10.0.0.1", "-d", "127.0.0.1:" + port);
    programs.announce("fd00::1", "-d", "[::1]:" + port);
    listener.log().await("host 10\\.0\\.0\\.1 has joined");
    listener.log().await("host fd00::1 has joined");
  }

  @Test
  void severalListenersHearOneMulticastGroup() throws Exception {
    String group = "239.82.71.65:" + Programs.freePort() + "@lo";
    Path config = programs.config(directory, group, "30s");
    List<RunningProgram> listeners = List.of(programs.listener(config), programs.listener(config));
    programs.announce("10.0.0.1", "-d", group);
    for (RunningProgram listener : listeners) {
      listener.log().await("host 10\\.0\\.0\\.1 has joined");
    }
  }

  @Test
  void oneAgentReachesSeveralDestinations() throws Exception {
    int first = Programs.freePort();
    int second = Programs.freePort();
    RunningProgram one = programs.listener(programs.config(directory, "127.0.0.1:" + first, "30s"));
    RunningProgram other =
        programs.listener(programs.config(directory, "127.0.0.1:" + second, "30s"));
    programs.announce("10.0.0.1", "-d", "127.0.0.1:" + first, "-d", "127.0.0.1:" + second);
    one.log().await("has joined");
    other.log().await("has joined");
  }

  @Test
  void oneFailingDestinationKeepsNoOtherFromGettingIt() throws Exception {
    int port = Programs.freePort();
    RunningProgram listener =
        programs.listener(programs.config(directory, "127.0.0.1:" + port, "30s"));
    RunningProgram agent =
        programs.start(
            programs.agent(
                "10.0.0.1",
                "-d",
                "unknown.invalid:1",
                "-d",
                "127.0.0.1:" + port,
                "-d",
                "127.0.0.1:1@no-such-if"));
    agent.expectExit(1);
    assertThat(agent.log().matching("^Error: .*unknown\\.invalid")).hasSize(1);
    assertThat(agent.log().matching("^Error: .*no-such-if")).hasSize(1);
    listener.log().await("host 10\\.0\\.0\\.1 has joined");
  }

  @Test
  void secondListenerOnOneUnicastAddressIsAnError() throws Exception {
    Path config = programs.config(directory, "127.0.0.1:" + Programs.freePort(), "30s");
    programs.listener(config);
    RunningProgram second = programs.rgap("listener", "-c", config.toString());
    second.expectExit(1);
    assertThat(second.log().matching("^Error: can't listen on 127\\.0\\.0\\.1")).hasSize(1);
  }

  private static boolean hasIpv6() {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
