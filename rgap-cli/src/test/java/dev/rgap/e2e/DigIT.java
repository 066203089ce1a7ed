package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dig}, the name server's most talkative client, with all that it can say. */
@Execution(ExecutionMode.CONCURRENT)
class DigIT {

  private static final String[] SPEC = {
    """
    mappings: {
      worker.example.com: {group: 1000},
      other.example.net: {group: 1000, port: 80},
      _http._tcp.worker.example.com: {group: 1000, port: 8080, priority: 3, weight: 7},
      "*.any.example.com": {group: 1000},
      spare.example.com: {group: 7, fallback_addresses: [192.0.2.1, "2001:db8::1"]},
      empty.example.com: {group: 7}}\
    """,
    "zone: {name: zone.example.org, nameservers: [ns1.example.net, ns2.example.net],"
        + " hostmaster: dns@example.net, negative_ttl: 60s}",
    "fallback_ttl: 9s, max_ttl: 20s",
  };

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @BeforeEach
  void needDig() {
    String _ = Tools.require("dig", "bind9-dnsutils");
  }

  private NameServer start(String expire) throws Exception {
    return NameServer.start(programs, directory, expire, SPEC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+edns",
        "+tcp",
        "+bufsize=512",
        "+bufsize=4096",
        "+nocookie",
        "+cookie=0123456789abcdef",
        "+ednsopt=65001:c0ffee",
        "+ednsopt=nsid +subnet=192.0.2.0/24 +expire +keepalive",
        "+keepalive +tcp",
        "+padding=128 +tcp",
        "+noedns",
        "+noedns +tcp",
        "+norec",
        "+adflag +cdflag",
        "+dnssec",
        "+zflag",
        "+ednsflags=0x1234",
        "+opcode=QUERY +aaflag +raflag",
        "+keepopen +tcp",
      })
  void everyWayToAskGetsTheAnswer(String options) throws Exception {
    try (NameServer server = start("30s")) {
      server.join("10.0.0.1", "10.0.0.2", "2001:db8::1:1");

      Dig ipv4 = Dig.ask(server.port(), words(NameServer.NAME + " A " + options));
      assertThat(ipv4.status()).isEqualTo("NOERROR");
      assertThat(ipv4.flags())
          .containsAll(Set.of("qr", "aa"))
          .doesNotContainAnyElementsOf(Set.of("tc", "ra", "ad"));
      assertThat(ipv4.flags().contains("rd")).isEqualTo(!options.contains("+norec"));
      assertThat(ipv4.flags().contains("cd")).isEqualTo(options.contains("+cdflag"));
      assertThat(ipv4.data()).isEqualTo(DnsClient.set("10.0.0.1", "10.0.0.2"));
      assertThat(ipv4.answer())
          .allSatisfy(answer -> {
            assertThat(answer.name()).isEqualTo("worker.example.com.");
            assertThat(answer.type()).isEqualTo("A");
            assertThat(answer.ttl()).isEqualTo(ipv4.answer().get(0).ttl()).isBetween(1, 20);
          });
      assertThat(ipv4.protocol()).isEqualTo(options.contains("+tcp") ? "TCP" : "UDP");
      assertThat(ipv4.has("EDNS: version: 0,")).isEqualTo(!options.contains("+noedns"));
      assertThat(ipv4.has("flags: do; udp: 1232")).isEqualTo(options.contains("+dnssec"));
      // dig says what it finds odd about an answer.
      assertThat(ipv4.text()).doesNotContain("malformed", "extra bytes", "unexpected", "mismatch");

      Dig ipv6 = Dig.ask(server.port(), words(NameServer.NAME + " AAAA " + options));
      assertThat(ipv6.status()).isEqualTo("NOERROR");
      assertThat(ipv6.data()).isEqualTo(DnsClient.set("2001:db8::1:1"));
    }
  }

  private static String[] words(String text) {
    return text.split(" ");
  }

  @Test
  void severalQueriesOnOneConnection() throws Exception {
    try (NameServer server = start("30s")) {
      server.join("10.0.0.1");
      Dig dig =
          Dig.ask(
              server.port(),
              words("+tcp +keepopen worker.example.com other.example.net worker.example.com"));
      assertThat(dig.text().split("status: NOERROR", -1)).hasSize(4);
    }
  }

  @Test
  void isAskedByIpv6() throws Exception {
    assumeTrue(hasIpv6(), "this host has no IPv6");
    int port = Programs.freePort();
    Path config =
        NameServer.config(
            programs, directory, "30s", Programs.freePort(), "[::1]:" + port, NameServer.WORKERS);
    RunningProgram _ = programs.listener(config);
    for (String option : List.of("+notcp", "+tcp")) {
      Dig dig = Dig.run(Dig.command("::1", port, NameServer.NAME, option));
      assertThat(dig.status()).isEqualTo("NOERROR");
    }
  }

  private static boolean hasIpv6() {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void negativeAnswersCarryTheSoa() throws Exception {
    try (NameServer server = start("30s")) {
      server.join("10.0.0.1");
      for (String question :
          List.of(
              "worker.example.com AAAA",
              "worker.example.com TXT",
              "worker.example.com TYPE65",
              "worker.example.com HTTPS",
              "_tcp.worker.example.com A",
              "_http._tcp.worker.example.com A",
              "worker.example.com SRV",
              "worker.example.com DS",
              "zone.example.org A",
              "empty.example.com A")) {
        Dig dig = Dig.ask(server.port(), words(question));
        assertThat(dig.status()).as(question).isEqualTo("NOERROR");
        assertThat(dig.answer()).as(question).isEmpty();
        assertThat(dig.authority()).as(question).hasSize(1);
        assertThat(dig.authority().get(0).type()).isEqualTo("SOA");
        assertThat(dig.flags()).contains("aa");
      }
      for (String question : List.of("unknown.worker.example.com", "unknown.zone.example.org")) {
        Dig dig = Dig.ask(server.port(), question);
        assertThat(dig.status()).as(question).isEqualTo("NXDOMAIN");
        int ttl = question.contains("zone") ? 60 : 5;
        String apex = question.replace("unknown.", "") + ".";
        assertThat(dig.authority()).as(question).hasSize(1);
        Dig.Rec soa = dig.authority().get(0);
        assertThat(soa.name()).isEqualTo(apex);
        assertThat(soa.ttl()).isEqualTo(ttl);
        assertThat(soa.data()).endsWith(" " + ttl);
      }
    }
  }

  @Test
  void whatItIsNotResponsibleForIsRefused() throws Exception {
    try (NameServer server = start("30s")) {
      for (String question :
          List.of(
              "example.com A",
              "unknown.example.com A",
              "com NS",
              ". NS",
              "version.bind TXT CH",
              "worker.example.com A CH",
              "worker.example.com A HS",
              "worker.example.com AXFR +tcp",
              "zone.example.org IXFR=1")) {
        Dig dig = Dig.ask(server.port(), words(question + " +comments"));
        if (question.contains("AXFR") || question.contains("IXFR")) {
          assertThat(dig.text()).as(question).contains("Transfer failed.");
        } else {
          assertThat(dig.status()).as(question).isEqualTo("REFUSED");
          assertThat(dig.answer()).isEmpty();
        }
      }
      for (String opcode : List.of("STATUS", "NOTIFY", "UPDATE", "IQUERY", "15")) {
        Dig dig = Dig.ask(server.port(), words(NameServer.NAME + " +opcode=" + opcode));
        assertThat(dig.status()).as(opcode).isEqualTo("NOTIMP");
      }
      Dig future = Dig.ask(server.port(), words(NameServer.NAME + " +edns=1 +noednsnegotiation"));
      assertThat(future.status()).isEqualTo("BADVERS");
      Dig negotiated = Dig.ask(server.port(), words(NameServer.NAME + " +edns=1"));
      assertThat(negotiated.status()).isEqualTo("NOERROR");
    }
  }

  @Test
  void zonesShowTheirSoaAndNameServers() throws Exception {
    try (NameServer server = start("30s")) {
      Dig soa = Dig.ask(server.port(), "zone.example.org", "SOA");
      assertThat(soa.data())
          .singleElement()
          .asString()
          .matches("ns1\\.example\\.net\\. dns\\.example\\.net\\. [0-9]+ 3600 600 86400 60");
      assertThat(Dig.ask(server.port(), "zone.example.org", "NS").data())
          .isEqualTo(DnsClient.set("ns1.example.net.", "ns2.example.net."));

      Dig noNs = Dig.ask(server.port(), NameServer.NAME, "NS");
      assertThat(noNs.status()).isEqualTo("NOERROR");
      assertThat(noNs.data()).isEmpty();
      long before = serial(server);
      server.join("10.0.0.1");
      assertThat(serial(server)).isGreaterThan(before);
    }
  }

  private static long serial(NameServer server) throws Exception {
    Dig soa = Dig.ask(server.port(), NameServer.NAME, "SOA");
    return Long.parseLong(soa.answer().get(0).field(2));
  }

  @Test
  void anyGetsSomethingSmall() throws Exception {
    try (NameServer server = start("30s")) {
      server.join(NameServer.many(100));
      for (String option : List.of("+notcp", "+tcp", "+noedns +notcp")) {
        Dig dig = Dig.ask(server.port(), words(NameServer.NAME + " ANY " + option));
        assertThat(dig.status()).isEqualTo("NOERROR");
        assertThat(dig.answer()).singleElement().extracting(Dig.Rec::type).isEqualTo("HINFO");
        assertThat(dig.size()).isLessThan(200);
      }
    }
  }

  @Test
  void servicesNameTargetsThatAreAnswered() throws Exception {
    try (NameServer server = start("30s")) {
      server.join("10.0.0.1", "10.0.0.2", "2001:db8::1:1");
      Dig dig = Dig.ask(server.port(), "_http._tcp.worker.example.com", "SRV");
      assertThat(dig.answer()).hasSize(3);
      Set<String> addresses = new TreeSet<>();
      for (Dig.Rec service : dig.answer()) {
        assertThat(service.data()).startsWith("3 7 8080 ");
        String target = service.field(3);
        addresses.addAll(Dig.ask(server.port(), target, "A").data());
        addresses.addAll(Dig.ask(server.port(), target, "AAAA").data());
        assertThat(dig.additional()).extracting(Dig.Rec::name).contains(target);
      }
      assertThat(addresses).isEqualTo(DnsClient.set("10.0.0.1", "10.0.0.2", "2001:db8::1:1"));
      assertThat(Dig.ask(server.port(), "ip-10-0-0-9.worker.example.com", "A").status())
          .isEqualTo("NXDOMAIN");
    }
  }

  @Test
  void caseIsEchoedAndDoesNotMatter() throws Exception {
    try (NameServer server = start("30s")) {
      server.join("10.0.0.1");
      for (String name : List.of("wOrKeR.eXaMpLe.CoM.", "WORKER.EXAMPLE.COM.")) {
        Dig dig = Dig.ask(server.port(), name);
        assertThat(dig.answer()).extracting(Dig.Rec::name).containsExactly(name);
        assertThat(dig.has(";" + name)).isTrue();
      }
      Dig wild = Dig.ask(server.port(), "What.Ever.Any.example.com");
      assertThat(wild.answer())
          .extracting(Dig.Rec::name)
          .containsExactly("What.Ever.Any.example.com.");
    }
  }

  @Test
  void fallbacksStandInForAnEmptyGroup() throws Exception {
    try (NameServer server = start("30s")) {
      Dig ipv4 = Dig.ask(server.port(), "spare.example.com");
      assertThat(ipv4.data()).isEqualTo(DnsClient.set("192.0.2.1"));
      assertThat(ipv4.answer().get(0).ttl()).isEqualTo(9);
      assertThat(Dig.ask(server.port(), "spare.example.com", "AAAA").data())
          .isEqualTo(DnsClient.set("2001:db8::1"));
    }
  }

  @Test
  void longAnswersComeByTcp() throws Exception {
    String[] members = NameServer.many(200);
    Set<String> all = new TreeSet<>(Arrays.asList(members));
    try (NameServer server = start("60s")) {
      server.join(members);

      Dig retried = Dig.ask(server.port(), NameServer.NAME);
      assertThat(retried.has(";; Truncated, retrying in TCP mode.")).isTrue();
      assertThat(retried.protocol()).isEqualTo("TCP");
      assertThat(retried.data()).isEqualTo(all);

      for (String limit : List.of("+noedns", "+bufsize=512", "+bufsize=1000", "+bufsize=4096")) {
        Dig cut = Dig.ask(server.port(), NameServer.NAME, "+ignore", limit);
        int most =
            switch (limit) {
              case "+bufsize=1000" -> 1_000;
              case "+bufsize=4096" -> 1_232;
              default -> 512;
            };
        assertThat(cut.flags()).contains("tc");
        assertThat(cut.size()).isBetween(most - 32, most);
        assertThat(cut.data()).hasSize(cut.answer().size()).isSubsetOf(all);
      }
    }
  }

  @Test
  void atMostSoManyAnswersChangeFromQueryToQuery() throws Exception {
    String[] members = NameServer.many(60);
    try (NameServer server =
        NameServer.start(programs, directory, "60s", NameServer.WORKERS, "max_answers: 8")) {
      server.join(members);
      Set<String> seen = new TreeSet<>();
      Eventually.see(
          "all members are answered in turn",
          () -> {
            Dig dig = Dig.ask(server.port(), NameServer.NAME, "+noedns");
            assertThat(dig.answer()).hasSize(8);
            assertThat(dig.flags()).doesNotContain("tc");
            seen.addAll(dig.data());
            return seen.size();
          },
          size -> size == members.length);
    }
  }

  @Test
  void nothingIsSaidOfAGroupThatIsNotReady() throws Exception {
    int port = Programs.freePort();
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups:
            - {id: 1000, psk: %s, expire: 30s, readiness_delay: 1h}
            outputs:
            - {kind: dns, spec: {bind_address: "127.0.0.1:%d", %s}}
            """
                .formatted(Programs.freePort(), programs.key, port, NameServer.WORKERS));
    RunningProgram _ = programs.listener(config);
    Dig dig = Dig.ask(port, NameServer.NAME);
    assertThat(dig.status()).isEqualTo("SERVFAIL");
  }

  @Test
  void membersComeAndGo() throws Exception {
    try (NameServer server = start("1s")) {
      server.awaitAnswer();
      server.join("10.0.0.1", "10.0.0.2");
      server.awaitAnswer("10.0.0.1", "10.0.0.2");
      server.leave("10.0.0.1");
      server.awaitAnswer("10.0.0.2");
      Dig last = Dig.ask(server.port(), NameServer.NAME);
      assertThat(last.data()).isEqualTo(DnsClient.set("10.0.0.2"));
      assertThat(last.answer().get(0).ttl()).isEqualTo(1);
      server.leave("10.0.0.2");
      server.awaitAnswer();
      server.program().stop();
    }
  }
}
