package dev.rgap.outputs.dns;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Nameserver;
import dev.rgap.outputs.dns.DnsConfig.Own;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * Any bytes as a query: nothing is thrown, what is answered can be read and is what dnsjava would
 * write, errors are hardly longer than the query, and UDP answers not longer than they may be. A
 * client that is not allowed is refused, whatever it sends.
 */
class DnsQueryFuzzTest {

  private static final int MAX_QUERY = 4_096;
  private static final GroupId GROUP = new GroupId(1);
  private static final GroupId LATE = new GroupId(2);
  private static final String SERVER_ID = "id";
  private static final Duration EXPIRE = Duration.ofSeconds(60);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("00".repeat(32));

  private final Responder responder;
  private final byte[] message = new byte[MAX_QUERY];
  private final byte[] output = new byte[Responder.MAX_ANSWER];

  DnsQueryFuzzTest() {
    ManualClock clock = new ManualClock();
    LiveMembership membership =
        new LiveMembership(
            List.of(
                GroupConfig.of(GROUP, KEY, EXPIRE),
                GroupConfig.of(LATE, KEY, EXPIRE).withReadinessDelay(EXPIRE)),
            clock.scheduler());
    for (int i = 0; i < 40; i++) {
      long now = clock.epochMicros();
      IpAddress address = i < 30 ? IpAddress.ofIpv4((10 << 24) + i) : new IpAddress(i, i);
      requireNonNull(membership.find(GROUP.bits()))
          .accept(Datagrams.unsigned(GROUP, address, now), now);
    }
    Service service = new Service(80, 0, 1);
    DnsConfig config =
        new DnsConfig(
            List.of(),
            List.of(
                mapping("w.example.com", GROUP, Optional.empty()),
                mapping("*.x.example.com", GROUP, Optional.empty()),
                mapping("l.example.com", LATE, Optional.empty()),
                mapping("_s._tcp.w.example.com", GROUP, Optional.of(service)),
                mapping("_s._tcp.z", LATE, Optional.of(service))),
            List.of(zone("example.com"), zone("10.in-addr.arpa"), zone("ip6.arpa")),
            true,
            1_232,
            DnsConfig.ALL_ANSWERS,
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            List.of(),
            Optional.empty(),
            new Tcp(1, 1, EXPIRE),
            WhileNotReady.SERVFAIL,
            Optional.of(SERVER_ID));
    Catalog catalog = new Catalog(config, membership, clock);
    responder =
        new DnsService(config, catalog, clock, 1, new Metrics()).responder(new SplittableRandom(1));
  }

  private static Mapping mapping(String name, GroupId group, Optional<Service> service) {
    boolean reverse = name.equals("w.example.com");
    return new Mapping(
        name(name), new MappedGroup(group, List.of()), service, reverse, Own.NOTHING);
  }

  private static Zone zone(String apex) {
    IpAddress address = IpAddress.parse("192.0.2.53");
    return new Zone(
        name(apex),
        List.of(new Nameserver(name("ns.example.com"), List.of(address))),
        name("admin." + apex),
        Duration.ofSeconds(5));
  }

  private static DomainName name(String text) {
    return DomainName.parse(text);
  }

  @FuzzTest(maxDuration = "30s")
  void answersAnyBytes(byte[] query) throws IOException {
    int length = Math.min(query.length, MAX_QUERY);
    for (boolean tcp : new boolean[] {false, true}) {
      System.arraycopy(query, 0, message, 0, length);
      byte[] answer = Arrays.copyOf(output, responder.respond(message, length, tcp, true, output));
      assertThat(Arrays.copyOf(message, length)).isEqualTo(Arrays.copyOf(query, length));
      boolean answerable = length >= 12 && (query[2] & 0x80) == 0;
      assertThat(answer.length > 0).isEqualTo(answerable);
      if (answerable) {
        check(query, length, answer, tcp);
      }
    }
    refusesAnyBytes(query, length);
  }

  /** Whoever may not ask learns nothing but that. */
  private void refusesAnyBytes(byte[] query, int length) throws IOException {
    byte[] answer = Arrays.copyOf(output, responder.respond(message, length, false, false, output));
    boolean answerable = length >= 12 && (query[2] & 0x80) == 0;
    assertThat(answer.length > 0).isEqualTo(answerable);
    if (answerable) {
      check(query, length, answer, false);
      Message parsed = new Message(answer);
      assertThat(parsed.getRcode()).isEqualTo(Rcode.REFUSED);
      for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
        assertThat(parsed.getSection(section)).isEmpty();
      }
    }
  }

  private static void check(byte[] query, int length, byte[] answer, boolean tcp)
      throws IOException {
    Message parsed = new Message(answer);
    assertThat(parsed.toWire()).isEqualTo(answer);
    assertThat(answer).startsWith(query[0], query[1]);
    assertThat(answer[2] & 0xf9).as("QR, opcode, RD").isEqualTo(0x80 | (query[2] & 0x79));
    assertThat(answer[3] & 0xf0).as("CD and nothing else").isEqualTo(query[3] & 0x10);
    int code = parsed.getRcode();
    assertThat(code)
        .isIn(
            Rcode.NOERROR,
            Rcode.FORMERR,
            Rcode.SERVFAIL,
            Rcode.NXDOMAIN,
            Rcode.NOTIMP,
            Rcode.REFUSED,
            Rcode.BADVERS);
    if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
      boolean told = parsed.getOPT() != null && !parsed.getOPT().getOptions().isEmpty();
      int more = told ? ExtendedError.LENGTH + SERVER_ID.length() : 0;
      assertThat(answer.length).isLessThanOrEqualTo(length + more);
    }
    if (!tcp) {
      assertThat(answer.length).isLessThanOrEqualTo(parsed.getOPT() == null ? 512 : 1_232);
    }
  }
}
