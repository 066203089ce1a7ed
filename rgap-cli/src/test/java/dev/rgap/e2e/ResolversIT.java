package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Caching resolvers between the client and the name server: unbound and dnsmasq. */
@Execution(ExecutionMode.CONCURRENT)
class ResolversIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /** Starts a resolver that asks the server for all that lies under example.com and example.org. */
  private int unbound(NameServer server) throws Exception {
    String program = Tools.require("unbound", "unbound");
    int port = Programs.freePort();
    Path config =
        Programs.config(
            Files.createDirectory(directory.resolve("unbound")),
            """
            server:
              interface: 127.0.0.1
              port: %1$d
              directory: "%2$s"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              verbosity: 1
              module-config: "iterator"
              do-not-query-localhost: no
              # all that makes it strict
              use-caps-for-id: yes
              qname-minimisation: yes
              qname-minimisation-strict: yes
              aggressive-nsec: yes
              harden-glue: yes
              harden-short-bufsize: yes
              harden-large-queries: yes
              harden-dnssec-stripped: yes
              harden-below-nxdomain: yes
              harden-referral-path: yes
              harden-algo-downgrade: yes
            remote-control:
              control-enable: no
            stub-zone:
              name: "worker.example.com"
              stub-addr: 127.0.0.1@%3$d
            stub-zone:
              name: "example.org"
              stub-addr: 127.0.0.1@%3$d
            """
                .formatted(port, directory, server.port()));
    RunningProgram unbound = programs.start(Program.of(program, "-d", "-c", config.toString()));
    unbound.log().await("start of service");
    return port;
  }

  /** Starts a forwarder that asks the server for all that lies under example.com. */
  private int dnsmasq(NameServer server) throws Exception {
    String program = Tools.require("dnsmasq", "dnsmasq-base");
    int port = Programs.freePort();
    RunningProgram dnsmasq =
        programs.start(
            Program.of(
                program,
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--log-facility=-",
                "--user=",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--port=" + port,
                "--server=/worker.example.com/127.0.0.1#" + server.port()));
    dnsmasq.log().await("using nameserver 127.0.0.1#" + server.port());
    return port;
  }

  @Test
  void unboundFollowsTheMembers() throws Exception {
    followsTheMembers(this::unbound);
  }

  @Test
  void dnsmasqFollowsTheMembers() throws Exception {
    followsTheMembers(this::dnsmasq);
  }

  private interface Resolver {
    int start(NameServer server) throws Exception;
  }

  private void followsTheMembers(Resolver start) throws Exception {
    try (NameServer server =
        NameServer.start(
            programs,
            directory,
            "2s",
            """
            mappings: {
              worker.example.com: {group: 1000},
              _http._tcp.worker.example.com: {group: 1000, port: 80}}\
            """,
            "negative_ttl: 1s")) {
      int port = start.start(server);
      Dig none = Dig.ask(port, NameServer.NAME);
      assertThat(none.status()).isEqualTo("NOERROR");
      assertThat(none.answer()).isEmpty();

      server.join("10.0.0.1", "10.0.0.2", "2001:db8::1:1");
      awaitAnswer(port, "A", "10.0.0.1", "10.0.0.2");
      awaitAnswer(port, "AAAA", "2001:db8::1:1");
      server.leave("10.0.0.1");
      server.join("10.0.0.3");
      awaitAnswer(port, "A", "10.0.0.2", "10.0.0.3");
      server.leave("10.0.0.2", "10.0.0.3");
      awaitAnswer(port, "A");

      assertThat(Dig.ask(port, "WorKer.eXample.coM", "AAAA").data())
          .isEqualTo(DnsClient.set("2001:db8::1:1"));
      assertThat(Dig.ask(port, "_http._tcp." + NameServer.NAME, "SRV").data())
          .singleElement()
          .asString()
          .startsWith("0 1 80 ip6-2001-0db8-");
      assertThat(Dig.ask(port, "no.such." + NameServer.NAME).status()).isEqualTo("NXDOMAIN");
    }
  }

  private static void awaitAnswer(int port, String type, String... addresses) throws Exception {
    Eventually.equal(
        () -> {
          Dig dig = Dig.ask(port, NameServer.NAME, type);
          assertThat(dig.status()).isEqualTo("NOERROR");
          assertThat(dig.answer()).allSatisfy(rec -> assertThat(rec.ttl()).isLessThanOrEqualTo(2));
          return dig.data();
        },
        new TreeSet<>(Arrays.asList(addresses)));
  }

  @Test
  void unboundPassesLongAnswersOn() throws Exception {
    passesLongAnswersOn(this::unbound);
  }

  @Test
  void dnsmasqPassesLongAnswersOn() throws Exception {
    passesLongAnswersOn(this::dnsmasq);
  }

  private void passesLongAnswersOn(Resolver start) throws Exception {
    String[] members = NameServer.many(200);
    try (NameServer server =
        NameServer.start(programs, directory, "1m", NameServer.WORKERS, "max_ttl: 1s")) {
      server.join(members);
      int port = start.start(server);
      Set<String> all = new TreeSet<>(Arrays.asList(members));
      for (String option : new String[] {"+edns", "+noedns", "+tcp"}) {
        assertThat(Dig.ask(port, NameServer.NAME, option).data()).isEqualTo(all);
      }
    }
  }

  @Test
  void unboundKeepsNegativeAnswersForAsLongAsItIsTold() throws Exception {
    try (NameServer server =
        NameServer.start(
            programs,
            directory,
            "1m",
            """
            mappings: {
              worker.example.com: {group: 1000},
              a.example.org: {group: 1000}, "*.b.example.org": {group: 1000}},
            zone: {name: example.org, nameservers: ns.example.net, negative_ttl: 1h},
            negative_ttl: 1s\
            """)) {
      int port = unbound(server);
      Dig nodata = Dig.ask(port, "a.example.org");
      assertThat(nodata.status()).isEqualTo("NOERROR");
      assertThat(nodata.authority().get(0).ttl()).isBetween(3_540, 3_600); // a resolver counts
      Dig unknown = Dig.ask(port, "c.example.org");
      assertThat(unknown.status()).isEqualTo("NXDOMAIN");
      assertThat(unknown.authority().get(0).ttl()).isBetween(3_540, 3_600);
      assertThat(Dig.ask(port, NameServer.NAME).authority().get(0).ttl()).isLessThanOrEqualTo(1);

      server.join("10.0.0.1");
      awaitAnswerOf(port, NameServer.NAME, "10.0.0.1");
      assertThat(Dig.ask(server.port(), "a.example.org").data())
          .isEqualTo(DnsClient.set("10.0.0.1"));
      // It was told to believe in its absence for an hour.
      assertThat(Dig.ask(port, "a.example.org").data()).isEmpty();
      // Nothing but the names that were asked for is taken for absent.
      awaitAnswerOf(port, "x.b.example.org", "10.0.0.1");
      assertThat(Dig.ask(port, "c.example.org").status()).isEqualTo("NXDOMAIN");
    }
  }

  private static void awaitAnswerOf(int port, String name, String address) throws Exception {
    Eventually.equal(() -> Dig.ask(port, name).data(), DnsClient.set(address));
  }
}
