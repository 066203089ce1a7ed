package dev.rgap.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.Vectors;
import dev.rgap.testing.ManualClock;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

  private static final long NOW = 1_795_380_537_000_000L;
  private static final long SKEW_MICROS = 10_000_000;
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final GroupConfig GROUP = group(1000, KEY);

  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final ManualClock clock = new ManualClock();
  private final Gate gate = gate(List.of(GROUP));

  private Gate gate(List<GroupConfig> groups) {
    return new Gate(new LiveMembership(groups, clock.scheduler()));
  }

  private static GroupConfig group(long id, PreSharedKey key) {
    return GroupConfig.of(new GroupId(id), key, Duration.ofSeconds(30))
        .withClockSkew(Duration.ofSeconds(10));
  }

  private byte[] datagram(long group, long timestampMicros, PreSharedKey key) {
    return signer.sign(
        new Announcement(new GroupId(group), timestampMicros, IpAddress.parse("192.0.2.1")), key);
  }

  @Test
  void acceptsWhatTheOtherImplementationSent() throws Exception {
    for (Vectors.Vector vector : Vectors.all()) {
      long now = vector.announcement().timestampMicros();
      GroupConfig group = group(vector.announcement().group().bits(), vector.key());

      assertThat(gate(List.of(group)).check(vector.datagram(), 66, now))
          .as(vector.toString())
          .isNull();
    }
  }

  /**
   * Each of the 528 bits, flipped alone. What a flipped bit of the timestamp leads to is worked out
   * here from its place: bit b of the big-endian number moves the time by 2^b microseconds.
   */
  @Test
  void everySingleFlippedBitIsRejectedWithItsReason() {
    byte[] genuine = datagram(1000, NOW, KEY);
    Map<Rejection, Integer> counts = new EnumMap<>(Rejection.class);
    for (int bit = 0; bit < 528; bit++) {
      byte[] flipped = genuine.clone();
      flipped[bit / 8] ^= (byte) (0x80 >>> (bit % 8));

      Rejection expected;
      if (bit < 16) {
        expected = Rejection.VERSION;
      } else if (bit < 80) {
        expected = Rejection.GROUP;
      } else if (bit < 144) {
        int place = 143 - bit;
        boolean within = place < 63 && 1L << place <= SKEW_MICROS;
        expected = within ? Rejection.SIGNATURE : Rejection.STALE;
      } else {
        expected = Rejection.SIGNATURE;
      }
      assertThat(gate.check(flipped, 66, NOW)).as("bit " + bit).isEqualTo(expected);
      counts.merge(expected, 1, Integer::sum);
    }
    // 2^23 µs < 10 s < 2^24 µs: 24 bits of the timestamp stay within the skew.
    assertThat(counts)
        .isEqualTo(
            Map.of(
                Rejection.VERSION, 16,
                Rejection.GROUP, 64,
                Rejection.STALE, 40,
                Rejection.SIGNATURE, 24 + 128 + 256));
    assertThat(gate.check(genuine, 66, NOW)).isNull();
  }

  @Test
  void whatIsNotAnnouncedOftenEnoughIsPending() {
    Gate damped = gate(List.of(GROUP.withDamping(new Damping(2, Duration.ofSeconds(10)))));
    byte[] first = datagram(1000, NOW, KEY);

    assertThat(damped.admit(first, 66, NOW)).isEqualTo(Rejection.PENDING);
    assertThat(damped.joined()).isFalse();
    assertThat(RejectionText.of(Rejection.PENDING, first, 66, damped.group(), NOW))
        .isEqualTo(
            "its address is new, and becomes a member when it is announced again (2 times within"
                + " 10s)");
    assertThat(damped.admit(first, 66, NOW)).isEqualTo(Rejection.REPLAY);
    assertThat(damped.admit(datagram(1000, NOW + 1, KEY), 66, NOW)).isNull();
    assertThat(damped.joined()).isTrue();
  }

  @Test
  void everyOtherSizeIsRejected() {
    byte[] genuine = Arrays.copyOf(datagram(1000, NOW, KEY), 200);
    for (int size = 0; size <= 200; size++) {
      assertThat(gate.check(genuine, size, NOW))
          .as("size " + size)
          .isEqualTo(size == 66 ? null : Rejection.SIZE);
    }
    for (int size = 0; size < 66; size++) {
      assertThat(gate.check(Arrays.copyOf(genuine, size), size, NOW)).isEqualTo(Rejection.SIZE);
    }
  }

  /** A datagram that is wrong in several ways gets the first reason. */
  @ParameterizedTest
  @CsvSource({
    "true, true, true, true, true, SIZE",
    "false, true, true, true, true, VERSION",
    "false, false, true, true, true, GROUP",
    "false, false, false, true, true, STALE",
    "false, false, false, false, true, SIGNATURE",
    "false, false, false, false, false,",
    "true, false, false, false, true, SIZE",
    "false, true, false, false, true, VERSION",
    "false, false, true, false, true, GROUP",
  })
  void checksInOrder(
      boolean size,
      boolean version,
      boolean group,
      boolean stale,
      boolean key,
      Rejection expected) {
    byte[] datagram =
        datagram(group ? 1001 : 1000, stale ? NOW - 60_000_000 : NOW, key ? OTHER_KEY : KEY);
    if (version) {
      datagram[0] = 3;
    }
    assertThat(gate.check(datagram, size ? 65 : 66, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0,",
    "10000000,",
    "-10000000,",
    "10000001, STALE",
    "-10000001, STALE",
    "30000000, STALE",
    "-30000000, STALE",
  })
  void freshnessEndsExactlyAtTheSkew(long offsetMicros, Rejection expected) {
    assertThat(gate.check(datagram(1000, NOW + offsetMicros, KEY), 66, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        Long.MIN_VALUE + NOW,
        Long.MIN_VALUE + NOW - SKEW_MICROS,
        -NOW,
        -1,
        0,
        1,
        Long.MAX_VALUE - NOW,
        Long.MAX_VALUE - SKEW_MICROS,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
      })
  void timestampsAtTheEndsOfTheRangeAreStale(long timestamp) {
    assertThat(gate.check(datagram(1000, timestamp, KEY), 66, NOW)).isEqualTo(Rejection.STALE);
  }

  @Test
  void theLongestSkewCantOverflow() {
    GroupConfig century =
        GroupConfig.of(new GroupId(1), KEY, GroupConfig.MAX_DURATION)
            .withReadinessDelay(GroupConfig.MAX_DURATION);
    Gate patient = gate(List.of(century));
    long skew = GroupConfig.MAX_DURATION.toSeconds() * 1_000_000;

    // At the very edge it is fresh, but its life, which is as long, is over.
    assertThat(patient.check(datagram(1, NOW - skew, KEY), 66, NOW)).isEqualTo(Rejection.STALE);
    assertThat(patient.check(datagram(1, NOW - skew + 1, KEY), 66, NOW)).isNull();
    assertThat(patient.check(datagram(1, NOW + skew, KEY), 66, NOW)).isNull();
    assertThat(patient.check(datagram(1, NOW + skew + 1, KEY), 66, NOW)).isEqualTo(Rejection.STALE);
    assertThat(patient.check(datagram(1, Long.MAX_VALUE, KEY), 66, NOW)).isEqualTo(Rejection.STALE);
    assertThat(patient.check(datagram(1, Long.MIN_VALUE, KEY), 66, NOW)).isEqualTo(Rejection.STALE);
  }

  @Test
  void knowsEachOfManyGroupsByItsOwnKey() {
    long[] ids = {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1, 1L << 32};
    List<GroupConfig> groups =
        Arrays.stream(ids)
            .mapToObj(id -> group(id, PreSharedKey.parseHex(String.format("%064x", id))))
            .toList();
    Gate many = gate(groups);

    for (GroupConfig group : groups) {
      byte[] datagram = datagram(group.id().bits(), NOW, group.key());
      assertThat(many.check(datagram, 66, NOW)).isNull();
      assertThat(many.group()).isSameAs(group);
      assertThat(many.check(datagram(group.id().bits(), NOW, KEY), 66, NOW))
          .isEqualTo(Rejection.SIGNATURE);
    }
    assertThat(many.check(datagram(2, NOW, KEY), 66, NOW)).isEqualTo(Rejection.GROUP);
    assertThat(gate(List.of()).check(datagram(0, NOW, KEY), 66, NOW)).isEqualTo(Rejection.GROUP);
  }

  @Test
  void aGroupThatIsNotKnownIsNotTakenForTheLastOne() {
    gate.check(datagram(1000, NOW, KEY), 66, NOW);
    assertThat(gate.group()).isSameAs(GROUP);
    gate.check(datagram(1001, NOW, KEY), 66, NOW);
    assertThat(gate.group()).isNull();
    gate.check(datagram(1000, NOW, KEY), 65, NOW);
    assertThat(gate.group()).isNull();
  }

  @Test
  void goesByWhatIsConfiguredAtTheMoment() {
    LiveMembership membership = new LiveMembership(List.of(GROUP), clock.scheduler());
    Gate changing = new Gate(membership);
    membership.replace(group(1000, OTHER_KEY));
    assertThat(changing.check(datagram(1000, NOW, KEY), 66, NOW)).isEqualTo(Rejection.SIGNATURE);
    assertThat(changing.check(datagram(1000, NOW, OTHER_KEY), 66, NOW)).isNull();
    membership.remove(new GroupId(1000));
    assertThat(changing.check(datagram(1000, NOW, OTHER_KEY), 66, NOW)).isEqualTo(Rejection.GROUP);
    membership.add(group(7, KEY));
    assertThat(changing.check(datagram(7, NOW, KEY), 66, NOW)).isNull();
  }

  @Test
  void lettingInIsTheMembershipsVerdict() {
    long now = clock.epochMicros();
    byte[] datagram = datagram(1000, now, KEY);
    assertThat(gate.admit(datagram, 66, now)).isNull();
    assertThat(gate.admit(datagram, 66, now)).isEqualTo(Rejection.REPLAY);
    assertThat(gate.admit(datagram(1000, now, OTHER_KEY), 66, now)).isEqualTo(Rejection.SIGNATURE);

    GroupConfig small = group(1, KEY).withMaxMembers(1);
    Gate full = gate(List.of(small));
    byte[] first = signer.sign(new Announcement(small.id(), now, IpAddress.ofIpv4(1)), KEY);
    byte[] second = signer.sign(new Announcement(small.id(), now, IpAddress.ofIpv4(2)), KEY);
    assertThat(full.admit(first, 66, now)).isNull();
    assertThat(full.admit(second, 66, now)).isEqualTo(Rejection.FULL);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0,",
    "192.0.2.255,",
    "192.0.3.0, ADDRESS",
    "0.0.0.0, ADDRESS",
    "2001:db8::,",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,",
    "2001:db9::, ADDRESS",
  })
  void addressesAreHeldAgainstThoseThatMayBeInTheGroup(String address, Rejection expected) {
    long now = clock.epochMicros();
    GroupConfig narrow =
        GROUP.withAddresses(
            List.of(IpNetwork.parse("192.0.2.0/24"), IpNetwork.parse("2001:db8::/32")));
    Gate narrowGate = gate(List.of(narrow));
    Announcement announcement = new Announcement(GROUP.id(), now, IpAddress.parse(address));

    assertThat(narrowGate.check(signer.sign(announcement, KEY), 66, now)).isEqualTo(expected);
    assertThat(narrowGate.admit(signer.sign(announcement, KEY), 66, now)).isEqualTo(expected);
    // Only who has the key can be told apart by the address.
    assertThat(narrowGate.check(signer.sign(announcement, OTHER_KEY), 66, now))
        .isEqualTo(Rejection.SIGNATURE);
    assertThat(gate.check(signer.sign(announcement, KEY), 66, now)).isNull();
  }

  @Test
  void tellsWhoHasJoined() {
    long now = clock.epochMicros();
    assertThat(gate.admit(datagram(1000, now, KEY), 66, now)).isNull();
    assertThat(gate.joined()).isTrue();
    assertThat(gate.admit(datagram(1000, now + 1, KEY), 66, now)).isNull();
    assertThat(gate.joined()).isFalse();
    assertThat(gate.admit(new byte[1], 1, now)).isEqualTo(Rejection.SIZE);
    assertThat(gate.joined()).isFalse();
  }

  @Test
  void noiseIsNeverAccepted() {
    Random random = new Random(6);
    byte[] genuine = datagram(1000, NOW, KEY);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[66];
      random.nextBytes(noise);
      System.arraycopy(genuine, 0, noise, 0, random.nextInt(66));
      if (!Arrays.equals(noise, genuine)) {
        assertThat(gate.check(noise, 66, NOW)).isNotNull();
      }
    }
  }

  /** Otherwise a sender could make this host collect garbage. */
  @Test
  void allocatesNothing() {
    byte[] genuine = datagram(1000, NOW, KEY);
    byte[] forged = datagram(1000, NOW, OTHER_KEY);
    byte[] stale = datagram(1000, 0, KEY);
    byte[] foreign = ByteBuffer.wrap(genuine.clone()).putLong(2, 7).array();
    byte[][] all = {genuine, forged, stale, foreign};
    Gate gate =
        gate(
            List.of(
                GROUP.withAddresses(
                    List.of(IpNetwork.parse("10.0.0.0/8"), IpNetwork.parse("192.0.2.0/24")))));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long fewest = Long.MAX_VALUE;
    // Interpreted and compiled code, and the compiler's own doings, come and go in the first
    // rounds; an allocation that is really made is made in each of them.
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000; i++) {
        for (byte[] datagram : all) {
          gate.check(datagram, datagram.length, NOW);
        }
        gate.check(genuine, 65, NOW);
      }
      fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
    }
    // Less than a byte a call: what the measurement itself costs.
    assertThat(fewest).isLessThan(1_000);
  }
}
