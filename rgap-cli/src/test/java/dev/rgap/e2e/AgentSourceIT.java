package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which address, and by which interface, an agent sends. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class AgentSourceIT {

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts("listener", "agent");

  AgentSourceIT() throws IOException, InterruptedException {}

  private void ip(String host, String command) throws Exception {
    String _ = hosts.on(host, Program.of(("ip " + command).split(" ", -1))).run();
  }

  /** Whom an announcement to this destination comes from. */
  private String sender(String listen, String destination) throws Exception {
    RunningProgram sniff =
        programs.start(hosts.on("listener", Program.rgap("sniff", "-l", listen)));
    Program announce = programs.agent("192.0.2.82", "-d", destination, "-i", "200ms");
    RunningProgram agent = programs.start(hosts.on("agent", announce));
    String line = sniff.out().await("address 192\\.0\\.2\\.82");
    agent.stop();
    sniff.stop();
    String address = line.replaceFirst(".*Z \\[?(\\S+?)]?:\\d+ -> .*", "$1");
    return IpAddress.parse(address).toString();
  }

  /** The agent's host has 10.82.71.2 first, and the others later. */
  @ParameterizedTest
  @CsvSource({
    "10.82.71.1:8271@eth0, 10.82.71.2",
    "10.82.71.1:8271@10.82.0.0/16, 10.82.71.2",
    "10.82.71.255:8271@eth0, 10.82.71.2",
    "255.255.255.255:8271@eth0, 10.82.71.2",
    "239.82.71.65:8271@eth0, 10.82.71.2",
    "239.82.71.65:8271@10.82.0.0/16, 10.82.71.2",
    // The subnet of the destination has an address of its own.
    "10.82.72.1:8271@eth0, 10.82.72.2",
  })
  void theFirstAddressOfTheInterfaceIsTheSender(String destination, String sender)
      throws Exception {
    ip("listener", "address add 10.82.72.1/24 dev eth0");
    ip("agent", "address add 10.82.72.2/24 dev eth0");
    ip("agent", "address add 10.82.71.200/24 dev eth0");
    ip("agent", "address add 10.82.73.2/24 dev eth0");
    String listen = destination.startsWith("239") ? "239.82.71.65:8271@eth0" : "0.0.0.0:8271";

    assertThat(sender(listen, destination)).isEqualTo(sender);
  }

  @Test
  void aNetworkIsThatOfTheFirstInterfaceWhichHasAnAddressInIt() throws Exception {
    ip("listener", "address add 192.168.5.1/24 dev eth0");
    ip("agent", "address add 192.168.5.2/24 dev eth0");
    ip("agent", "link add virbr0 type veth peer name port0");
    ip("agent", "address add 192.168.122.1/24 dev virbr0");
    ip("agent", "link set virbr0 up");
    ip("agent", "link set port0 up");

    assertThat(sender("239.82.71.65:8271@eth0", "239.82.71.65:8271@192.168.0.0/16"))
        .isEqualTo("10.82.71.2");
    assertThat(sender("0.0.0.0:8271", "192.168.5.1:8271@192.168.0.0/16")).isEqualTo("192.168.5.2");
  }

  /** A unique local address, made last and first, is none to send to the world from. */
  @ParameterizedTest
  @CsvSource({
    "'[2001:db8:71::1]:8271@eth0', 2001:db8:71::2",
    "'[2001:db8:99::1]:8271@eth0', 2001:db8:71::2",
    "'[2001:db8:99::1]:8271@fd00::/8', 2001:db8:71::2",
    "'[fd00:71::1]:8271@eth0', fd00:71::2",
    "'[ff1e::8271]:8271@eth0', 2001:db8:71::2",
  })
  void theSenderSuitsTheDestination(String destination, String sender) throws Exception {
    ip("listener", "address add fd00:71::1/64 dev eth0 nodad");
    ip("listener", "address add 2001:db8:71::1/64 dev eth0 nodad");
    ip("listener", "address add 2001:db8:99::1/128 dev lo nodad");
    ip("agent", "address add fd00:71::2/64 dev eth0 nodad");
    ip("agent", "address add 2001:db8:71::2/64 dev eth0 nodad");
    ip("agent", "address add fd00:72::2/64 dev eth0 nodad");
    ip("agent", "-6 route add 2001:db8:99::/64 via 2001:db8:71::1");
    String listen = destination.startsWith("[ff") ? "[ff1e::8271]:8271@eth0" : "[::]:8271";

    assertThat(sender(listen, destination)).isEqualTo(sender);
  }

  /** The routes lead out of another interface than the one that is asked for. */
  @Test
  void whereTheRoutesLeadElsewhereTheSenderIsOfTheInterfaceStill() throws Exception {
    ip("agent", "link add dummy0 type veth peer name dummy1");
    ip("agent", "address add fd00:73::2/64 dev dummy0 nodad");
    ip("agent", "address add 2001:db8:73::2/64 dev dummy0 nodad");
    ip("agent", "address add fd00:74::2/64 dev dummy0 nodad");
    ip("agent", "address add 10.82.73.2/24 dev dummy0");
    ip("agent", "address add 10.82.74.2/24 dev dummy0");
    ip("agent", "link set dummy0 up");
    ip("agent", "link set dummy1 up");
    ip("listener", "address add 2001:db8:71::1/64 dev eth0 nodad");
    ip("agent", "address add 2001:db8:71::2/64 dev eth0 nodad");

    assertThat(sender(":8271", "10.82.71.1:8271@dummy0")).isEqualTo("10.82.73.2");
    assertThat(sender(":8271", "[2001:db8:71::1]:8271@dummy0")).isEqualTo("2001:db8:73::2");
  }
}
