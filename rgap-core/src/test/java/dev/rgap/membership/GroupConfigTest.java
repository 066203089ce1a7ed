package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupConfigTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final GroupConfig PLAIN =
      GroupConfig.of(new GroupId(1), KEY, Duration.ofSeconds(30));

  private static GroupConfig config(Duration expire, Duration skew, Duration delay) {
    return GroupConfig.of(new GroupId(1), KEY, expire)
        .withClockSkew(skew)
        .withReadinessDelay(delay);
  }

  @ParameterizedTest
  @CsvSource({"10, 10", "0, 30", "-1, 30", "29, 29", "30, 30", "31, 30", "1000000, 30"})
  void theSkewIsAtMostTheExpiryAndThatIfItIsNotPositive(long given, long used) {
    GroupConfig config =
        config(Duration.ofSeconds(30), Duration.ofSeconds(given), Duration.ofSeconds(-5));

    assertThat(config.clockSkew()).isEqualTo(Duration.ofSeconds(used));
    assertThat(config.clockSkewMicros()).isEqualTo(used * 1_000_000);
    assertThat(config.expireMicros()).isEqualTo(30_000_000);
    assertThat(config.readinessDelay()).isZero();
  }

  @Test
  void durationsHaveARange() {
    Duration tooLong = GroupConfig.MAX_DURATION.plusNanos(1);

    assertThat(config(GroupConfig.MAX_DURATION, tooLong, GroupConfig.MAX_DURATION).clockSkew())
        .isEqualTo(GroupConfig.MAX_DURATION);
    Duration tooShort = GroupConfig.MIN_DURATION.minusNanos(1);
    for (Duration expire :
        new Duration[] {
          Duration.ZERO, Duration.ofNanos(-1), Duration.ofNanos(500), tooShort, tooLong
        }) {
      assertThatThrownBy(() -> config(expire, Duration.ZERO, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expire");
    }
    assertThatThrownBy(() -> config(Duration.ofSeconds(1), Duration.ZERO, tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("readiness_delay");
    for (Duration skew : new Duration[] {Duration.ofNanos(1), Duration.ofNanos(500), tooShort}) {
      assertThatThrownBy(() -> config(Duration.ofSeconds(1), skew, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("clock_skew must be at least 1ms");
    }
    for (int members : new int[] {Integer.MIN_VALUE, -1, 0, GroupConfig.GREATEST_MAX_MEMBERS + 1}) {
      assertThatThrownBy(() -> PLAIN.withMaxMembers(members))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("max_members");
    }
  }

  @Test
  void whatIsNotNamedHasItsDefault() {
    assertThat(PLAIN.clockSkew()).isEqualTo(PLAIN.expire());
    assertThat(PLAIN.readinessDelay()).isZero();
    assertThat(PLAIN.maxMembers()).isEqualTo(GroupConfig.DEFAULT_MAX_MEMBERS);
  }

  private static boolean allows(GroupConfig group, IpAddress address) {
    return group.allows(address.high(), address.low());
  }

  /** As the networks themselves say one by one, at their ends and elsewhere. */
  @Test
  void allowsTheAddressesOfItsNetworks() {
    Random random = new Random(17);
    for (int round = 0; round < 300; round++) {
      List<IpNetwork> networks = new ArrayList<>();
      List<IpAddress> addresses = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        boolean ipv4 = random.nextBoolean();
        IpAddress address =
            ipv4
                ? IpAddress.ofIpv4(0x0a000000 | random.nextInt(1 << 12))
                : new IpAddress(0x20010db8L << 32 | random.nextInt(8), random.nextLong());
        int length = ipv4 ? 20 + random.nextInt(13) : 56 + random.nextInt(73);
        networks.add(new IpNetwork(address, random.nextInt(20) == 0 ? 0 : length));
        for (IpAddress end : List.of(networks.getLast().first(), networks.getLast().last())) {
          addresses.add(end);
          addresses.add(new IpAddress(end.high(), end.low() - 1));
          addresses.add(new IpAddress(end.high(), end.low() + 1));
          addresses.add(new IpAddress(end.high() + 1, end.low()));
        }
        addresses.add(address);
      }
      addresses.add(IpAddress.parse("::"));
      addresses.add(IpAddress.parse("255.255.255.255"));
      GroupConfig group = PLAIN.withAddresses(networks);
      for (IpAddress address : addresses) {
        assertThat(allows(group, address))
            .as(address + " in " + networks)
            .isEqualTo(networks.stream().anyMatch(network -> network.contains(address)));
      }
    }
  }

  @Test
  void allowsAllAddressesUnlessItHasNetworks() {
    assertThat(PLAIN.addresses()).isEmpty();
    assertThat(allows(PLAIN, IpAddress.parse("::"))).isTrue();
    List<IpNetwork> networks = List.of(IpNetwork.parse("10.0.0.0/8"));
    GroupConfig narrow = PLAIN.withAddresses(networks).withMaxMembers(7);
    assertThat(narrow.addresses()).isEqualTo(networks);
    assertThat(allows(narrow, IpAddress.parse("::1"))).isFalse();
    assertThat(narrow).isNotEqualTo(PLAIN.withMaxMembers(7)).isEqualTo(narrow.withMaxMembers(7));
    assertThat(narrow.hashCode()).isEqualTo(narrow.withMaxMembers(7).hashCode());
    assertThat(narrow).asString().endsWith("addresses=[10.0.0.0/8]]");
    assertThat(narrow.withAddresses(List.of())).isEqualTo(PLAIN.withMaxMembers(7));
  }

  @Test
  void hasOneKeyOrSeveral() {
    PreSharedKey other = PreSharedKey.parseHex("cd".repeat(32));
    GroupConfig both = PLAIN.withKeys(List.of(other, KEY)).withMaxMembers(7);

    assertThat(PLAIN.keys()).containsExactly(KEY);
    assertThat(both.keys()).containsExactly(other, KEY);
    assertThat(both.key()).isEqualTo(other);
    assertThat(both)
        .isEqualTo(PLAIN.withMaxMembers(7).withKeys(List.of(other, KEY)))
        .isNotEqualTo(PLAIN.withMaxMembers(7).withKeys(List.of(KEY, other)))
        .isNotEqualTo(PLAIN.withMaxMembers(7));
    assertThat(both.withKeys(List.of(KEY)).withMaxMembers(8)).isEqualTo(PLAIN.withMaxMembers(8));
    assertThat(both.toString())
        .contains(KEY.fingerprint(), other.fingerprint())
        .doesNotContain("abab", "cdcd");
    List<PreSharedKey> tooMany = new ArrayList<>();
    for (int i = 0; i <= GroupConfig.MAX_KEYS; i++) {
      tooMany.add(PreSharedKey.parseHex("%064x".formatted(i)));
    }
    for (List<PreSharedKey> keys : List.of(List.<PreSharedKey>of(), tooMany, List.of(KEY, KEY))) {
      assertThatThrownBy(() -> PLAIN.withKeys(keys)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsShortestIsNotNothing() {
    GroupConfig shortest =
        config(GroupConfig.MIN_DURATION, GroupConfig.MIN_DURATION, Duration.ZERO);

    assertThat(shortest.expireMicros()).isPositive();
    assertThat(shortest.clockSkewMicros()).isPositive();
  }

  @Test
  void isAValue() {
    Duration second = Duration.ofSeconds(1);
    List<GroupConfig> others =
        List.of(
            GroupConfig.of(new GroupId(2), KEY, Duration.ofSeconds(30)),
            GroupConfig.of(
                new GroupId(1), PreSharedKey.parseHex("cd".repeat(32)), Duration.ofSeconds(30)),
            GroupConfig.of(new GroupId(1), KEY, Duration.ofSeconds(31)),
            PLAIN.withClockSkew(second),
            PLAIN.withReadinessDelay(second),
            PLAIN.withMaxMembers(1),
            PLAIN.withGuard(Guard.DEFAULT),
            PLAIN.withGuard(new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(6))),
            PLAIN.withDamping(Damping.DEFAULT),
            PLAIN.withDamping(new Damping(3, Duration.ofSeconds(10))));

    assertThat(GroupConfig.of(new GroupId(1), KEY, Duration.ofSeconds(30)))
        .isEqualTo(PLAIN)
        .hasSameHashCodeAs(PLAIN);
    assertThat(PLAIN.withMaxMembers(1)).isEqualTo(PLAIN.withMaxMembers(1));
    assertThat(others).doesNotContain(PLAIN).doesNotHaveDuplicates();
    assertThat(PLAIN).isNotEqualTo("another thing");
  }

  @Test
  void guardAndDampingStayWithEachChange() {
    GroupConfig both = PLAIN.withGuard(Guard.DEFAULT).withDamping(Damping.DEFAULT);

    for (GroupConfig changed :
        List.of(
            both.withClockSkew(Duration.ofSeconds(1)),
            both.withReadinessDelay(Duration.ofSeconds(1)),
            both.withMaxMembers(7),
            both.withAddresses(List.of(IpNetwork.parse("10.0.0.0/8"))))) {
      assertThat(changed.guard()).isEqualTo(Guard.DEFAULT);
      assertThat(changed.damping()).isEqualTo(Damping.DEFAULT);
      assertThat(changed).isNotEqualTo(both).asString().contains("guard=", "damping=");
    }
    assertThat(both.withGuard(null).withDamping(null)).isEqualTo(PLAIN).hasSameHashCodeAs(PLAIN);
  }

  @Test
  void guardAndDampingHaveRanges() {
    Duration second = Duration.ofSeconds(1);
    Duration day = Duration.ofDays(1);
    assertThatThrownBy(() -> new Guard(-1, 50, second, second)).hasMessageContaining("min_members");
    assertThatThrownBy(() -> new Guard(100_000_001, 50, second, second))
        .hasMessageContaining("min_members");
    assertThatThrownBy(() -> new Guard(0, -1, second, second)).hasMessageContaining("max_loss");
    assertThatThrownBy(() -> new Guard(0, 101, second, second)).hasMessageContaining("max_loss");
    assertThatThrownBy(() -> new Guard(0, 50, second.minusNanos(1), second))
        .hasMessage("window must be 1s to 24h");
    assertThatThrownBy(() -> new Guard(0, 50, second, day.plusNanos(1)))
        .hasMessage("hold must be 1s to 24h");
    assertThatThrownBy(() -> new Damping(1, second)).hasMessageContaining("min_announcements");
    assertThatThrownBy(() -> new Damping(101, second)).hasMessageContaining("min_announcements");
    assertThatThrownBy(() -> new Damping(2, Duration.ZERO)).hasMessageContaining("within");
    assertThatThrownBy(() -> new Damping(2, day.plusNanos(1))).hasMessageContaining("within");
  }

  @Test
  void printsNothingOfTheKey() {
    assertThat(config(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO).toString())
        .contains(KEY.fingerprint())
        .doesNotContain("abab");
  }
}
