package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.outputs.dns.RateLimiter.Decision;
import dev.rgap.protocol.IpAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** How much a client's network gets by UDP. */
class RateLimitTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final InetAddress CLIENT = address("192.0.2.1");

  private static InetAddress address(String text) {
    return IpAddress.parse(text).toInetAddress();
  }

  private static RateLimiter limiter(int perSecond, int slip, long now) {
    return new RateLimiter(new RateLimit(perSecond, slip, 24, 56), 99, now);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE, -3})
  void aSecondsWorthAtOnceAndThenByAndBy(long start) {
    RateLimiter limiter = limiter(10, 0, start);
    for (int i = 0; i < 10; i++) {
      assertThat(limiter.decide(CLIENT, start)).isEqualTo(Decision.SEND);
    }
    assertThat(limiter.decide(CLIENT, start)).isEqualTo(Decision.DROP);
    assertThat(limiter.decide(CLIENT, start + SECOND / 10 - 1)).isEqualTo(Decision.DROP);
    assertThat(limiter.decide(CLIENT, start + SECOND / 10)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(CLIENT, start + SECOND / 10)).isEqualTo(Decision.DROP);
    long later = start + 100 * SECOND;
    for (int i = 0; i < 10; i++) {
      assertThat(limiter.decide(CLIENT, later)).isEqualTo(Decision.SEND);
    }
    assertThat(limiter.decide(CLIENT, later)).isEqualTo(Decision.DROP);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1_000, 1_000_000})
  void inTheLongRunItIsTheRate(int perSecond) {
    RateLimiter limiter = limiter(perSecond, 0, 0);
    long step = SECOND / perSecond / 3 + 1;
    int sent = 0;
    int queries = 30_000;
    for (int i = 0; i < queries; i++) {
      sent += limiter.decide(CLIENT, i * step) == Decision.SEND ? 1 : 0;
    }
    double allowed = perSecond + (double) queries * step / SECOND * perSecond;
    assertThat((double) sent).isBetween(Math.min(queries, allowed) * 0.98 - 2, allowed + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void everyFewOfTheDroppedSlip(int slip) {
    RateLimiter limiter = limiter(1, slip, 0);
    limiter.decide(CLIENT, 0);
    for (int i = 1; i <= 3 * slip; i++) {
      assertThat(limiter.decide(CLIENT, 0))
          .isEqualTo(i % slip == 0 ? Decision.SLIP : Decision.DROP);
    }
  }

  @Test
  void networksHaveLimitsOfTheirOwn() {
    RateLimiter limiter = limiter(1, 0, 0);
    assertThat(limiter.decide(address("192.0.2.1"), 0)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(address("192.0.2.254"), 0)).isEqualTo(Decision.DROP);
    assertThat(limiter.decide(address("192.0.3.1"), 0)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(address("2001:db8:0:100::1"), 0)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(address("2001:db8:0:1ff:9:9:9:9"), 0)).isEqualTo(Decision.DROP);
    assertThat(limiter.decide(address("2001:db8:0:200::1"), 0)).isEqualTo(Decision.SEND);
  }

  /** Two networks may share a place; few do. */
  @Test
  void networksSeldomMeet() {
    RateLimiter limiter = limiter(1, 0, 0);
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      InetAddress client = IpAddress.ofIpv4((10 << 24) + (i << 8)).toInetAddress();
      sent += limiter.decide(client, 0) == Decision.SEND ? 1 : 0;
    }
    assertThat(sent).isGreaterThan(950);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 65, 127, 128})
  void anyPrefix(int prefix) {
    RateLimiter limiter = new RateLimiter(new RateLimit(1, 0, Math.min(prefix, 32), prefix), 1, 0);
    assertThat(limiter.decide(address("2001:db8::1"), 0)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(address("2001:db8::1"), 0)).isEqualTo(Decision.DROP);
    assertThat(limiter.decide(CLIENT, 0)).isEqualTo(Decision.SEND);
    assertThat(limiter.decide(CLIENT, 0)).isEqualTo(Decision.DROP);
  }

  /** With the server's payload size, 1232, and nothing else. */
  private static final String OPT = "00002904d0000000000000";

  private final TestServer server =
      new TestServer(new TestConfig().map("w.example.com", GROUP).rateLimit(2, 2))
          .joinMany(GROUP, 20);
  private final Responder responder = server.service.responder();

  private String udp(byte[] query) {
    byte[] output = new byte[4_096];
    Arrays.fill(output, (byte) 0xdd);
    int length = server.service.respondUdp(responder, query, query.length, CLIENT, output);
    return HexFormat.of().formatHex(output, 0, length);
  }

  @Test
  void whatSlipsIsEmptyAndSaysTc() {
    byte[] query = TestQuery.of("w.example.com", Type.A).flags(TestQuery.RD).edns(1_232).bytes();
    Set<String> full = new HashSet<>();
    full.add(udp(query).substring(0, 16));
    full.add(udp(query).substring(0, 16));
    assertThat(full).containsExactly("beef850000010014"); // 20 answers
    assertThat(udp(query)).isEmpty();
    String question = HexFormat.of().formatHex(TestQuery.of("w.example.com", Type.A).question());
    assertThat(udp(query)).isEqualTo("beef83000001000000000001" + question + OPT);
    assertThat(udp(query)).isEmpty();
    assertThat(server.service.stats.slipped.value()).isEqualTo(1);
    assertThat(server.service.stats.rateLimited.value()).isEqualTo(2);
    assertThat(server.service.stats.summary()).endsWith("; dropped 0, rate-limited 2, slipped 1");
  }

  @Test
  void withoutEdnsWhatSlipsHasNone() {
    byte[] query = TestQuery.of("w.example.com", Type.A).bytes();
    udp(query);
    udp(query);
    udp(query);
    String question = HexFormat.of().formatHex(TestQuery.of("w.example.com", Type.A).question());
    assertThat(udp(query)).isEqualTo("beef82000001000000000000" + question);
  }

  /** Nothing of an earlier answer may show in one that never had a question. */
  @Test
  void errorsWithoutAQuestionSlipAsTheyAre() {
    byte[] good = TestQuery.of("w.example.com", Type.A).bytes();
    byte[] bad =
        TestQuery.of("w.example.com", Type.A)
            .counts(1, 0, 0, 2)
            .append(TestQuery.opt(512, 0, 0))
            .append(TestQuery.opt(512, 0, 0))
            .bytes();
    udp(good);
    udp(good);
    assertThat(udp(bad)).isEmpty();
    assertThat(udp(bad)).isEqualTo("beef80010000000000000001" + OPT);
    byte[] notify = TestQuery.of("w.example.com", Type.SOA).opcode(4).bytes();
    assertThat(udp(notify)).isEmpty();
    assertThat(udp(notify)).isEqualTo("beefa0040000000000000000");
  }

  @Test
  void tcpIsNotLimited() {
    for (int i = 0; i < 10; i++) {
      assertThat(server.tcp(TestQuery.of("w.example.com", Type.A).bytes())).isNotEmpty();
    }
  }
}
