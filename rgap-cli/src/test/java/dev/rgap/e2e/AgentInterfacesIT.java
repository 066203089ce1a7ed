package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An agent that sends by all interfaces that are named alike. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class AgentInterfacesIT {

  private static final String GROUP = "239.82.71.65:8271";

  @AutoClose private final Programs programs = new Programs();
  @AutoClose private final WiredHosts hosts = new WiredHosts();

  AgentInterfacesIT() throws IOException, InterruptedException {}

  @Test
  void eachThatIsUpIsSentBy() throws Exception {
    RunningProgram sniff =
        programs.start(
            hosts.on(
                "listener", Program.rgap("sniff", "-l", GROUP + "@eth0", "-l", GROUP + "@eth1")));
    RunningProgram agent =
        programs.start(
            hosts.on("agent", programs.agent("192.0.2.82", "-d", GROUP + "@eth*", "-i", "200ms")));
    sniff.out().await("10\\.82\\.71\\.2:\\d+ -> .*address 192\\.0\\.2\\.82");
    sniff.out().await("10\\.82\\.72\\.2:\\d+ -> .*address 192\\.0\\.2\\.82");

    hosts.run("agent", "ip link set eth0 down");
    int before = sniff.out().matching("10\\.82\\.72\\.2:\\d+ -> ").size();
    sniff.out().await("10\\.82\\.72\\.2:\\d+ -> ", before + 3);
    assertThat(agent.log().matching("can't")).isEmpty();

    hosts.run("agent", "ip link set eth1 down");
    agent.log().await("no network interface that is up is named eth\\* \\(there are: lo, ");
    hosts.run("agent", "ip link set eth1 up");
    agent.log().await("sending again");
    agent.stop();
    sniff.stop();
  }
}
