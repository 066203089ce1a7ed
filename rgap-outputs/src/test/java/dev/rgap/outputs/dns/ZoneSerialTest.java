package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.OTHER;
import static dev.rgap.outputs.dns.TestServer.SERIAL;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Serials that secondaries can go by: they grow with changes, and go on growing after a restart.
 */
class ZoneSerialTest {

  private static final Duration MOMENT = Duration.ofMillis(5);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestServer server =
      new TestServer(
          new TestConfig()
              .zone("example.com", "ns.example.com")
              .map("a.example.com", GROUP)
              .map("b.example.com", OTHER)
              .map("also-a.example.com", GROUP)
              .map("elsewhere.org", LATE));
  private int joined;

  /** The serial that a query for it gets. */
  private static long asked(TestServer server) {
    return serial(server.ask("example.com", Type.SOA), Section.ANSWER);
  }

  /** The serial that comes with a negative answer. */
  private static long shown(TestServer server) {
    return serial(server.ask("x.example.com", Type.A), Section.AUTHORITY);
  }

  private static long serial(Message answer, int section) {
    return ((SOARecord) answer.getSection(section).getFirst()).getSerial();
  }

  private void change() {
    server.join(GROUP, IpAddress.ofIpv4((10 << 24) + joined++), TestServer.EXPIRE);
  }

  @Test
  void theTimeOfTheLastChange() {
    assertThat(asked(server)).isEqualTo(SERIAL);
    server.advance(Duration.ofSeconds(5));
    assertThat(asked(server)).as("nothing has happened").isEqualTo(SERIAL);
    server.join(GROUP, "10.0.0.1");
    server.join(OTHER, "10.0.0.1", "10.0.0.2");
    assertThat(asked(server)).as("three changes").isEqualTo(SERIAL + 5);
    server.advance(Duration.ofSeconds(5));
    server.join(GROUP, "10.0.0.1");
    assertThat(asked(server)).as("after a refresh").isEqualTo(SERIAL + 5);
    server.join(LATE, "10.0.0.1");
    assertThat(asked(server)).as("after a change elsewhere").isEqualTo(SERIAL + 5);
    server.advance(TestServer.EXPIRE);
    assertThat(asked(server)).as("after all have left").isEqualTo(SERIAL + 70);
    assertThat(shown(server)).isEqualTo(SERIAL + 70);
  }

  @Test
  void oneMoreIfTheLastOneWasAnsweredInTheSameSecond() {
    for (int i = 0; i < 3; i++) {
      assertThat(asked(server)).isEqualTo(SERIAL + i);
      change();
    }
    server.advance(Duration.ofSeconds(9));
    assertThat(asked(server)).as("the clock has caught up").isEqualTo(SERIAL + 9);
  }

  /** However many changes there are, and however many negative answers in between. */
  @Test
  void negativeAnswersNeverMakeItRunAheadOfTheClock() {
    long last = SERIAL;
    for (int i = 0; i < 3_000; i++) {
      change();
      long now = shown(server);
      assertThat(now).isBetween(last, server.clock.epochMicros() / 1_000_000);
      last = now;
      server.advance(MOMENT);
    }
    assertThat(last).as("it grows").isGreaterThanOrEqualTo(SERIAL + 13);
  }

  @Test
  void aChangeThatANegativeAnswerDidNotTellIsToldByALaterOne() {
    change();
    assertThat(shown(server)).isEqualTo(SERIAL);
    server.advance(SECOND);
    assertThat(shown(server)).isEqualTo(SERIAL + 1);
  }

  /** Who asks for nothing else gets a little ahead, and then as many as there are seconds. */
  @Test
  void queriesForItMakeItRunAheadOfTheClockByLittle() {
    for (int i = 0; i < 3_000; i++) {
      change();
      assertThat(asked(server))
          .isBetween((long) SERIAL, server.clock.epochMicros() / 1_000_000 + 10);
      server.advance(MOMENT);
    }
  }

  @Test
  void itGoesOnGrowingOverARestart() {
    for (int i = 0; i < 1_000; i++) {
      change();
      shown(server);
      server.advance(MOMENT);
    }
    long last = shown(server);
    Catalog restarted = new Catalog(server.config, server.membership, server.clock);
    Query query = new Query();
    byte[] bytes = TestQuery.of("example.com", Type.SOA).bytes();
    query.read(bytes, bytes.length);
    Catalog.Match match = new Catalog.Match();
    restarted.find(query, match);
    ZoneSerial serial = requireNonNull(match.zone).serial;
    assertThat((long) serial.number(false)).isGreaterThanOrEqualTo(last);
  }

  /** RFC 1982 section 3: after a step back there would be no telling which one is newer. */
  @Test
  void aClockThatIsSetBackMakesItGrowByOne() {
    server.advance(Duration.ofSeconds(100));
    change();
    assertThat(asked(server)).isEqualTo(SERIAL + 100);
    server.clock.stepWallClock(Duration.ofSeconds(-90));
    for (int i = 1; i < 5; i++) {
      change();
      assertThat(shown(server)).isEqualTo(SERIAL + 100 + i - 1);
      server.advance(SECOND);
      assertThat(shown(server)).isEqualTo(SERIAL + 100 + i);
    }
  }

  @Test
  void itWraps() {
    server.clock.stepWallClock(Duration.ofSeconds(0x8000_0000L - SERIAL));
    change();
    assertThat(asked(server)).isEqualTo(0x8000_0000L);
    server.clock.stepWallClock(Duration.ofSeconds(0x7fff_ffffL));
    change();
    assertThat(asked(server)).isEqualTo(0xffff_ffffL);
    server.advance(SECOND);
    change();
    assertThat(asked(server)).isZero();
  }

  /** A zone with many groups looks at them now and then, not at each query. */
  @Test
  void ofManyGroupsItIsAQuarterOfASecondOldAtMost() {
    TestConfig config = new TestConfig().zone("example.com", "ns.net").map("w.example.com", GROUP);
    for (int i = 0; i < 40; i++) {
      config.map("w" + i + ".example.com", new GroupId(100 + i));
    }
    TestServer many = new TestServer(config);
    assertThat(asked(many)).isEqualTo(SERIAL);
    many.join(GROUP, "10.0.0.1");
    many.advance(Duration.ofMillis(249));
    assertThat(asked(many)).isEqualTo(SERIAL);
    many.advance(Duration.ofMillis(1));
    assertThat(asked(many)).isEqualTo(SERIAL + 1);
  }
}
