package dev.rgap.e2e;

import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What can't be sent to or listened on is said with the reason and with what to do. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
class UnreachableIT {

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts("host");

  UnreachableIT() throws IOException, InterruptedException {}

  private void fails(Program program, String error) throws Exception {
    RunningProgram run = programs.start(hosts.on("host", program)).expectExit(1);
    run.log().await(error);
  }

  @Test
  void aGroupThatNoRouteLeadsToNamesTheInterfacesThereAre() throws Exception {
    hosts.shell("host", "ip route del default");

    fails(
        programs.agent("192.0.2.1", "-d", "239.82.71.65:8271"),
        "Error: can't send to 239\\.82\\.71\\.65:8271: Network is unreachable \\(no route leads to this"
            + " multicast group; choose an interface: 239\\.82\\.71\\.65:8271@INTERFACE, which is one"
            + " of lo, eth0\\)$");
    // And that is enough.
    programs
        .start(hosts.on("host", programs.agent("192.0.2.1", "-d", "239.82.71.65:8271@eth0")))
        .expectExit(0);
  }

  @Test
  void whereThereIsNoIpv6TheAddressThatNeedsItIsNamed() throws Exception {
    hosts.shell("host", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6");

    fails(
        programs.agent("192.0.2.1", "-d", "[::1]:8271"),
        "Error: can't send to \\[::1]:8271: .*::1 is an IPv6 address, and this host has no IPv6");
    fails(
        Program.rgap("sniff", "-l", "[::1]:8271"),
        "Error: can't listen on \\[::1]:8271: .*::1 is an IPv6 address, and this host has no IPv6");
  }

  @Test
  void anAddressOfAnotherHostIsToldFromAPortInUse() throws Exception {
    fails(
        Program.rgap("sniff", "-l", "192.0.2.99:8271"),
        "\\(192\\.0\\.2\\.99 is no address of this host, which has 127\\.0\\.0\\.1, ");
  }
}
