package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Agents on a host whose addresses and interfaces change under them. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class AgentAddressIT {

  /** Longer than any test: who leaves has said goodbye. */
  private static final String EXPIRE = "10m";

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts("listener", "agent");
  @TempDir private Path directory;

  AgentAddressIT() throws Exception {}

  private RunningProgram listener() throws Exception {
    return Programs.awaitReady(
        programs.start(
            hosts.on(
                "listener",
                Program.rgap(
                    "listener", "-c", programs.config(directory, ":8271", EXPIRE).toString()))));
  }

  private RunningProgram agent(String... arguments) throws Exception {
    return programs.start(
        hosts.on(
            "agent",
            Program.rgap("agent", "-g", "1000", "-i", "5s", "-d", "10.82.71.1:8271")
                .and(arguments)
                .with("RGAP_PSK", programs.key)));
  }

  private static void joins(RunningProgram listener, String address, int times) throws Exception {
    listener.log().await("host " + address + " has joined group 1000$", times);
  }

  private static void leaves(RunningProgram listener, String address, int times) throws Exception {
    listener.log().await("host " + address + " has left group 1000$", times);
  }

  private void ip(String command) throws Exception {
    hosts.shell("agent", "ip " + command);
  }

  /** A further interface, {@code up0} and so on, whose other end is here, too. */
  private void uplink(int number) throws Exception {
    ip("link add up%d type veth peer name far%d".formatted(number, number));
    ip("link set far%d up".formatted(number));
    ip("link set up%d up".formatted(number));
  }

  @Test
  void membershipFollowsTheAddressOfAnInterface() throws Exception {
    RunningProgram listener = listener();
    RunningProgram agent = agent("-a", "iface:eth0");
    joins(listener, "10.82.71.2", 1);

    ip("address del 10.82.71.2/24 dev eth0");
    ip("address add 10.82.71.77/24 dev eth0");
    joins(listener, "10.82.71.77", 1);
    leaves(listener, "10.82.71.2", 1);
    agent.log().await("announcing 10.82.71.77, not 10.82.71.2 any more$");

    agent.stop();
    leaves(listener, "10.82.71.77", 1);
    assertThat(listener.log().matching("has left")).hasSize(2);
  }

  @Test
  void anInterfaceThatIsRenamedOrGoneComesBack() throws Exception {
    RunningProgram listener = listener();
    RunningProgram agent = agent("-a", "@up*", "-a", "cidr:10.99.0.0/16");
    agent.log().await("@up\\*: there is no such interface");
    uplink(0);
    ip("address add 10.98.0.1/16 dev up0");
    joins(listener, "10.98.0.1", 1);

    // A second uplink, which both sources find: one member.
    uplink(1);
    ip("address add 10.99.0.1/16 dev up1");
    joins(listener, "10.99.0.1", 1);
    ip("link del up0");
    leaves(listener, "10.98.0.1", 1);

    // Under another name it is found by its network still.
    ip("link set up1 down");
    leaves(listener, "10.99.0.1", 1);
    ip("link set up1 name other1");
    ip("link set other1 up");
    joins(listener, "10.99.0.1", 2);
    ip("link set other1 down");
    leaves(listener, "10.99.0.1", 2);
    agent.stop();
    listener.stop();
  }

  @Test
  void withoutAnAddressItAnnouncesTheOneThatTheListenerIsReachedFrom() throws Exception {
    RunningProgram listener = listener();
    RunningProgram agent = agent();
    agent.log().await("no address is given; announcing 10.82.71.2, from which the destinations");
    joins(listener, "10.82.71.2", 1);
    agent.stop();
    leaves(listener, "10.82.71.2", 1);
  }

  @Test
  void temporaryAndTentativeAddressesAreLeftOut() throws Exception {
    RunningProgram listener = listener();
    uplink(0);
    ip("address add 2001:db8::1/64 dev up0 nodad");
    ip("address add 2001:db8::dead/64 dev up0 nodad preferred_lft 0");
    RunningProgram agent = agent("-a", "iface:up0,family=ipv6");
    joins(listener, "2001:db8::1", 1);

    ip("address change 2001:db8::dead/64 dev up0 preferred_lft forever valid_lft forever");
    ip("address change 2001:db8::1/64 dev up0 preferred_lft 0 valid_lft forever");
    joins(listener, "2001:db8::dead", 1);
    leaves(listener, "2001:db8::1", 1);
    agent.stop();
    leaves(listener, "2001:db8::dead", 1);
  }

  @Test
  void oneThatIsToldNotToSayGoodbyeStaysAndOneThatIsKilledDoes() throws Exception {
    RunningProgram listener = listener();
    RunningProgram quiet = agent("-a", "192.0.2.1", "--no-goodbye");
    RunningProgram killed = agent("-a", "192.0.2.2");
    joins(listener, "192.0.2.1", 1);
    joins(listener, "192.0.2.2", 1);
    quiet.stop();
    killed.signal("KILL");
    RunningProgram polite = agent("-a", "192.0.2.3");
    joins(listener, "192.0.2.3", 1);
    polite.stop();
    leaves(listener, "192.0.2.3", 1);
    assertThat(listener.log().matching("has left")).hasSize(1);
  }
}
