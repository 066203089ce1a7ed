package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.OTHER;
import static dev.rgap.outputs.dns.TestServer.code;
import static dev.rgap.outputs.dns.TestServer.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import dev.rgap.protocol.GroupId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Which names exist, and what is said of them. */
class NamesTest {

  private static TestConfig worker() {
    return new TestConfig().map("worker.example.com", GROUP);
  }

  private static SOARecord soa(Message message) {
    assertThat(message.getSection(Section.AUTHORITY)).hasSize(1);
    return (SOARecord) message.getSection(Section.AUTHORITY).getFirst();
  }

  private static void assertNoData(Message message, String apex) {
    assertThat(code(message)).isEqualTo("NOERROR");
    assertThat(message.getSection(Section.ANSWER)).isEmpty();
    assertThat(soa(message).getName()).hasToString(apex);
    assertThat(message.getHeader().getFlag(Flags.AA)).isTrue();
  }

  private static void assertNoName(Message message, String apex) {
    assertThat(code(message)).isEqualTo("NXDOMAIN");
    assertThat(message.getSection(Section.ANSWER)).isEmpty();
    assertThat(soa(message).getName()).hasToString(apex);
    assertThat(message.getHeader().getFlag(Flags.AA)).isTrue();
  }

  private static void assertRefused(Message message) {
    assertThat(code(message)).isEqualTo("REFUSED");
    assertThat(message.getHeader().getFlag(Flags.AA)).isFalse();
    assertThat(message.getSection(Section.ANSWER)).isEmpty();
    assertThat(message.getSection(Section.AUTHORITY)).isEmpty();
  }

  @Test
  void theBytesOfAnAnswer() {
    TestServer server = new TestServer(new TestConfig().map("a.bc", GROUP)).join(GROUP, "10.1.2.3");
    byte[] query = TestQuery.of("A.bC", Type.A).flags(TestQuery.RD).bytes();

    assertThat(HexFormat.of().formatHex(query))
        .isEqualTo("beef01000001000000000000" + "0141026243000001" + "0001");
    assertThat(HexFormat.of().formatHex(server.udp(query)))
        .isEqualTo(
            "beef85000001000100000000" // QR AA RD; one question, one answer
                + "01410262430000010001"
                + "c00c00010001" // the name that was asked for, A, IN
                + "0000003c" // 60 s
                + "00040a010203");
  }

  @Test
  void theBytesOfAnIpv6Answer() {
    TestServer server =
        new TestServer(new TestConfig().map("a.bc", GROUP)).join(GROUP, "2001:db8::1");

    assertThat(HexFormat.of().formatHex(server.udp(TestQuery.of("a.bc", Type.AAAA).bytes())))
        .isEqualTo(
            "beef84000001000100000000"
                + "016102626300001c0001"
                + "c00c001c0001"
                + "0000003c"
                + "001020010db8000000000000000000000001");
  }

  @Test
  void theBytesOfANegativeAnswer() {
    TestServer server = new TestServer(new TestConfig().map("a.bc", GROUP).negativeTtl(9));

    assertThat(HexFormat.of().formatHex(server.udp(TestQuery.of("X.a.Bc", Type.A).bytes())))
        .isEqualTo(
            "beef84030001000000010000" // NXDOMAIN; one authority record
                + "0158016102426300" // X.a.Bc
                + "00010001"
                + "c00e00060001" // a.Bc SOA IN
                + "00000009"
                + "0026"
                + "026e73c00e" // ns.a.Bc
                + "0a686f73746d6173746572c00e"
                + "000003e8" // the serial
                + "00000e10"
                + "00000258"
                + "00015180"
                + "00000009");
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker.example.com", "WORKER.EXAMPLE.COM", "wOrKeR.exAmple.cOm"})
  void theCaseOfTheQuestionIsEchoed(String name) {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");
    for (String asked : new String[] {name, "nothing." + name, "Else.example.com"}) {
      for (int type : new int[] {Type.A, Type.AAAA, Type.TXT, Type.SOA, Type.NS, Type.ANY}) {
        TestQuery query = TestQuery.of(asked, type);
        assertThat(server.udp(query.bytes()))
            .as("%s %s", asked, Type.string(type))
            .containsSequence(query.question());
      }
    }
  }

  @Test
  void membersOfBothFamiliesAreAnsweredByType() {
    TestServer server =
        new TestServer(worker())
            .join(GROUP, "10.0.0.2", "::1", "2001:db8::1", "10.0.0.1", "fe80::1", "::fffe:0:0");

    assertThat(data(server.ask("worker.example.com", Type.A)))
        .containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(data(server.ask("worker.example.com", Type.AAAA)))
        .containsExactly(
            "0:0:0:0:0:0:0:1", "0:0:0:0:0:fffe:0:0", "2001:db8:0:0:0:0:0:1", "fe80:0:0:0:0:0:0:1");
  }

  @Test
  void aFamilyWithoutMembersIsNoData() {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");

    assertNoData(server.ask("worker.example.com", Type.AAAA), "worker.example.com.");
  }

  @Test
  void fallbacksAreAnsweredWhileTheGroupIsEmpty() {
    TestServer server =
        new TestServer(
            new TestConfig()
                .map("worker.example.com", GROUP, "192.0.2.9", "192.0.2.8", "192.0.2.9"));
    assertThat(data(server.ask("worker.example.com", Type.A)))
        .containsExactly("192.0.2.8", "192.0.2.9");
    assertNoData(server.ask("worker.example.com", Type.AAAA), "worker.example.com.");

    server.join(GROUP, "2001:db8::1");
    assertNoData(server.ask("worker.example.com", Type.A), "worker.example.com.");
    assertThat(data(server.ask("worker.example.com", Type.AAAA))).hasSize(1);

    server.advance(TestServer.EXPIRE);
    assertThat(data(server.ask("worker.example.com", Type.A))).hasSize(2);
  }

  @Test
  void anEmptyGroupWithoutFallbacksIsNoData() {
    TestServer server = new TestServer(worker());

    assertNoData(server.ask("worker.example.com", Type.A), "worker.example.com.");
  }

  @Test
  void aGroupThatIsNotReadyIsAServerFailure() {
    TestServer server =
        new TestServer(
            new TestConfig()
                .map("late.example.com", LATE, "192.0.2.9")
                .map("*.late.example.com", LATE)
                .service("_http._tcp.late.example.com", LATE, 80));
    server.join(LATE, "10.0.0.1");
    for (int type : new int[] {Type.A, Type.AAAA}) {
      assertThat(code(server.ask("late.example.com", type))).isEqualTo("SERVFAIL");
      assertThat(code(server.ask("x.late.example.com", type))).isEqualTo("SERVFAIL");
    }
    Message failure = server.ask("_http._tcp.late.example.com", Type.SRV);
    assertThat(code(failure)).isEqualTo("SERVFAIL");
    assertThat(failure.getHeader().getFlag(Flags.AA)).isFalse();
    assertThat(failure.getSection(Section.AUTHORITY)).isEmpty();
    // Whether there is such a target is not known yet either.
    assertThat(code(server.ask("ip-10-0-0-1.late.example.com", Type.A))).isEqualTo("SERVFAIL");
    assertThat(code(server.ask("ip-10-0-0-2.late.example.com", Type.A))).isEqualTo("SERVFAIL");
    // What doesn't depend on the members is known.
    assertThat(code(server.ask("late.example.com", Type.TXT))).isEqualTo("NOERROR");
    assertThat(data(server.ask("late.example.com", Type.SOA))).hasSize(1);

    server.advance(TestServer.DELAY);
    assertThat(data(server.ask("late.example.com", Type.A))).containsExactly("10.0.0.1");
    assertThat(data(server.ask("ip-10-0-0-1.late.example.com", Type.A))).hasSize(1);
  }

  /** For pairs of listeners: the client is to ask the other one. */
  @Test
  void aGroupThatIsNotReadyMayBeRefusedOrSilent() {
    TestConfig late =
        new TestConfig()
            .map("late.example.com", LATE, "192.0.2.9")
            .service("_http._tcp.late.example.com", LATE, 80);
    TestServer refusing = new TestServer(late.whileNotReady(WhileNotReady.REFUSE));
    TestServer silent = new TestServer(late.whileNotReady(WhileNotReady.SILENT));
    refusing.join(LATE, "10.0.0.1");
    silent.join(LATE, "10.0.0.1");
    for (TestQuery query :
        new TestQuery[] {
          TestQuery.of("late.example.com", Type.A),
          TestQuery.of("_http._tcp.late.example.com", Type.SRV),
          TestQuery.of("ip-10-0-0-1.late.example.com", Type.AAAA)
        }) {
      assertRefused(refusing.ask(query));
      assertThat(silent.udp(query.bytes())).isEmpty();
      assertThat(silent.tcp(query.bytes())).isEmpty();
    }
    assertThat(silent.service.stats.dropped.value()).isEqualTo(6);
    // What doesn't depend on the members is known.
    assertNoData(silent.ask("late.example.com", Type.TXT), "late.example.com.");
    assertNoData(refusing.ask("late.example.com", Type.TXT), "late.example.com.");

    silent.advance(TestServer.DELAY);
    assertThat(data(silent.ask("late.example.com", Type.A))).containsExactly("10.0.0.1");
  }

  @Test
  void nameServersMayHaveAddresses() {
    DnsConfig.Zone zone =
        new DnsConfig.Zone(
            DomainName.parse("example.com"),
            List.of(
                TestConfig.nameserver(
                    "Ns1.example.com", "192.0.2.53", "192.0.2.54", "2001:db8::53"),
                TestConfig.nameserver("ns2.dns.example.com", "192.0.2.55"),
                TestConfig.nameserver("ns3.example.net")),
            DomainName.parse("admin.example.com"),
            Duration.ofSeconds(7));
    TestServer server =
        new TestServer(
            new TestConfig()
                .zone(zone)
                .map("*.example.com", GROUP)
                .map("worker.example.com", GROUP)
                .maxAnswers(1)
                .maxTtl(1));

    assertThat(data(server.ask("example.com", Type.NS)))
        .containsExactly("ns1.example.com.", "ns2.dns.example.com.", "ns3.example.net.");
    byte[] nameservers = server.udp(TestQuery.of("example.com", Type.NS).bytes());
    assertThat(data(TestServer.parse(nameservers), Section.ADDITIONAL))
        .as("which saves a query")
        .containsExactly("192.0.2.53", "192.0.2.54", "192.0.2.55", "2001:db8:0:0:0:0:0:53");
    assertThat(TestServer.parse(nameservers).toWire()).as("as dnsjava").isEqualTo(nameservers);
    Message ipv4 = server.ask("ns1.Example.com", Type.A);
    assertThat(data(ipv4)).containsExactly("192.0.2.53", "192.0.2.54");
    assertThat(TestServer.ttls(ipv4)).as("that of the NS records").containsExactly(7L);
    assertThat(ipv4.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(data(server.ask("ns1.example.com", Type.AAAA)))
        .containsExactly("2001:db8:0:0:0:0:0:53");
    assertThat(data(server.ask("ns2.dns.example.com", Type.A))).containsExactly("192.0.2.55");
    assertNoData(server.ask("ns2.dns.example.com", Type.AAAA), "example.com.");
    assertNoData(server.ask("dns.example.com", Type.A), "example.com.");
    assertNoName(server.ask("x.ns1.example.com", Type.A), "example.com.");
    assertRefused(server.ask("ns3.example.net", Type.A));
  }

  /** The addresses give way to the names. */
  @Test
  void moreAddressesOfNameServersThanFit() {
    String[] addresses = new String[40];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = "192.0.2." + i;
    }
    DnsConfig.Zone zone =
        new DnsConfig.Zone(
            DomainName.parse("example.com"),
            List.of(TestConfig.nameserver("ns1.example.com", addresses)),
            DomainName.parse("admin.example.com"),
            Duration.ofSeconds(7));
    TestServer server = new TestServer(new TestConfig().zone(zone));

    Message cut = server.ask("example.com", Type.NS);
    assertThat(data(cut)).containsExactly("ns1.example.com.");
    assertThat(cut.getSection(Section.ADDITIONAL)).isEmpty();
    assertThat(cut.getHeader().getFlag(Flags.TC)).isFalse();
    Message full = server.askTcp(TestQuery.of("example.com", Type.NS));
    assertThat(full.getSection(Section.ADDITIONAL)).hasSize(40);
  }

  @Test
  void aGroupThatIsNotDefinedIsReadyAndEmpty() {
    TestServer server =
        new TestServer(new TestConfig().map("worker.example.com", new GroupId(99), "192.0.2.9"));

    assertThat(data(server.ask("worker.example.com", Type.A))).containsExactly("192.0.2.9");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {Type.TXT, Type.MX, Type.SRV, Type.CNAME, Type.DS, Type.DNSKEY, Type.HTTPS, 0, 65_280})
  void otherTypesAreNoData(int type) {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");

    assertNoData(server.ask("worker.example.com", type), "worker.example.com.");
  }

  @Test
  void namesBelowAMappedNameDoNotExist() {
    TestServer server = new TestServer(worker());

    assertNoName(server.ask("x.worker.example.com", Type.A), "worker.example.com.");
    assertNoName(server.ask("y.x.worker.example.com", Type.AAAA), "worker.example.com.");
    assertNoName(server.ask("x.worker.example.com", Type.ANY), "worker.example.com.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"example.com", "com", ".", "xworker.example.com", "worker.example.org", "worker"})
  void namesElsewhereAreRefused(String name) {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");

    assertRefused(server.ask(name, Type.A));
  }

  @Test
  void namesInAZone() {
    TestServer server =
        new TestServer(
            new TestConfig()
                .zone("example.com", "ns1.example.net", "ns2.example.net")
                .map("worker.example.com", GROUP)
                .map("db.eu.example.com", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask("worker.example.com", Type.A))).hasSize(1);
    assertNoData(server.ask("worker.example.com", Type.TXT), "example.com.");
    assertNoData(server.ask("worker.example.com", Type.SOA), "example.com.");
    assertNoData(server.ask("worker.example.com", Type.NS), "example.com.");
    assertNoData(server.ask("example.com", Type.A), "example.com.");
    assertNoName(server.ask("other.example.com", Type.A), "example.com.");
    assertNoName(server.ask("x.worker.example.com", Type.A), "example.com.");
    // It exists because of the name below it (RFC 8020).
    assertNoData(server.ask("eu.example.com", Type.A), "example.com.");
    assertNoData(server.ask("eu.example.com", Type.ANY), "example.com.");
    assertNoName(server.ask("us.example.com", Type.A), "example.com.");
    assertRefused(server.ask("com", Type.A));

    assertThat(data(server.ask("example.com", Type.NS)))
        .containsExactly("ns1.example.net.", "ns2.example.net.");
    assertThat(data(server.ask("example.com", Type.SOA)))
        .containsExactly("ns1.example.net. admin.example.com. 1001 3600 600 86400 7");
  }

  @Test
  void theDeepestZoneAnswers() {
    TestServer server =
        new TestServer(
            new TestConfig()
                .zone("example.com", "ns.example.com")
                .zone("a.b.example.com", "ns.a.b.example.com")
                .map("x.a.b.example.com", GROUP)
                .map("y.b.example.com", GROUP));

    assertNoData(server.ask("x.a.b.example.com", Type.TXT), "a.b.example.com.");
    assertNoName(server.ask("z.a.b.example.com", Type.TXT), "a.b.example.com.");
    assertNoData(server.ask("y.b.example.com", Type.TXT), "example.com.");
    assertNoData(server.ask("b.example.com", Type.A), "example.com.");
  }

  /** A zone below a name with nothing in between: what is in between exists all the same. */
  @Test
  void theNameBetweenTwoZonesExists() {
    TestServer zones =
        new TestServer(
            new TestConfig()
                .zone("example.com", "ns.example.com")
                .zone("a.b.example.com", "ns.a.b.example.com"));
    assertNoData(zones.ask("b.example.com", Type.A), "example.com.");

    TestServer mapped =
        new TestServer(new TestConfig().map("example.com", GROUP).map("a.b.example.com", GROUP));
    assertNoData(mapped.ask("b.example.com", Type.A), "example.com.");
  }

  /** In whatever order they stand. */
  @Test
  void eachMappedNameOutsideOfZonesIsAnApex() {
    TestServer upperFirst =
        new TestServer(new TestConfig().map("b.example.com", GROUP).map("a.b.example.com", GROUP));
    TestServer lowerFirst =
        new TestServer(new TestConfig().map("a.b.example.com", GROUP).map("b.example.com", GROUP));
    for (TestServer server : new TestServer[] {upperFirst, lowerFirst}) {
      assertNoData(server.ask("b.example.com", Type.A), "b.example.com.");
      assertNoData(server.ask("a.b.example.com", Type.A), "a.b.example.com.");
      assertNoName(server.ask("x.a.b.example.com", Type.A), "a.b.example.com.");
      assertNoName(server.ask("x.b.example.com", Type.A), "b.example.com.");
      assertThat(data(server.ask("a.b.example.com", Type.SOA))).hasSize(1);
    }
  }

  /**
   * A resolver that asks for NS on its way down would follow a made-up name, in vain. After no data
   * it goes on with the server that it knows.
   */
  @Test
  void anApexThatNobodyHasConfiguredHasNoNameServers() {
    TestServer server =
        new TestServer(
            worker()
                .service("_http._tcp.worker.example.com", GROUP, 80)
                .map("*.apps.example.com", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask("worker.example.com", Type.SOA)))
        .containsExactly(
            "ns.worker.example.com. hostmaster.worker.example.com. 1001 3600 600 86400 5");
    for (String name : new String[] {"", "_tcp.", "_http._tcp.", "ip-10-0-0-1."}) {
      assertNoData(server.ask(name + "worker.example.com", Type.NS), "worker.example.com.");
    }
    assertNoData(server.ask("apps.example.com", Type.NS), "apps.example.com.");
    assertNoData(server.ask("x.apps.example.com", Type.NS), "apps.example.com.");
    assertNoName(server.ask("ns.worker.example.com", Type.A), "worker.example.com.");
  }

  @Test
  void twoNamesForOneGroup() {
    TestServer server =
        new TestServer(
            new TestConfig()
                .map("a.example.com", GROUP, "192.0.2.1")
                .map("b.example.com", GROUP, "192.0.2.2"));
    assertThat(data(server.ask("a.example.com", Type.A))).containsExactly("192.0.2.1");
    assertThat(data(server.ask("b.example.com", Type.A))).containsExactly("192.0.2.2");
    server.join(GROUP, "10.0.0.1");
    assertThat(data(server.ask("a.example.com", Type.A))).containsExactly("10.0.0.1");
    assertThat(data(server.ask("b.example.com", Type.A))).containsExactly("10.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "x.w.example.com, NOERROR, 10.0.0.1", // covered
    "X.W.Example.Com, NOERROR, 10.0.0.1",
    "y.x.w.example.com, NOERROR, 10.0.0.1", // several labels, too
    "*.w.example.com, NOERROR, 10.0.0.1", // the wildcard itself
    "y.*.w.example.com, NXDOMAIN, ''", // the wildcard exists, and nothing lies below it
    "w.example.com, NOERROR, ''", // the name above it exists, and has nothing
    "own.w.example.com, NOERROR, 10.0.0.2", // a name that is mapped is not covered
    "x.own.w.example.com, NXDOMAIN, ''", // nor is what lies below it (RFC 4592 section 3.3.1)
    "between.w.example.com, NOERROR, ''", // nor a name that something lies below
    "x.between.w.example.com, NXDOMAIN, ''",
    "deep.between.w.example.com, NOERROR, 10.0.0.2",
  })
  void wildcards(String name, String code, String address) {
    TestServer server =
        new TestServer(
            new TestConfig()
                .zone("example.com", "ns.example.com")
                .map("*.w.example.com", GROUP)
                .map("own.w.example.com", OTHER)
                .map("deep.between.w.example.com", OTHER));
    server.join(GROUP, "10.0.0.1").join(OTHER, "10.0.0.2");

    Message answer = server.ask(name, Type.A);
    assertThat(code(answer)).isEqualTo(code);
    assertThat(String.join(" ", data(answer))).isEqualTo(address);
    if (address.isEmpty()) {
      assertThat(soa(answer).getName()).hasToString("example.com.");
    } else {
      assertThat(answer.getSection(Section.ANSWER).getFirst().getName().toString())
          .isEqualToIgnoringCase(name + ".");
    }
    assertThat(code(server.ask(name, Type.TXT))).isEqualTo(code);
  }

  @Test
  void aWildcardOutsideOfZones() {
    TestServer server = new TestServer(new TestConfig().map("*.w.example.com", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask("x.w.example.com", Type.A))).containsExactly("10.0.0.1");
    assertNoData(server.ask("x.w.example.com", Type.AAAA), "w.example.com.");
    assertNoData(server.ask("w.example.com", Type.A), "w.example.com.");
    assertNoData(server.ask("w.example.com", Type.NS), "w.example.com.");
    assertNoData(server.ask("x.w.example.com", Type.NS), "w.example.com.");
    assertRefused(server.ask("example.com", Type.A));
  }

  @Test
  void theLongestNames() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "b".repeat(61)); // 255 bytes
    TestServer server = new TestServer(new TestConfig().map(longest, GROUP).map("c", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask(longest, Type.A))).containsExactly("10.0.0.1");
    assertNoData(server.ask(longest, Type.AAAA), longest + ".");
    assertThat(data(server.ask(longest, Type.SOA)))
        .singleElement()
        .asString()
        .startsWith(longest + ". " + longest + ". ");
    assertNoName(server.ask("a.".repeat(126) + "c", Type.A), "c.");
  }

  @Test
  void bytesThatAreNoLetters() {
    TestServer server = new TestServer(new TestConfig().map("a\\.b\\000\\255.example.com", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask("A\\.B\\000\\255.example.com", Type.A))).hasSize(1);
    assertRefused(server.ask("a.b\\000\\255.example.com", Type.A));
    // Only the letters A to Z have two cases: @ and ` differ like A and a.
    TestServer at = new TestServer(new TestConfig().map("\\@x.example.com", GROUP));
    assertRefused(at.ask("`x.example.com", Type.A));
    assertThat("`".getBytes(StandardCharsets.US_ASCII)[0] - '@').isEqualTo('a' - 'A');
  }

  @Test
  void theRootCanBeAZone() {
    TestServer server =
        new TestServer(new TestConfig().zone(".", "ns.example.com").map("w", GROUP));
    server.join(GROUP, "10.0.0.1");

    assertThat(data(server.ask("w", Type.A))).containsExactly("10.0.0.1");
    assertNoData(server.ask(".", Type.A), ".");
    assertNoName(server.ask("a.b", Type.A), ".");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 254, 255, 0})
  void otherClassesAreRefused(int dclass) {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");

    assertRefused(server.ask(TestQuery.of("worker.example.com", Type.A).dclass(dclass)));
  }

  @ParameterizedTest
  @ValueSource(ints = {Type.AXFR, Type.IXFR})
  void transfersAreRefused(int type) {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");

    assertRefused(server.ask("worker.example.com", type));
    assertRefused(server.askTcp(TestQuery.of("worker.example.com", type)));
  }

  /** RFC 8482 section 4.2. */
  @Test
  void everythingIsAnsweredWithLittle() {
    TestServer server =
        new TestServer(worker().service("_http._tcp.worker.example.com", GROUP, 80))
            .joinMany(GROUP, 100);
    for (String name :
        new String[] {
          "worker.example.com", "_http._tcp.worker.example.com", "ip-10-0-0-7.worker.example.com"
        }) {
      Message answer = server.ask(name, Type.ANY);
      assertThat(code(answer)).isEqualTo("NOERROR");
      assertThat(answer.getSection(Section.ANSWER).getFirst().getType()).isEqualTo(Type.HINFO);
      assertThat(data(answer)).containsExactly("\"RFC8482\" \"\"");
    }
    assertNoData(server.ask("_tcp.worker.example.com", Type.ANY), "worker.example.com.");
  }

  @Test
  void flagsAreCopiedOrClear() {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");
    for (String name :
        new String[] {"worker.example.com", "x.worker.example.com", "elsewhere.org"}) {
      int all = TestQuery.RD | TestQuery.CD | 0x0400 | 0x0200 | 0x0080 | 0x0040 | 0x0020 | 0xf;
      byte[] answer = server.udp(TestQuery.of(name, Type.A).flags(all).bytes());
      assertThat(answer[2] & ~0x04).as("QR, RD, no TC").isEqualTo((byte) 0x81 & ~0x04);
      assertThat(answer[3] & 0xf0).as("CD, neither RA, Z nor AD").isEqualTo(0x10);
      byte[] without = server.udp(TestQuery.of(name, Type.A).bytes());
      assertThat(without[2] & ~0x04).isEqualTo((byte) 0x80 & ~0x04);
      assertThat(without[3] & 0xf0).isZero();
    }
  }

  @Test
  void withoutAuthority() {
    TestServer server = new TestServer(worker().nonAuthoritative()).join(GROUP, "10.0.0.1");
    for (int type : new int[] {Type.A, Type.AAAA, Type.SOA, Type.ANY}) {
      Message answer = server.ask("worker.example.com", type);
      assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
      assertThat(code(answer)).isEqualTo("NOERROR");
    }
    Message missing = server.ask("x.worker.example.com", Type.A);
    assertThat(missing.getHeader().getFlag(Flags.AA)).isFalse();
    assertThat(code(missing)).isEqualTo("NXDOMAIN");
  }

  @Test
  void onlyAllowedClientsAreAnswered() {
    TestServer refusing = new TestServer(worker().allow("192.0.2.0/24")).join(GROUP, "10.0.0.1");
    assertRefused(refusing.ask("worker.example.com", Type.A));
    assertRefused(refusing.ask("x.worker.example.com", Type.A));
    assertRefused(refusing.askTcp(TestQuery.of("worker.example.com", Type.A)));

    TestServer allowing =
        new TestServer(worker().allow("192.0.2.0/24", "127.0.0.0/8")).join(GROUP, "10.0.0.1");
    assertThat(data(allowing.ask("worker.example.com", Type.A))).hasSize(1);
  }

  @Test
  void queriesAndAnswersAreCounted() {
    TestServer server = new TestServer(worker()).join(GROUP, "10.0.0.1");
    server.ask("worker.example.com", Type.A);
    server.ask("worker.example.com", Type.A);
    server.ask("worker.example.com", Type.MX);
    server.ask("x.worker.example.com", Type.AAAA);
    server.ask("elsewhere.org", Type.TXT);
    server.udp(new byte[3]);

    DnsStats stats = server.service.stats;
    assertThat(stats.queries(Type.A)).isEqualTo(2);
    assertThat(stats.queries(Type.TXT)).as("others together").isEqualTo(2);
    assertThat(stats.answers(0)).isEqualTo(3);
    assertThat(stats.answers(3)).isEqualTo(1);
    assertThat(stats.answers(5)).isEqualTo(1);
    assertThat(stats.summary())
        .isEqualTo(
            "DNS queries by type: A 2, AAAA 1, other 2; answers: NOERROR 3, NXDOMAIN 1, REFUSED 1;"
                + " dropped 1, rate-limited 0, slipped 0");
  }
}
