package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.OTHER;
import static dev.rgap.outputs.dns.TestServer.code;
import static dev.rgap.outputs.dns.TestServer.data;
import static dev.rgap.outputs.dns.TestServer.ttls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The names of addresses, and what they point to. */
class ReverseNamesTest {

  private static final String TEN = "10.in-addr.arpa";
  private static final String DOC = "8.b.d.0.1.0.0.2.ip6.arpa";

  private final TestServer server =
      new TestServer(
          new TestConfig()
              .zone(TEN, "ns.example.net")
              .zone(DOC, "ns.example.net")
              .zone("example.com", "ns.example.net")
              .map("worker.example.com", GROUP, "10.9.9.9")
              .reverse()
              .map("also.example.com", GROUP)
              .service("_http._tcp.api.example.com", OTHER, 80)
              .reverse()
              .service("_https._tcp.api.example.com", OTHER, 443)
              .reverse()
              .map("hidden.example.com", OTHER));

  private static String of(String address) {
    String name = ReverseMap.fromAddress(IpAddress.parse(address).toInetAddress()).toString();
    return name.substring(0, name.length() - 1);
  }

  private Message ptr(String address) {
    return server.ask(of(address), Type.PTR);
  }

  private static void assertNegative(Message answer, String code, String apex) {
    assertThat(code(answer)).isEqualTo(code);
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
    assertThat(answer.getSection(Section.AUTHORITY).getFirst().getName()).hasToString(apex + ".");
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
  }

  @Test
  void anAddressPointsToItsName() {
    server.join(GROUP, "10.0.0.1", "2001:db8::17", "10.0.0.2");
    for (String member : new String[] {"10.0.0.1", "10.0.0.2", "2001:db8::17"}) {
      Message answer = ptr(member);
      assertThat(data(answer)).containsExactly("worker.example.com.");
      assertThat(ttls(answer)).containsExactly(60L);
      assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
      assertThat(answer.getSection(Section.ANSWER).getFirst().getName())
          .hasToString(of(member) + ".");
    }
    String upper = of("2001:db8::17").toUpperCase(Locale.ROOT);
    assertThat(data(server.ask(upper, Type.PTR))).hasSize(1);

    server.advance(TestServer.EXPIRE);
    assertNegative(ptr("10.0.0.1"), "NXDOMAIN", TEN);
    assertNegative(ptr("2001:db8::17"), "NXDOMAIN", DOC);
  }

  @Test
  void theBytesOfAnAnswer() {
    TestServer small =
        new TestServer(new TestConfig().zone(TEN, "n.a").map("a.bc", GROUP).reverse());
    small.join(GROUP, "10.2.3.4");

    assertThat(HexFormat.of().formatHex(small.udp(TestQuery.of(of("10.2.3.4"), Type.PTR).bytes())))
        .isEqualTo(
            "beef84000001000100000000"
                + "0134"
                + "0133"
                + "0132"
                + "023130"
                + "07696e2d61646472"
                + "046172706100"
                + "000c0001"
                + "c00c000c0001"
                + "0000003c"
                + "0006"
                + "016102626300");
  }

  /** Of a service, the address alone has a name; of two of them, it is the same. */
  @Test
  void anAddressOfAServicePointsToItsTarget() {
    server.join(OTHER, "10.0.0.1");
    Message answer = ptr("10.0.0.1");
    assertThat(data(answer)).containsExactly("ip-10-0-0-1.api.example.com.");
    assertThat(data(server.ask("ip-10-0-0-1.api.example.com", Type.A)))
        .as("and back")
        .containsExactly("10.0.0.1");
  }

  @Test
  void aMemberOfSeveralGroupsPointsToAllOfThem() {
    server.join(GROUP, IpAddress.parse("10.0.0.1"), Duration.ofSeconds(50));
    server.join(OTHER, IpAddress.parse("10.0.0.1"), Duration.ofSeconds(20));
    Message answer = ptr("10.0.0.1");
    assertThat(data(answer)).containsExactly("ip-10-0-0-1.api.example.com.", "worker.example.com.");
    assertThat(ttls(answer)).as("one TTL, the smallest").containsExactly(20L);
  }

  @Test
  void fallbacksHaveNamesWhileTheyAreAnswered() {
    assertThat(data(ptr("10.9.9.9"))).containsExactly("worker.example.com.");
    assertThat(ttls(ptr("10.9.9.9"))).containsExactly(1L);
    server.join(GROUP, "10.0.0.1");
    assertNegative(ptr("10.9.9.9"), "NXDOMAIN", TEN);
  }

  /** Resolvers that ask label by label stop at the first name that doesn't exist (RFC 9156). */
  @Test
  void whatLiesAboveAMemberExists() {
    server.join(GROUP, "10.0.0.1", "2001:db8::17");
    for (String name : new String[] {"0.10.in-addr.arpa", "0.0.10.in-addr.arpa"}) {
      assertNegative(server.ask(name, Type.PTR), "NOERROR", TEN);
      assertNegative(server.ask(name, Type.NS), "NOERROR", TEN);
      assertNegative(server.ask(name, Type.ANY), "NOERROR", TEN);
    }
    for (String name : new String[] {"1.10.in-addr.arpa", "1.0.10.in-addr.arpa"}) {
      assertNegative(server.ask(name, Type.PTR), "NXDOMAIN", TEN);
    }
    String member = of("2001:db8::17");
    for (int below = 1; below < 24; below++) {
      assertNegative(server.ask(member.substring(2 * below), Type.A), "NOERROR", DOC);
    }
    assertNegative(server.ask("1." + DOC, Type.A), "NXDOMAIN", DOC);
    server.advance(TestServer.EXPIRE);
    assertNegative(server.ask("0." + DOC, Type.A), "NXDOMAIN", DOC);
  }

  @Test
  void otherTypesAreNoData() {
    server.join(GROUP, "10.0.0.1");
    for (int type : new int[] {Type.A, Type.AAAA, Type.TXT, Type.NS, Type.SOA, Type.SRV}) {
      assertNegative(server.ask(of("10.0.0.1"), type), "NOERROR", TEN);
    }
    assertThat(data(server.ask(of("10.0.0.1"), Type.ANY))).containsExactly("\"RFC8482\" \"\"");
    assertThat(data(server.ask(TEN, Type.NS))).containsExactly("ns.example.net.");
    assertNegative(server.ask("worker.example.com", Type.PTR), "NOERROR", "example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01.0.0.10.in-addr.arpa",
        "1.00.0.10.in-addr.arpa",
        "1.0.x.10.in-addr.arpa",
        "257.0.0.10.in-addr.arpa",
        "4294967297.0.0.10.in-addr.arpa",
        "x.1.0.0.10.in-addr.arpa",
        "1.1.0.0.10.in-addr.arpa",
        "-1.0.0.10.in-addr.arpa",
        "1.0.0.0.0.10.in-addr.arpa",
      })
  void namesThatStandForNothing(String name) {
    server.join(GROUP, "10.0.0.1");
    assertNegative(server.ask(name, Type.PTR), "NXDOMAIN", TEN);
  }

  @Test
  void namesOfIpv6ThatStandForNothing() {
    server.join(GROUP, "2001:db8::17");
    String member = of("2001:db8::17");
    assertNegative(server.ask("0." + member, Type.PTR), "NXDOMAIN", DOC);
    assertNegative(server.ask("0" + member, Type.PTR), "NXDOMAIN", DOC);
    assertNegative(server.ask("g" + member.substring(1), Type.PTR), "NXDOMAIN", DOC);
  }

  /** An IPv4 address has one name, although it could be written as an IPv6 one. */
  @Test
  void addressesOfIpv4HaveNoNamesOfIpv6() {
    TestServer all =
        new TestServer(
            new TestConfig()
                .zone("ip6.arpa", "ns.example.net")
                .zone("in-addr.arpa", "ns.example.net")
                .map("worker.example.com", GROUP)
                .reverse());
    all.join(GROUP, "10.0.0.1");
    String mapped =
        "1.0.0.0.0.0.a.0.f.f.f.f." + String.join(".", Collections.nCopies(20, "0")) + ".ip6.arpa";
    assertNegative(all.ask(mapped, Type.PTR), "NXDOMAIN", "ip6.arpa");
    assertNegative(all.ask("0.ip6.arpa", Type.PTR), "NXDOMAIN", "ip6.arpa");
    assertThat(data(all.ask(of("10.0.0.1"), Type.PTR))).hasSize(1);
    // Addresses of IPv6 stand before those of IPv4 and behind them.
    all.join(GROUP, "::fffe:0:0");
    assertNegative(all.ask("0.ip6.arpa", Type.PTR), "NOERROR", "ip6.arpa");
    all.advance(TestServer.EXPIRE);
    all.join(GROUP, "10.0.0.1", "0:1::");
    assertNegative(all.ask("0.ip6.arpa", Type.PTR), "NOERROR", "ip6.arpa");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1", // in no zone of ours
    "2001:db9::1",
  })
  void whatIsNotOursIsRefused(String address) {
    server.join(GROUP, address);
    assertThat(code(ptr(address))).isEqualTo("REFUSED");
  }

  @Test
  void onlyMappingsThatWantToAreFound() {
    TestServer unasked =
        new TestServer(
            new TestConfig().zone(TEN, "ns.example.net").map("worker.example.com", GROUP));
    unasked.join(GROUP, "10.0.0.1");
    assertNegative(unasked.ask(of("10.0.0.1"), Type.PTR), "NXDOMAIN", TEN);
  }

  @Test
  void nobodyKnowsWhoIsInAGroupThatIsNotReady() {
    TestServer late =
        new TestServer(
            new TestConfig()
                .zone(TEN, "ns.example.net")
                .map("late.example.com", LATE)
                .reverse()
                .map("worker.example.com", GROUP)
                .reverse());
    late.join(LATE, "10.0.0.1").join(GROUP, "10.0.0.2");
    assertThat(code(late.ask(of("10.0.0.1"), Type.PTR))).isEqualTo("SERVFAIL");
    assertThat(code(late.ask("1.10.in-addr.arpa", Type.PTR))).isEqualTo("SERVFAIL");
    assertThat(data(late.ask(of("10.0.0.2"), Type.PTR))).containsExactly("worker.example.com.");
    assertNegative(late.ask("300.10.in-addr.arpa", Type.PTR), "NXDOMAIN", TEN);
    late.advance(TestServer.DELAY);
    assertThat(data(late.ask(of("10.0.0.1"), Type.PTR))).containsExactly("late.example.com.");
    assertNegative(late.ask("1.10.in-addr.arpa", Type.PTR), "NXDOMAIN", TEN);
  }

  /** Each change shows in the serial of the zone of the names, too. */
  @Test
  void theSerialGrows() {
    long before = serial();
    server.join(OTHER, "10.0.0.1");
    server.advance(Duration.ofSeconds(1));
    assertThat(serial()).isGreaterThan(before);
  }

  private long serial() {
    Message answer = server.ask(TEN, Type.SOA);
    return ((SOARecord) answer.getSection(Section.ANSWER).getFirst()).getSerial();
  }

  @Test
  void whatIsMappedInTheZoneComesFirst() {
    TestServer mapped =
        new TestServer(
            new TestConfig()
                .zone(TEN, "ns.example.net")
                .map("1.0.0.10.in-addr.arpa", OTHER)
                .map("*.10.in-addr.arpa", OTHER)
                .map("worker.example.com", GROUP)
                .reverse());
    mapped.join(GROUP, "10.0.0.1", "10.0.0.2").join(OTHER, "192.0.2.1");
    assertNegative(mapped.ask(of("10.0.0.1"), Type.PTR), "NOERROR", TEN);
    assertThat(data(mapped.ask(of("10.0.0.1"), Type.A))).containsExactly("192.0.2.1");
    assertThat(data(mapped.ask(of("10.0.0.2"), Type.PTR))).containsExactly("worker.example.com.");
    assertNegative(mapped.ask(of("10.0.0.2"), Type.A), "NOERROR", TEN);
  }

  @Test
  void whatDoesNotFitIsTruncated() {
    TestConfig config = new TestConfig().zone(TEN, "ns.example.net");
    for (int i = 0; i < 20; i++) {
      config.map("a-name-that-is-long-enough-" + i + ".example.com", GROUP).reverse();
    }
    TestServer many = new TestServer(config);
    many.join(GROUP, "10.0.0.1");
    Message cut = many.ask(of("10.0.0.1"), Type.PTR);
    assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(data(cut)).hasSizeBetween(5, 19);
    assertThat(data(many.askTcp(TestQuery.of(of("10.0.0.1"), Type.PTR)))).hasSize(20);
  }
}
