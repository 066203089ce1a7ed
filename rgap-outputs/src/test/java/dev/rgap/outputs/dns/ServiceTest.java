package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.OTHER;
import static dev.rgap.outputs.dns.TestServer.code;
import static dev.rgap.outputs.dns.TestServer.data;
import static dev.rgap.outputs.dns.TestServer.ttls;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** SRV records, and the names that they point to. */
class ServiceTest {

  private static final String NAME = "_http._tcp.worker.example.com";
  private static final String BASE = "worker.example.com";
  private static final String IPV6_LABEL = "ip6-2001-0db8-0000-0000-0000-0000-0000-0001";

  private final TestServer server = new TestServer(new TestConfig().service(NAME, GROUP, 8_080));

  @Test
  void theBytesOfAnAnswer() {
    TestServer small = new TestServer(new TestConfig().service("_s._tcp.b", GROUP, 80));
    small.join(GROUP, "10.0.200.1");

    assertThat(HexFormat.of().formatHex(small.udp(TestQuery.of("_S._tcp.B", Type.SRV).bytes())))
        .isEqualTo(
            "beef84000001000100000001"
                + "025f53045f74637001420000210001"
                + "c00c002100010000003c0017" // SRV IN, TTL 60
                + "000a00140050" // priority 10, weight 20, port 80
                + "0d69702d31302d302d3230302d31016200" // ip-10-0-200-1.b, not compressed
                + "0d69702d31302d302d3230302d31c014" // its address: the base is the question's
                + "000100010000003c00040a00c801");
  }

  @Test
  void eachMemberIsATarget() {
    server.join(GROUP, "10.0.0.1", "10.0.0.2", "2001:db8::1");

    Message answer = server.ask(TestQuery.of(NAME, Type.SRV).edns(1_232));
    assertThat(data(answer))
        .containsExactly(
            "10 20 8080 ip-10-0-0-1." + BASE + ".",
            "10 20 8080 ip-10-0-0-2." + BASE + ".",
            "10 20 8080 " + IPV6_LABEL + "." + BASE + ".");
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    List<String> additional =
        answer.getSection(Section.ADDITIONAL).stream()
            .filter(extra -> extra.getType() != Type.OPT)
            .map(Record::toString)
            .map(text -> text.replaceAll("\\s+", " "))
            .sorted()
            .toList();
    assertThat(additional)
        .containsExactly(
            "ip-10-0-0-1." + BASE + ". 60 IN A 10.0.0.1",
            "ip-10-0-0-2." + BASE + ". 60 IN A 10.0.0.2",
            IPV6_LABEL + "." + BASE + ". 60 IN AAAA 2001:db8:0:0:0:0:0:1");
  }

  @Test
  void targetsAreAnsweredWhileTheyAreMembers() {
    server.join(GROUP, "10.0.0.1", "2001:db8::1");
    String ipv4 = "Ip-10-0-0-1." + BASE;
    String ipv6 = IPV6_LABEL + "." + BASE;

    assertThat(data(server.ask(ipv4, Type.A))).containsExactly("10.0.0.1");
    assertThat(ttls(server.ask(ipv4, Type.A))).containsExactly(60L);
    assertThat(data(server.ask(ipv6, Type.AAAA))).containsExactly("2001:db8:0:0:0:0:0:1");
    for (Message noData :
        List.of(
            server.ask(ipv4, Type.AAAA),
            server.ask(ipv6, Type.A),
            server.ask(ipv4, Type.SOA),
            server.ask(ipv4, Type.SRV))) {
      assertThat(code(noData)).isEqualTo("NOERROR");
      assertThat(noData.getSection(Section.ANSWER)).isEmpty();
      assertThat(noData.getSection(Section.AUTHORITY)).hasSize(1);
    }
    assertThat(code(server.ask("x." + ipv4, Type.A))).isEqualTo("NXDOMAIN");
    assertThat(code(server.ask("ip-10-0-0-2." + BASE, Type.A))).isEqualTo("NXDOMAIN");

    server.advance(Duration.ofSeconds(10));
    assertThat(ttls(server.ask(ipv4, Type.A))).containsExactly(50L);
    server.advance(TestServer.EXPIRE);
    assertThat(code(server.ask(ipv4, Type.A))).isEqualTo("NXDOMAIN");
    assertThat(code(server.ask(ipv6, Type.AAAA))).isEqualTo("NXDOMAIN");
  }

  /** RFC 4592 section 3.3.1: a name that exists keeps a wildcard away from all below it. */
  @Test
  void noWildcardCoversWhatLiesBelowATarget() {
    TestServer covered =
        new TestServer(new TestConfig().service(NAME, GROUP, 80).map("*." + BASE, OTHER));
    covered.join(GROUP, "10.0.0.1", "2001:db8::1").join(OTHER, "10.0.0.9");

    for (String target : List.of("ip-10-0-0-1.", IPV6_LABEL + ".", "_tcp.", "_http._tcp.")) {
      for (String below : List.of("x.", "y.x.", "*.", "ip-10-0-0-1.")) {
        for (int type : new int[] {Type.A, Type.AAAA, Type.SRV, Type.TXT, Type.ANY}) {
          Message answer = covered.ask(below + target + BASE, type);
          assertThat(code(answer)).as(below + target).isEqualTo("NXDOMAIN");
          assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
        }
      }
    }
    assertThat(data(covered.ask("x.ip-10-0-0-2." + BASE, Type.A))).containsExactly("10.0.0.9");
    assertThat(data(covered.ask("x.ip-10-0-0-1.y." + BASE, Type.A))).containsExactly("10.0.0.9");

    covered.advance(TestServer.EXPIRE);
    covered.join(OTHER, "10.0.0.9");
    assertThat(data(covered.ask("x.ip-10-0-0-1." + BASE, Type.A))).containsExactly("10.0.0.9");
  }

  /** Whether a wildcard covers the name is not known before the group is ready. */
  @Test
  void belowWhatMayBeATarget() {
    TestServer late =
        new TestServer(
            new TestConfig()
                .service("_http._tcp.a.example.com", LATE, 80)
                .map("*.a.example.com", GROUP)
                .service("_http._tcp.b.example.com", LATE, 80));
    late.join(GROUP, "10.0.0.9").join(LATE, "10.0.0.1");

    assertThat(code(late.ask("x.ip-10-0-0-1.a.example.com", Type.A))).isEqualTo("SERVFAIL");
    assertThat(code(late.ask("x.ip-10-0-0-1.b.example.com", Type.A))).isEqualTo("NXDOMAIN");
    assertThat(data(late.ask("x.y.a.example.com", Type.A))).containsExactly("10.0.0.9");

    late.advance(TestServer.DELAY);
    assertThat(code(late.ask("x.ip-10-0-0-1.a.example.com", Type.A))).isEqualTo("NXDOMAIN");
    assertThat(data(late.ask("x.ip-10-0-0-2.a.example.com", Type.A))).containsExactly("10.0.0.9");
  }

  /** An address has one name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip-10-0-0-01",
        "ip-10-0-0",
        "ip-10-0-0-1-1",
        "ip-",
        "ip",
        "i",
        "ip-10\\.0\\.0\\.1",
        "ip--10-0-0-1",
        "ip6-2001-db8-0-0-0-0-0-1",
        "ip6-2001-db8--1",
        "ip6-2001-0db8-0000-0000-0000-0000-0000-0001-",
        "ip62001-0db8-0000-0000-0000-0000-0000-0001",
        "ip6-0000-0000-0000-0000-0000-ffff-0a00-0001",
        "ip6--ffff-10-0-0-1",
        "ip6-2001-0db8-0000-0000-0000-0000-0000-0001%eth0",
        "ip-10-0-0-1\\000",
        "ip-10-0-0-\\177",
      })
  void otherWaysToWriteAnAddressNameNothing(String label) {
    server.join(GROUP, "10.0.0.1", "2001:db8::1");

    assertThat(code(server.ask(label + "." + BASE, Type.A))).isEqualTo("NXDOMAIN");
    assertThat(code(server.ask(label + "." + BASE, Type.AAAA))).isEqualTo("NXDOMAIN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "255.255.255.255",
        "10.20.30.40",
        "1.10.100.200",
        "::",
        "::1",
        "fe80::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "1234:5678:9abc:def0:fed:cba9:8765:4321"
      })
  void theTargetOfEveryAddressIsFound(String address) {
    server.join(GROUP, address);

    Message answer = server.ask(NAME, Type.SRV);
    SRVRecord service = (SRVRecord) answer.getSection(Section.ANSWER).getFirst();
    Record extra = answer.getSection(Section.ADDITIONAL).getFirst();
    assertThat(extra.getName()).isEqualTo(service.getTarget());
    Message target = server.ask(service.getTarget().toString(), extra.getType());
    assertThat(data(target)).containsExactly(extra.rdataToString());
  }

  @Test
  void theServiceItselfHasNoAddress() {
    server.join(GROUP, "10.0.0.1");

    for (String name : new String[] {NAME, "_tcp." + BASE, BASE}) {
      Message answer = server.ask(name, Type.A);
      assertThat(code(answer)).isEqualTo("NOERROR");
      assertThat(answer.getSection(Section.ANSWER)).isEmpty();
      assertThat(answer.getSection(Section.AUTHORITY).getFirst().getName()).hasToString(BASE + ".");
    }
  }

  @Test
  void fallbacksAreTargetsToo() {
    TestServer falling =
        new TestServer(
            new TestConfig().service(NAME, GROUP, 80, "192.0.2.9", "2001:db8::9").fallbackTtl(4));

    assertThat(data(falling.ask(NAME, Type.SRV))).hasSize(2);
    assertThat(ttls(falling.ask(NAME, Type.SRV))).containsExactly(4L);
    assertThat(data(falling.ask("ip-192-0-2-9." + BASE, Type.A))).containsExactly("192.0.2.9");
    falling.join(GROUP, "10.0.0.1");
    assertThat(code(falling.ask("ip-192-0-2-9." + BASE, Type.A))).isEqualTo("NXDOMAIN");
  }

  @Test
  void anEmptyServiceIsNoData() {
    Message answer = server.ask(NAME, Type.SRV);

    assertThat(code(answer)).isEqualTo("NOERROR");
    assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
  }

  @Test
  void additionalAddressesAreLeftOutIfTheyDoNotFit() {
    server.joinMany(GROUP, 9); // 47 + 9 × 49 bytes, and 9 × 28 for the addresses

    byte[] plain = server.udp(TestQuery.of(NAME, Type.SRV).bytes());
    Message answer = TestServer.parse(plain);
    assertThat(data(answer)).hasSize(9);
    assertThat(answer.getSection(Section.ADDITIONAL)).isEmpty();
    assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();

    Message edns = server.ask(TestQuery.of(NAME, Type.SRV).edns(1_232));
    assertThat(edns.getSection(Section.ADDITIONAL)).hasSize(10);
  }

  @Test
  void servicesThatDoNotFitAreTruncated() {
    server.joinMany(GROUP, 200);

    byte[] plain = server.udp(TestQuery.of(NAME, Type.SRV).bytes());
    Message answer = TestServer.parse(plain);
    assertThat(plain.length).isBetween(512 - 52, 512);
    assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(answer.getSection(Section.ADDITIONAL)).isEmpty();

    Message full = server.askTcp(TestQuery.of(NAME, Type.SRV));
    assertThat(data(full)).hasSize(200);
    assertThat(full.getSection(Section.ADDITIONAL)).hasSize(200);
    assertThat(full.getHeader().getFlag(Flags.TC)).isFalse();
  }

  @Test
  void aLimitOnAnswersRotates() {
    TestServer limited = new TestServer(new TestConfig().service(NAME, GROUP, 80).maxAnswers(3));
    limited.joinMany(GROUP, 50);

    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Message answer = limited.ask(NAME, Type.SRV);
      assertThat(data(answer)).hasSize(3);
      assertThat(answer.getSection(Section.ADDITIONAL)).hasSize(3);
      for (int j = 0; j < 3; j++) {
        SRVRecord service = (SRVRecord) answer.getSection(Section.ANSWER).get(j);
        assertThat(answer.getSection(Section.ADDITIONAL).get(j).getName())
            .isEqualTo(service.getTarget());
      }
      seen.addAll(data(answer));
    }
    assertThat(seen).hasSize(50);
  }

  @Test
  void severalServicesShareABase() {
    TestServer several =
        new TestServer(
            new TestConfig()
                .map(BASE, GROUP)
                .service("_a._tcp." + BASE, GROUP, 1)
                .service("_b._udp." + BASE, OTHER, 2)
                .map("ip-10-0-0-9." + BASE, OTHER));
    several.join(GROUP, "10.0.0.1", "10.0.0.9").join(OTHER, "10.0.0.2");

    assertThat(data(several.ask("ip-10-0-0-1." + BASE, Type.A))).containsExactly("10.0.0.1");
    assertThat(data(several.ask("ip-10-0-0-2." + BASE, Type.A))).containsExactly("10.0.0.2");
    assertThat(data(several.ask("ip-10-0-0-9." + BASE, Type.A)))
        .as("a mapped name comes first")
        .containsExactly("10.0.0.2");
    assertThat(data(several.ask("_b._udp." + BASE, Type.SRV)))
        .containsExactly("10 20 2 ip-10-0-0-2." + BASE + ".");
    assertThat(data(several.ask(BASE, Type.A))).hasSize(2);
  }

  @Test
  void aTargetComesBeforeAWildcard() {
    TestServer wild =
        new TestServer(
            new TestConfig().service(NAME, GROUP, 80).map("*." + BASE, OTHER, "192.0.2.1"));
    wild.join(GROUP, "10.0.0.1");

    assertThat(data(wild.ask("ip-10-0-0-1." + BASE, Type.A))).containsExactly("10.0.0.1");
    assertThat(data(wild.ask("ip-10-0-0-2." + BASE, Type.A))).containsExactly("192.0.2.1");
  }

  /** A service may have the name of the addresses. */
  @Test
  void aNameWithoutUnderscores() {
    TestServer plain = new TestServer(new TestConfig().service(BASE, GROUP, 80));
    plain.join(GROUP, "10.0.0.1");

    assertThat(data(plain.ask(BASE, Type.A))).containsExactly("10.0.0.1");
    assertThat(data(plain.ask(BASE, Type.SRV)))
        .containsExactly("10 20 80 ip-10-0-0-1." + BASE + ".");
    assertThat(data(plain.ask("ip-10-0-0-1." + BASE, Type.A))).containsExactly("10.0.0.1");
  }
}
