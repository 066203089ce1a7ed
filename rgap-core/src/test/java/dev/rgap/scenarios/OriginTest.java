package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Member;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot.Distribution;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where members come from, as a listener tells it, and how far clocks are apart. */
class OriginTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey NEXT_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final GroupConfig GROUP = GroupConfig.of(ID, KEY, EXPIRE);
  private static final Endpoint HERE = Endpoint.parse("239.82.71.65:8271");
  private static final Endpoint THERE = Endpoint.parse("127.0.0.1:8271");
  private static final IpAddress HOST = IpAddress.parse("192.0.2.1");

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-02T03:04:05Z"));
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private Metrics metrics = new Metrics();
  @AutoClose private Listener listener = listener();

  private Listener listener() {
    return Listener.builder(
            ListenerConfig.of(
                List.of(network.configured(HERE), network.configured(THERE)),
                List.of(GROUP),
                List.of()))
        .clock(clock)
        .schedulers(name -> clock.scheduler())
        .metrics(metrics)
        .build();
  }

  @BeforeEach
  void start() throws IOException {
    listener.start();
    listener.replaceState(new StateConfig(directory.resolve("state"), true));
    clock.runDue();
  }

  /** Announces the host. */
  private void announce(Endpoint at, Duration ahead, PreSharedKey key, String sender)
      throws IOException {
    long micros = clock.epochMicros() + ahead.toNanos() / 1_000;
    network.send(
        at,
        signer.sign(new Announcement(ID, micros, HOST), key),
        new InetSocketAddress(InetAddress.getByName(sender), 4000));
  }

  private Member.Origin origin() {
    Member member = listener.membership().member(ID, HOST).orElseThrow();
    assertThat(listener.membership().members(ID)).containsExactly(member);
    return requireNonNull(member.origin());
  }

  @Test
  void isThatOfTheLastAnnouncementButForSinceWhen() throws Exception {
    Instant joined = clock.instant();
    announce(HERE, Duration.ofMillis(-1_500), KEY, "10.0.0.1");
    assertThat(origin())
        .isEqualTo(
            new Member.Origin(
                joined,
                joined.minusMillis(1_500),
                IpAddress.parse("10.0.0.1"),
                Duration.ofMillis(-1_500),
                KEY.fingerprint()));
    clock.advance(Duration.ofSeconds(20));
    announce(THERE, Duration.ofMillis(70), KEY, "2001:db8::7");

    assertThat(origin())
        .isEqualTo(
            new Member.Origin(
                joined,
                joined.plusMillis(20_070),
                IpAddress.parse("2001:db8::7"),
                Duration.ofMillis(70),
                KEY.fingerprint()));
  }

  /** Who announces itself, as agents do, and who is announced by another, in turns. */
  @Test
  void aHostMayAnnounceItselfOrBeAnnounced() throws Exception {
    for (String sender : List.of("192.0.2.1", "10.0.0.1", "192.0.2.1", "2001:db8::7")) {
      announce(HERE, Duration.ZERO, KEY, sender);
      assertThat(origin().sender()).isEqualTo(IpAddress.parse(sender));
      clock.advance(Duration.ofSeconds(1));
    }
    clock.advance(EXPIRE);
    announce(HERE, Duration.ZERO, KEY, "192.0.2.1");

    assertThat(origin().sender()).isEqualTo(HOST);
    listener.replaceState(null);
    clock.runDue();
    assertThat(origin().sender()).isEqualTo(HOST);
  }

  @Test
  void afterARestartTheSenderIsUnknownThoughItWasTheHostItself() throws Exception {
    announce(HERE, Duration.ZERO, KEY, "192.0.2.1");
    listener.close();
    metrics = new Metrics();
    listener = listener();
    start();

    assertThat(origin().sender()).isNull();
    clock.advance(Duration.ofSeconds(1));
    announce(HERE, Duration.ZERO, KEY, "192.0.2.1");
    assertThat(origin().sender()).isEqualTo(HOST);
  }

  @Test
  void whatIsNotAcceptedChangesNothing() throws Exception {
    announce(HERE, Duration.ZERO, KEY, "10.0.0.1");
    Member.Origin before = origin();
    clock.advance(Duration.ofSeconds(1));
    announce(HERE, Duration.ofSeconds(-1), KEY, "10.0.0.2");
    announce(HERE, Duration.ZERO, NEXT_KEY, "10.0.0.2");

    assertThat(origin()).isEqualTo(before);
  }

  @Test
  void whoComesBackIsAMemberSinceThen() throws Exception {
    announce(HERE, Duration.ZERO, KEY, "10.0.0.1");
    clock.advance(EXPIRE);
    announce(HERE, Duration.ZERO, KEY, "10.0.0.1");

    assertThat(origin().since()).isEqualTo(clock.instant());
    assertThat(listener.membership().member(ID, IpAddress.parse("192.0.2.2"))).isEmpty();
    assertThat(listener.membership().member(ID, IpAddress.parse("192.0.2.0"))).isEmpty();
  }

  @Test
  void keysKeepTheirNumbersWhenOthersComeAndGo() throws Exception {
    announce(HERE, Duration.ZERO, KEY, "10.0.0.1");
    listener.replaceGroup(GROUP.withKeys(List.of(NEXT_KEY, KEY)));
    assertThat(origin().key()).isEqualTo(KEY.fingerprint());
    for (int i = 0; i < 600; i++) {
      PreSharedKey other = PreSharedKey.parseHex("%064x".formatted(i + 1));
      listener.replaceGroup(GROUP.withKeys(List.of(other, KEY)));
    }
    assertThat(origin().key()).isEqualTo(KEY.fingerprint());
    listener.replaceGroup(GROUP.withKeys(List.of(NEXT_KEY)));
    assertThat(origin().key()).isNull();
    clock.advance(Duration.ofSeconds(1));
    announce(HERE, Duration.ZERO, NEXT_KEY, "10.0.0.1");
    assertThat(origin().key()).isEqualTo(NEXT_KEY.fingerprint());
  }

  @Test
  void afterARestartWithStateItIsWhatTheAnnouncementSays() throws Exception {
    announce(HERE, Duration.ofSeconds(-2), KEY, "10.0.0.1");
    Instant announced = clock.instant().minusSeconds(2);
    listener.close();
    clock.advance(Duration.ofSeconds(5));
    metrics = new Metrics();
    listener = listener();
    start();

    assertThat(origin())
        .isEqualTo(new Member.Origin(announced, announced, null, null, KEY.fingerprint()));
    announce(HERE, Duration.ZERO, KEY, "10.0.0.1");
    assertThat(origin())
        .isEqualTo(
            new Member.Origin(
                announced,
                clock.instant(),
                IpAddress.parse("10.0.0.1"),
                Duration.ZERO,
                KEY.fingerprint()));
  }

  // --- all together ------------------------------------------------------------------------------

  private Distribution skews() {
    return metrics.snapshot().families().stream()
        .filter(family -> family.name().equals("rgap_announcement_skew_seconds"))
        .flatMap(family -> family.samples().stream())
        .filter(sample -> sample.labels().equals(Map.of()))
        .map(sample -> (Distribution) sample.value())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void clocksOfAcceptedAnnouncementsAreCountedByRange() throws Exception {
    assertThat(skews().cumulativeCounts()).containsOnly(0L);
    listener.replaceGroup(
        GroupConfig.of(ID, KEY, Duration.ofMinutes(5)).withClockSkew(Duration.ofMinutes(4)));
    Duration[] ahead = {
      Duration.ofSeconds(-61),
      Duration.ofSeconds(-60),
      Duration.ofSeconds(-59),
      Duration.ofMillis(-10),
      Duration.ofMillis(-9),
      Duration.ZERO,
      Duration.ofMillis(10),
      Duration.ofMillis(11),
      Duration.ofSeconds(60),
      Duration.ofSeconds(61)
    };
    for (Duration each : ahead) {
      clock.advance(Duration.ofSeconds(100)); // so that each is newer than the one before
      announce(each.isNegative() ? HERE : THERE, each, KEY, "10.0.0.1");
      announce(HERE, Duration.ofHours(1), KEY, "10.0.0.1");
    }

    assertThat(skews().bounds())
        .containsExactly(-60.0, -10.0, -1.0, -0.1, -0.01, 0.01, 0.1, 1.0, 10.0, 60.0);
    assertThat(skews().cumulativeCounts())
        .containsExactly(2L, 3L, 3L, 3L, 4L, 7L, 8L, 8L, 8L, 9L, 10L);
    assertThat(skews().sum()).isEqualTo(-59 + 0.002, within(1e-9));
  }

  @Test
  void countsOfSourcesThatAreGoneStay() throws Exception {
    announce(HERE, Duration.ofSeconds(1), KEY, "10.0.0.1");
    clock.advance(Duration.ofSeconds(1));
    announce(THERE, Duration.ofSeconds(1), KEY, "10.0.0.1");
    listener.removeSource(network.configured(HERE));

    assertThat(skews().cumulativeCounts()).last().isEqualTo(2L);
    assertThat(skews().sum()).isEqualTo(2);
  }
}
