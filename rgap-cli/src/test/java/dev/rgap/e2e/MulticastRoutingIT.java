package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Multicast through a router that forwards it: no further than its TTL, or hop limit, says. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
class MulticastRoutingIT {

  @AutoClose private final RoutedHosts hosts = new RoutedHosts();
  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  MulticastRoutingIT() throws IOException, InterruptedException {}

  private void route(String group) throws Exception {
    String smcroute = Tools.require("smcrouted", "smcroute");
    Path config =
        Files.writeString(
            directory.resolve("smcroute.conf"),
            """
            phyint eth0 enable
            phyint eth1 enable
            mroute from eth0 group %s to eth1
            """
                .formatted(group));
    RunningProgram router =
        programs.start(
            hosts.on(
                "router",
                Program.of(
                    smcroute,
                    "-n",
                    "-N",
                    "-f",
                    config.toString(),
                    "-P",
                    directory.resolve("pid").toString(),
                    "-u",
                    directory.resolve("socket").toString())));
    Eventually.see("its socket", () -> Files.exists(directory.resolve("socket")), there -> there);
    assertThat(router.process().isAlive()).as(router::describe).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "239.82.71.65, 239.82.71.65:8271, 239.82.71.65:8271",
    "239.82.71.65, 239.82.71.65:8271, 239.82.71.65:8271@eth0",
    "ff15::8271, [ff15::8271]:8271@eth0, [ff15::8271]:8271@eth0",
  })
  void passesARouterWithATtlOfTwo(String group, String listen, String destination)
      throws Exception {
    route(group);
    Path config = programs.config(directory, listen, "10m");
    RunningProgram listener =
        Programs.awaitReady(
            programs.start(
                hosts.on("listener", Program.rgap("listener", "-c", config.toString()))));

    announce("192.0.2.1", destination);
    announce("192.0.2.2", destination, "--ttl", "1");
    announce("192.0.2.3", destination, "--ttl", "2");
    listener.log().await("host 192.0.2.3 has joined");
    assertThat(listener.log().matching("host 192.0.2.[12] has joined")).isEmpty();
  }

  private void announce(String address, String destination, String... more) throws Exception {
    Program agent = programs.agent(address, "-d", destination).and(more);
    programs.start(hosts.on("agent", agent)).expectExit(0);
  }
}
