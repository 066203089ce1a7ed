package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Agents that know the listener by its name, and name servers that are not always in order. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class AgentNamesIT {

  private static final String NAME = "listeners.example";
  private static final String MEMBER = "192.0.2.82";
  private static final String JOINED = "host " + MEMBER + " has joined group 1000$";

  @AutoClose private final Programs programs = new Programs();

  /** 10.82.71.1 to .5 and fd00:71::1 to ::5. */
  private final BridgedHosts hosts = programs.hosts("listener", "agent", "dns1", "dns2", "second");

  @TempDir private Path directory;

  AgentNamesIT() throws IOException, InterruptedException {}

  @BeforeEach
  void addIpv6() throws Exception {
    int number = 1;
    for (String host : List.of("listener", "agent", "dns1", "dns2", "second")) {
      ip(host, "address add fd00:71::" + number + "/64 dev eth0 nodad");
      number++;
    }
  }

  private void ip(String host, String command) throws Exception {
    String _ = hosts.on(host, Program.of(("ip " + command).split(" ", -1))).run();
  }

  private RunningProgram listener(String host, String expire, String... outputs) throws Exception {
    Path config = programs.config(directory, ":8271", expire, outputs);
    return Programs.awaitReady(
        programs.start(hosts.on(host, Program.rgap("listener", "-c", config.toString()))));
  }

  /** Starts a name server that knows the name by these addresses. */
  private RunningProgram nameServer(String host, String... addresses) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Tools.require("dnsmasq", "dnsmasq-base"));
    words.addAll(List.of("--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null"));
    words.addAll(List.of("--no-resolv", "--no-hosts", "--user=root", "--pid-file="));
    words.add("--host-record=" + NAME + "," + String.join(",", addresses));
    RunningProgram server =
        programs.start(hosts.on(host, Program.of(words.toArray(String[]::new))));
    server.log().await("started, version");
    return server;
  }

  /** An agent whose resolv.conf names these servers. */
  private RunningProgram agent(List<String> servers, String interval) throws IOException {
    Path file = directory.resolve("resolv.conf");
    StringBuilder text = new StringBuilder();
    for (String server : servers) {
      text.append("nameserver ").append(server).append('\n');
    }
    Files.writeString(file, text);
    // The mounts of 'ip netns exec' are its own.
    String script = "mount --bind " + file + " /etc/resolv.conf && exec \"$0\" \"$@\"";
    Program agent = programs.agent(MEMBER, "-d", NAME + ":8271", "-i", interval);
    return programs.start(hosts.on("agent", agent.by("sh", "-c", script)));
  }

  /** The first server hears and never answers: a look-up takes 5 s, as long as the interval. */
  @Test
  void aDeadFirstNameServerDelaysTheFirstAnnouncementOnly() throws Exception {
    nameServer("dns1", "10.82.71.9").signal("STOP");
    RunningProgram _ = nameServer("dns2", "10.82.71.1");
    RunningProgram listener = listener("listener", "12s");
    RunningProgram agent = agent(List.of("10.82.71.3", "10.82.71.4"), "5s");
    listener.log().await(JOINED);
    agent.log().await("looking up listeners\\.example takes long; .* known: 10\\.82\\.71\\.1$");
    assertThat(listener.log().matching("has left")).isEmpty();
    agent.stop();
    listener.stop();
    assertThat(listener.log().await("stopped; ")).doesNotContain("accepted: 1,");
    assertThat(agent.log().matching("takes long;")).hasSize(1);
  }

  @Test
  void announcingOnceWaitsForADeadFirstNameServer() throws Exception {
    nameServer("dns1", "10.82.71.9").signal("STOP");
    RunningProgram _ = nameServer("dns2", "10.82.71.1");
    // The announcement is made after the look-up: one of 5 s before would be stale.
    RunningProgram listener = listener("listener", "3s");
    agent(List.of("10.82.71.3", "10.82.71.4"), "0s").expectExit(0);
    listener.log().await(JOINED);
  }

  @Test
  void membersStayWhileTheOnlyNameServerIsAway() throws Exception {
    RunningProgram server = nameServer("dns1", "10.82.71.1");
    RunningProgram listener = listener("listener", "4s", "{kind: log, spec: {interval: 100ms}}");
    RunningProgram agent = agent(List.of("10.82.71.3"), "200ms");
    listener.log().await(JOINED);
    server.signal("STOP");
    agent.log().await("looking up listeners\\.example takes long");
    // For three times as long as it lives without announcements, and longer than one look-up.
    listener.log().await("members: 1$", listener.log().matching("members: 1$").size() + 120);
    server.signal("CONT");
    agent.log().await("listeners\\.example is looked up again$");
    server.signal("KILL");
    agent.log().await("listeners\\.example can't be looked up \\(.*known last: 10\\.82\\.71\\.1$");
    listener.log().await("members: 1$", listener.log().matching("members: 1$").size() + 60);

    RunningProgram _ = nameServer("dns1", "10.82.71.1");
    agent.log().await("listeners\\.example is looked up again$", 2);
    assertThat(listener.log().matching("has left")).isEmpty();
    agent.stop();
    // It takes long, it has failed at last; and then there is nobody who would answer. Only the
    // question that the server was killed with, if there was one, takes long once more.
    assertThat(agent.log().matching("WARNING.* can't be looked up")).hasSize(2);
    assertThat(agent.log().matching("WARNING.* takes long;")).hasSizeBetween(1, 2);
    assertThat(agent.log().matching("WARNING")).hasSizeLessThan(5);
  }

  @Test
  void aHostWithoutIpv4ReachesTheListenerByIpv6AndSaysNothing() throws Exception {
    RunningProgram _ = nameServer("dns1", "10.82.71.1", "fd00:71::1");
    RunningProgram listener = listener("listener", "30s");
    ip("agent", "-4 route flush table main");
    ip("agent", "-4 address flush dev eth0");
    List<String> servers = List.of("fd00:71::3");
    RunningProgram often = agent(servers, "200ms");
    listener.log().await(JOINED);
    assertThat(agent(servers, "0s").expectExit(0).log().all()).isEmpty();
    assertThat(often.stop().log().matching("WARNING|ERROR")).isEmpty();
  }

  @Test
  void allAddressesOfTheNameAreAnnouncedTo() throws Exception {
    RunningProgram _ = nameServer("dns1", "10.82.71.1", "fd00:71::5");
    RunningProgram one = listener("listener", "30s");
    RunningProgram two = listener("second", "30s");
    agent(List.of("10.82.71.3"), "0s").expectExit(0);
    one.log().await(JOINED);
    two.log().await(JOINED);
  }

  @Test
  void stoppedWhileItLooksUpItIsAnErrorIfNothingWasSent() throws Exception {
    nameServer("dns1", "10.82.71.1").signal("STOP");
    RunningProgram once = agent(List.of("10.82.71.3"), "0s");
    awaitLookUp();
    once.signal("TERM");
    once.expectExit(1).log().await("^Error: stopped before it was done$");

    RunningProgram often = agent(List.of("10.82.71.3"), "1s");
    often.log().await("looking it up takes longer than the interval; trying again");
    often.stop();
  }

  /** Waits until a program on the agent's host looks up something. */
  private void awaitLookUp() throws Exception {
    String threads =
        "for p in $(ip netns pids $(ip netns identify $$)); do cat /proc/$p/task/*/comm; done";
    Program look = hosts.on("agent", Program.of("sh", "-c", threads + " 2>/dev/null || true"));
    String _ = Eventually.see("a look-up", look::run, seen -> seen.contains("rgap-lookup"));
  }
}
