package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which interface a listener hears a multicast group, while interfaces come, go and change. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class InterfacesIT {

  private static final String NO_SUCH_ROUTE = "ip route del default";

  /** Longer than two looks at the interfaces. */
  private static final String LOOKS = "sleep 5";

  @AutoClose private final Programs programs = new Programs();
  @AutoClose private final WiredHosts hosts = new WiredHosts();
  @TempDir private Path directory;

  private int announced;

  InterfacesIT() throws IOException, InterruptedException {}

  private RunningProgram listener(String listen) throws Exception {
    Path config = programs.config(directory, listen, "10m");
    return Programs.awaitReady(
        programs.start(hosts.on("listener", Program.rgap("listener", "-c", config.toString()))));
  }

  /** The next address is heard when it is announced to the group on this network of the agent's. */
  private void heard(RunningProgram listener, String destination) throws Exception {
    String address = "10.0.0." + ++announced;
    programs.start(hosts.on("agent", programs.agent(address, "-d", destination))).expectExit(0);
    listener.log().await("host " + address + " has joined");
  }

  private void appears(String device, String... more) throws Exception {
    hosts.run("listener", "ip link add %s type veth peer name %sx".formatted(device, device));
    hosts.run("listener", "ip link set %s up && ip link set %sx up".formatted(device, device));
    for (String each : more) {
      hosts.run("listener", each);
    }
  }

  @Test
  void theSystemsChoiceIsSaidAndKeptWhenABridgeAppears() throws Exception {
    hosts.run("listener", NO_SUCH_ROUTE);
    RunningProgram listener = listener("239.82.71.65:8271");
    listener.log().await("joined on interface eth0 .*the system's choice");
    appears("br0", "ip address add 172.17.0.1/16 dev br0");
    hosts.run("listener", LOOKS);
    heard(listener, "239.82.71.65:8271@eth0");
    assertThat(listener.log().matching("br0")).isEmpty();
  }

  @Test
  void theFirstRouteCorrectsAChoiceThatNoneHasMade() throws Exception {
    hosts.run("listener", NO_SUCH_ROUTE);
    RunningProgram listener = listener("239.82.71.65:8271");
    listener.log().await("joined on interface eth0 ");
    hosts.run("listener", "ip route add default dev eth1");
    listener.log().await("joined on interface eth1 ");
    heard(listener, "239.82.71.65:8271@eth1");
    hosts.run("listener", "ip route replace default dev eth0");
    hosts.run("listener", LOOKS);
    heard(listener, "239.82.71.65:8271@eth1");
    assertThat(listener.log().matching("joined on interface")).hasSize(2);
  }

  @Test
  void theInterfaceIsKeptWhenAnotherOneTakesTheDefaultRoute() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271");
    appears("wg0", "ip address add 10.99.0.2/24 dev wg0", "ip route replace default dev wg0");
    hosts.run("listener", LOOKS);
    heard(listener, "239.82.71.65:8271@eth0");
    assertThat(listener.log().matching("wg0")).isEmpty();
  }

  @Test
  void anotherInterfaceServesWhileTheUsualOneIsDown() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271");
    hosts.run("listener", "ip link set eth0 down");
    listener.log().await("joined on interface eth1 ");
    heard(listener, "239.82.71.65:8271@eth1");
    hosts.run("listener", "ip link set eth0 up && ip route add default dev eth0");
    listener.log().await("joined on interface eth0 ", 2);
    heard(listener, "239.82.71.65:8271@eth0");
  }

  @Test
  void anInterfaceIsKeptWhenAnotherOneGetsAnAddressInTheNetwork() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271@10.82.0.0/15");
    listener.log().await("joined on interface eth0 ");
    // Lower indexes come first: eth0 must not be the lowest that fits.
    hosts.run("listener", "ip address add 10.83.1.1/24 dev lo");
    hosts.run("listener", LOOKS);
    heard(listener, "239.82.71.65:8271@eth0");
    assertThat(listener.log().matching("joined on interface")).hasSize(1);
  }

  @Test
  void theRouteCountsAndNotTheAddressThatItSendsFrom() throws Exception {
    hosts.run(
        "listener",
        "ip address add 10.99.0.1/32 dev lo && ip route replace default dev eth0 src 10.99.0.1");
    RunningProgram listener = listener("239.82.71.65:8271");
    listener.log().await("joined on interface eth0 ");
    heard(listener, "239.82.71.65:8271@eth0");
  }

  @Test
  void interfacesAreTakenInTheOrderOfTheirIndexes() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271@10.82.0.0/16");
    listener.log().await("joined on interface eth0 ");
    heard(listener, "239.82.71.65:8271@eth0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"239.82.71.65:8271", "239.82.71.65:8271@eth0", "[ff15::8271]:8271@eth0"})
  void aMembershipThatTheKernelHasDroppedIsNoticed(String listen) throws Exception {
    RunningProgram listener = listener(listen);
    String index = indexOfEth0();
    hosts.takeAway("listener", "eth0");
    hosts.bringBack("listener", "eth0", "10.82.71.1/24");
    hosts.run("listener", "ip route replace default dev eth0");
    assumeTrue(index.equals(indexOfEth0()), "the interface came back with another index");
    listener.log().await("joined on interface eth0 ", 2);
    heard(listener, listen.indexOf('@') < 0 ? listen + "@eth0" : listen);
    listener.stop();
  }

  private String indexOfEth0() throws Exception {
    return hosts.on("listener", Program.of("cat", "/sys/class/net/eth0/ifindex")).run();
  }

  @Test
  void unicastIsHeardWhileTheGroupsInterfaceIsAway() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271@eth0");
    hosts.takeAway("listener", "eth0");
    listener.log().await("WARNING .*the multicast group can't be heard at the moment.*eth0");
    heard(listener, "10.82.72.1:8271@eth1");
    hosts.bringBack("listener", "eth0", "10.82.71.1/24");
    listener.log().await("the multicast group can be heard again");
    heard(listener, "239.82.71.65:8271@eth0");
    assertThat(listener.log().matching("can't be heard")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    ":8271, true",
    "127.0.0.1:8271, true",
    "10.82.71.1:8271, true",
    "':8271\", \"239.82.71.65:8271@eth0', true",
    "'239.82.71.65:8271@eth0\", \":8271', true",
    "'10.82.71.1:8271\", \"239.82.71.65:8271@eth0', true",
    "239.82.71.65:8271@eth0, false",
  })
  void noOtherUserGetsAShareOfThePortOfAnAddress(String listen, boolean exclusive)
      throws Exception {
    RunningProgram listener = listener(listen);
    boolean one = listen.startsWith("127.") || listen.startsWith("10.");
    String own = listen.startsWith("127.") ? "127.0.0.1" : "10.82.71.1";
    String[] tried =
        one ? new String[] {own, "all"} : new String[] {own, "127.0.0.1", "::1", "all"};
    RunningProgram thief =
        programs.start(hosts.on("listener", PortThief.program(directory, 8271, tried)));
    thief.expectExit(0);
    assertThat(thief.out().matching("^bound " + own + "$")).hasSize(exclusive ? 0 : 1);
    if (exclusive) {
      assertThat(thief.out().all())
          .hasSize(tried.length)
          .allMatch(each -> each.startsWith("refused"));
    }
    if (!own.equals("127.0.0.1")) {
      heard(listener, own + ":8271");
    }
  }
}
