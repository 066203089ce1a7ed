package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of the name server for which it takes others: who asks, and what is shown to people. */
class DnsSettingsIT {

  private static final String REVERSE =
      """
      zone: [
        {name: example.com, nameservers: [{name: ns1.example.com, addresses: [127.0.0.1]}]},
        {name: 10.in-addr.arpa, nameservers: ns1.example.com},
        {name: 8.b.d.0.1.0.0.2.ip6.arpa, nameservers: ns1.example.com}],
      mappings: {worker.example.com: {group: 1000, reverse: true, negative_ttl: 0}}\
      """;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @Test
  void digShowsWhichServerHasAnswered() throws Exception {
    try (NameServer server =
        NameServer.start(programs, directory, "30s", NameServer.WORKERS, "server_id: ns1-a")) {
      Dig nsid = Dig.ask(server.port(), NameServer.NAME, "+nsid");
      assertThat(nsid.text()).contains("; NSID: 6e 73 31 2d 61 (\"ns1-a\")");
      for (String name : new String[] {"id.server", "hostname.bind"}) {
        Dig chaos = Dig.ask(server.port(), name, "CH", "TXT");
        assertThat(chaos.data()).isEqualTo(DnsClient.set("\"ns1-a\""));
      }
      assertThat(Dig.ask(server.port(), "version.bind", "CH", "TXT").status()).isEqualTo("REFUSED");
    }
  }

  @Test
  void digShowsWhyThereIsNoAnswer() throws Exception {
    try (NameServer server =
        NameServer.start(programs, directory, "30s", NameServer.WORKERS, "allow: [127.0.0.1]")) {
      assertThat(Dig.ask(server.port(), "example.org").text())
          .contains("; EDE: 20 (Not Authoritative)");
      Dig dig = Dig.run(Dig.command("127.0.0.1", server.port(), "-b", "127.0.0.2", "a.example"));
      assertThat(dig.text()).contains("; EDE: 18 (Prohibited)");
    }
  }

  @Test
  void digFindsTheNamesOfAddresses() throws Exception {
    try (NameServer server = NameServer.start(programs, directory, "30s", REVERSE)) {
      server.join("10.0.0.1", "2001:db8::1:1");
      for (String address : new String[] {"10.0.0.1", "2001:db8::1:1"}) {
        assertThat(Dig.ask(server.port(), "-x", address).data())
            .isEqualTo(DnsClient.set("worker.example.com."));
      }
      assertThat(Dig.ask(server.port(), "-x", "10.0.0.2").status()).isEqualTo("NXDOMAIN");
      assertThat(Dig.ask(server.port(), "-x", "192.0.2.1").status()).isEqualTo("REFUSED");
      Dig nameservers = Dig.ask(server.port(), "example.com", "NS");
      assertThat(nameservers.data()).isEqualTo(DnsClient.set("ns1.example.com."));
      assertThat(nameservers.additional())
          .singleElement()
          .satisfies(record -> assertThat(record.data()).isEqualTo("127.0.0.1"));
    }
  }

  /** It goes down label by label, and stops where it is told that there is nothing. */
  @Test
  void unboundFindsTheNamesOfAddresses() throws Exception {
    String program = Tools.require("unbound", "unbound");
    try (NameServer server = NameServer.start(programs, directory, "30s", REVERSE)) {
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
                qname-minimisation: yes
                qname-minimisation-strict: yes
                harden-below-nxdomain: yes
                local-zone: "10.in-addr.arpa." nodefault
                local-zone: "8.b.d.0.1.0.0.2.ip6.arpa." nodefault
              remote-control:
                control-enable: no
              stub-zone:
                name: "10.in-addr.arpa"
                stub-addr: 127.0.0.1@%3$d
              stub-zone:
                name: "8.b.d.0.1.0.0.2.ip6.arpa"
                stub-addr: 127.0.0.1@%3$d
              """
                  .formatted(port, directory, server.port()));
      RunningProgram unbound = programs.start(Program.of(program, "-d", "-c", config.toString()));
      unbound.log().await("start of service");
      server.join("10.0.0.1", "2001:db8::1:1");
      for (String address : new String[] {"10.0.0.1", "2001:db8::1:1"}) {
        Dig dig = Dig.ask(port, "-x", address);
        assertThat(dig.data()).as(dig.text()).isEqualTo(DnsClient.set("worker.example.com."));
      }
      assertThat(Dig.ask(port, "-x", "10.0.0.2").status()).isEqualTo("NXDOMAIN");
    }
  }

  /** Of a pair of listeners, one has just been started: who asks it gets the other's answer. */
  @ParameterizedTest
  @ValueSource(strings = {"servfail", "refuse", "silent"})
  void dnsmasqAsksTheOtherOneOfAPair(String whileNotReady) throws Exception {
    String program = Tools.require("dnsmasq", "dnsmasq-base");
    int fresh = Programs.freePort();
    Path config =
        Programs.config(
            Files.createDirectory(directory.resolve("fresh")),
            """
            listen: ["127.0.0.1:%d"]
            groups:
            - {id: 1000, psk: %s, expire: 30s, readiness_delay: 1h}
            outputs:
            - kind: dns
              spec:
                bind_address: 127.0.0.1:%d
                while_not_ready: %s
                mappings: {worker.example.com: {group: 1000}}
            """
                .formatted(Programs.freePort(), programs.key, fresh, whileNotReady));
    RunningProgram _ = programs.listener(config);
    try (NameServer server = NameServer.start(programs, directory, "30s", NameServer.WORKERS)) {
      server.join("10.0.0.1");
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
                  "--strict-order",
                  "--listen-address=127.0.0.1",
                  "--port=" + port,
                  "--server=/worker.example.com/127.0.0.1#" + server.port(),
                  "--server=/worker.example.com/127.0.0.1#" + fresh));
      dnsmasq.log().await("using nameserver 127.0.0.1#" + fresh);
      if (!whileNotReady.equals("silent")) {
        assertNotReady(fresh, whileNotReady);
      }
      Dig dig = Dig.ask(port, NameServer.NAME, "+time=1", "+tries=5");
      assertThat(dig.data()).isEqualTo(DnsClient.set("10.0.0.1"));
    }
  }

  private static void assertNotReady(int port, String whileNotReady) throws Exception {
    Dig dig = Dig.ask(port, NameServer.NAME);
    assertThat(dig.status()).isEqualTo(whileNotReady.equals("refuse") ? "REFUSED" : "SERVFAIL");
    assertThat(dig.text()).contains("; EDE: 14 (Not Ready)");
  }
}
