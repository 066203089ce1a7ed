package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name server on port 53 of a host of its own, asked from another host. */
@Execution(ExecutionMode.CONCURRENT)
class DnsNamespacesIT {

  private static final String SERVER = "10.82.71.1";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @BeforeEach
  void needNamespaces() {
    assumeTrue(BridgedHosts.possible(), "network namespaces need root");
  }

  /** Starts a listener with these members on the host {@code server}. */
  private void serve(BridgedHosts hosts, String bind, String... members) throws Exception {
    int port = Programs.freePort();
    Path config =
        NameServer.config(
            programs,
            directory,
            "1m",
            port,
            bind,
            "mappings: {worker.example.com: {group: 1000}, other.example.com: {group: 7}}");
    Program listener = Program.rgap("listener", "-c", config.toString());
    RunningProgram running = Programs.awaitReady(programs.start(hosts.on("server", listener)));
    Program announcer = Announcer.program(programs.key, "127.0.0.1:" + port, members);
    RunningProgram _ = programs.start(hosts.on("server", announcer));
    for (String member : members) {
      running.log().await("host \\Q" + member + "\\E has joined");
    }
  }

  /** Makes a program use the server, as if this stood in its host's resolv.conf. */
  private Program resolving(BridgedHosts hosts, String options, Program program)
      throws IOException {
    Path file = directory.resolve("resolv.conf");
    Files.writeString(
        file, "nameserver %s\nsearch example.com\noptions %s\n".formatted(SERVER, options));
    // The mounts of 'ip netns exec' are its own.
    String script = "mount --bind " + file + " /etc/resolv.conf && exec \"$0\" \"$@\"";
    return hosts.on("client", program.by("sh", "-c", script));
  }

  /** The first column, each once. */
  private static Set<String> addresses(String output) {
    return output
        .lines()
        .map(line -> line.split("\\s+", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"attempts:2", "edns0", "use-vc", "single-request", "rotate trust-ad"})
  void everyProgramsResolverFindsTheMembers(String options) throws Exception {
    BridgedHosts hosts = programs.hosts("server", "client");
    serve(hosts, SERVER + ":53", "10.0.0.1", "10.0.0.2", "2001:db8::1:1");
    for (String name : List.of("worker.example.com", "worker", "WORKER.example.COM.")) {
      Program getent = Program.of(Tools.require("getent", "libc-bin"), "ahosts", name);
      assertThat(addresses(resolving(hosts, options, getent).run()))
          .isEqualTo(DnsClient.set("10.0.0.1", "10.0.0.2", "2001:db8::1:1"));
      assertThat(addresses(resolving(hosts, options, Resolve.program(name)).run()))
          .isEqualTo(DnsClient.set("10.0.0.1", "10.0.0.2", "2001:db8:0:0:0:0:1:1"));
    }
    for (String name : List.of("other.example.com", "no.such.worker.example.com", "other")) {
      assertThat(resolving(hosts, options, Resolve.program(name)).run()).isEqualTo("unknown\n");
    }
  }

  @Test
  void everyProgramsResolverFindsManyMembers() throws Exception {
    String[] members = NameServer.many(200);
    Set<String> all = new TreeSet<>(Arrays.asList(members));
    BridgedHosts hosts = programs.hosts("server", "client");
    serve(hosts, SERVER + ":53", members);
    for (String options : List.of("attempts:2", "edns0")) {
      Program getent = Program.of("getent", "ahosts", NameServer.NAME);
      assertThat(addresses(resolving(hosts, options, getent).run())).isEqualTo(all);
      assertThat(addresses(resolving(hosts, options, Resolve.program(NameServer.NAME)).run()))
          .isEqualTo(all);
    }
  }

  /**
   * The addresses 10.82.72.1 and fd00:72::1 are not on the interface that answers leave by, whose
   * own address the system would take for an answer if it was asked.
   */
  @ParameterizedTest
  @ValueSource(strings = {":53", "0.0.0.0:53", "[::]:53"})
  void answersComeFromTheAddressThatWasAsked(String bind) throws Exception {
    BridgedHosts hosts = programs.hosts("server", "client");
    ip(hosts, "server", "address add fd00:71::1/64 dev eth0 nodad");
    ip(hosts, "client", "address add fd00:71::2/64 dev eth0 nodad");
    ip(hosts, "server", "address add 10.82.72.1/32 dev lo");
    ip(hosts, "server", "address add fd00:72::1/128 dev lo nodad");
    ip(hosts, "client", "route add 10.82.72.0/23 via " + SERVER);
    ip(hosts, "client", "-6 route add fd00:72::/31 via fd00:71::1");
    serve(hosts, bind, "10.0.0.1");

    List<String> asked = new ArrayList<>(List.of(SERVER, "10.82.72.1"));
    if (!bind.startsWith("0.0.0.0")) {
      asked.addAll(List.of("fd00:71::1", "fd00:72::1"));
    }
    for (String address : asked) {
      for (String option : List.of("+notcp", "+tcp")) {
        Dig dig = Dig.run(hosts.on("client", Dig.command(address, 53, NameServer.NAME, option)));
        assertThat(dig.data()).as(dig.text()).isEqualTo(DnsClient.set("10.0.0.1"));
        assertThat(dig.text()).doesNotContain("unexpected source");
      }
    }

    // What happens otherwise: a socket for all addresses.
    Program naive =
        Program.of(Program.java(), "-cp", "target/test-classes", NaiveServer.class.getName());
    programs.start(hosts.on("server", naive)).out().await("ready");
    for (String address : asked) {
      Program dig = Dig.command(address, NaiveServer.PORT, NameServer.NAME, "+tries=1", "+time=2");
      boolean onTheWay = address.equals(SERVER) || address.equals("fd00:71::1");
      programs.start(hosts.on("client", dig)).expectExit(onTheWay ? 0 : 9);
    }

    // An address that comes later is served soon, and one that goes away leaves the rest alone.
    ip(hosts, "server", "address add 10.82.73.1/32 dev lo");
    Program late = hosts.on("client", Dig.command("10.82.73.1", 53, NameServer.NAME, "+time=1"));
    Eventually.see(
        "answers from a new address",
        () -> new Dig(late.by("sh", "-c", "\"$0\" \"$@\" || true").run()),
        dig -> dig.has("10.0.0.1") && !dig.has("unexpected source"));
    ip(hosts, "server", "address del 10.82.72.1/32 dev lo");
    Dig last = Dig.run(hosts.on("client", Dig.command(SERVER, 53, NameServer.NAME)));
    assertThat(last.data()).isEqualTo(DnsClient.set("10.0.0.1"));
  }

  private static void ip(BridgedHosts hosts, String host, String arguments) throws Exception {
    String _ = hosts.on(host, Program.of("ip").and(arguments.split(" "))).run();
  }
}
