package dev.rgap.cli.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.command.bench.LoadGenerator.Load;
import dev.rgap.cli.command.bench.LoadGenerator.Spoil;
import dev.rgap.listener.Gate;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LoadGeneratorTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration ONCE = Duration.ZERO;

  private final ManualClock clock = new ManualClock();
  private final long start = clock.nanoTime();
  private final List<byte[]> datagrams = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private Duration costOfOne = Duration.ZERO;
  private Duration oversleep = Duration.ZERO;

  private static Load load(int groups, int addresses, boolean ipv6, long rate, Duration duration) {
    return new Load(7, groups, addresses, ipv6, rate, duration, Spoil.NONE, KEY);
  }

  private Duration run(Load load, BooleanSupplier stop) {
    Impairment network =
        new Impairment(
            Impairment.Odds.NONE,
            1,
            (datagram, length) -> {
              datagrams.add(Arrays.copyOf(datagram, length));
              times.add(clock.nanoTime() - start);
              clock.advance(costOfOne);
            });
    return new LoadGenerator(
            load, network, clock, nanos -> clock.advance(oversleep.plusNanos(nanos)), stop)
        .run();
  }

  private Duration run(Load load) {
    return run(load, () -> false);
  }

  private List<Announcement> announcements() {
    return datagrams.stream()
        .map(datagram -> AnnouncementCodec.decode(datagram, datagram.length).announcement())
        .toList();
  }

  private List<String> addresses() {
    return announcements().stream().map(each -> each.address().toString()).toList();
  }

  @Test
  void announcesEachAddressOnce() {
    run(load(1, 3, false, 0, ONCE));

    assertThat(addresses()).containsExactly("10.0.0.0", "10.0.0.1", "10.0.0.2");
  }

  @Test
  void announcesAllOfTheNet10() {
    run(load(1, 70_000, false, 0, ONCE));

    assertThat(addresses()).doesNotHaveDuplicates().endsWith("10.1.17.111");
    assertThat(IpAddress.parse("10.0.0.0").low() + LoadGenerator.MAX_ADDRESSES - 1)
        .isEqualTo(IpAddress.parse("10.255.255.255").low());
  }

  @Test
  void announcesIpv6() {
    run(load(1, 3, true, 0, ONCE));

    assertThat(addresses()).containsExactly("2001:db8::", "2001:db8::1", "2001:db8::2");
  }

  @Test
  void dealsAddressesOutToGroups() {
    // Five addresses and two groups: in the second turn each is in the same group as in the first.
    run(load(2, 5, false, 1, Duration.ofSeconds(7)));

    assertThat(announcements().stream().map(each -> each.address() + " " + each.group()))
        .containsExactly(
            "10.0.0.0 7",
            "10.0.0.1 8",
            "10.0.0.2 7",
            "10.0.0.3 8",
            "10.0.0.4 7",
            "10.0.0.0 7",
            "10.0.0.1 8");
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "3, 10", "7, 10", "1000, 10", "999999, 1", "300000, 2"})
  void keepsTheRate(long rate, int seconds) {
    Duration elapsed = run(load(1, 1_000, false, rate, Duration.ofSeconds(seconds)));

    assertThat(elapsed).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(times)
        .isEqualTo(
            LongStream.range(0, rate * seconds)
                .map(i -> Math.ceilDiv(i * 1_000_000_000, rate))
                .boxed()
                .toList());
  }

  @Test
  void onceKeepsTheRateToo() {
    assertThat(run(load(1, 11, false, 10, ONCE))).isEqualTo(Duration.ofSeconds(1));
    assertThat(times).hasSize(11);
  }

  @Test
  void catchesUp() {
    boolean[] stalled = {false};
    run(
        load(1, 1_000, false, 1_000, Duration.ofSeconds(1)),
        () -> {
          if (!stalled[0] && datagrams.size() == 100) {
            stalled[0] = true;
            clock.advance(Duration.ofMillis(500));
          }
          return false;
        });

    assertThat(times).hasSize(1_000);
    assertThat(times.get(99)).isEqualTo(99_000_000);
    assertThat(times.subList(100, 600)).containsOnly(599_000_000L);
    assertThat(times.get(600)).isEqualTo(600_000_000);
  }

  @Test
  void sendsAllEvenWhenEachSleepTakesTooLong() {
    oversleep = Duration.ofNanos(123_456);

    Duration elapsed = run(load(1, 1_000, false, 20_000, Duration.ofSeconds(2)));

    assertThat(times).hasSize(40_000);
    assertThat(elapsed).isLessThanOrEqualTo(Duration.ofMillis(2_001));
  }

  @Test
  void endsInTimeWhenItCantKeepUp() {
    costOfOne = Duration.ofMillis(1);

    // It looks at the clock after 64 datagrams, and sends at most as many when the time is over.
    assertThat(run(load(1, 1_000, false, 2_000, Duration.ofSeconds(1))))
        .isBetween(Duration.ofMillis(1_000), Duration.ofMillis(1_128));
    assertThat(times).hasSizeBetween(1_000, 1_128);
  }

  @Test
  void goesAsFastAsPossible() {
    costOfOne = Duration.ofNanos(1_250);

    run(load(1, 1_000, false, 0, Duration.ofSeconds(1)));

    assertThat(times).hasSizeBetween(800_000, 800_064);
  }

  @Test
  void stopsWhenAsked() {
    run(load(1, 1_000, false, 0, Duration.ofHours(1)), () -> datagrams.size() >= 100);
    assertThat(datagrams).hasSize(128);
    datagrams.clear();
    Duration elapsed =
        run(
            load(1, 1_000, false, 1, Duration.ofHours(1)),
            () -> clock.nanoTime() - start >= 250_000_000);

    assertThat(datagrams).hasSize(1);
    assertThat(elapsed).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void timestampsRiseEvenWhenTheClockStands() {
    long now = clock.epochMicros();
    run(load(1, 1, false, 0, Duration.ofHours(1)), () -> datagrams.size() >= 100);

    assertThat(announcements().stream().map(Announcement::timestampMicros))
        .isEqualTo(LongStream.range(now, now + 128).boxed().toList());
  }

  @Test
  void timestampsRiseEvenWhenTheClockIsSetBack() {
    boolean[] stepped = {false};
    run(
        load(1, 1, false, 10, Duration.ofSeconds(2)),
        () -> {
          if (!stepped[0] && datagrams.size() == 5) {
            stepped[0] = true;
            clock.stepWallClock(Duration.ofMinutes(-1));
          }
          return false;
        });

    List<Long> timestamps = announcements().stream().map(Announcement::timestampMicros).toList();
    assertThat(timestamps).hasSize(20).isSorted().doesNotHaveDuplicates();
    assertThat(timestamps.get(4) - timestamps.get(0)).isEqualTo(400_000);
    assertThat(timestamps.get(19) - timestamps.get(4)).isEqualTo(15);
  }

  @ParameterizedTest
  @EnumSource
  void isRejectedAsItIsSpoiled(Spoil spoil) {
    List<GroupConfig> groups =
        LongStream.range(7, 10)
            .mapToObj(id ->
                GroupConfig.of(new GroupId(id), KEY, Duration.ofSeconds(30))
                    .withClockSkew(Duration.ofSeconds(10)))
            .toList();
    Gate gate = new Gate(new LiveMembership(groups, clock.scheduler()));

    run(new Load(7, 3, 100, false, 0, ONCE, spoil, KEY));

    assertThat(datagrams)
        .hasSize(100)
        .allSatisfy(datagram -> {
          byte[] received = Arrays.copyOf(datagram, 67);
          Object verdict = gate.check(received, datagram.length, clock.epochMicros());
          assertThat(verdict == null ? "none" : verdict.toString())
              .isEqualToIgnoringCase(spoil.label());
        });
  }
}
