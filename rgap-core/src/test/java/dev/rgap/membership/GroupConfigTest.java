package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;
import java.util.List;
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
            PLAIN.withMaxMembers(1));

    assertThat(GroupConfig.of(new GroupId(1), KEY, Duration.ofSeconds(30)))
        .isEqualTo(PLAIN)
        .hasSameHashCodeAs(PLAIN);
    assertThat(PLAIN.withMaxMembers(1)).isEqualTo(PLAIN.withMaxMembers(1));
    assertThat(others).doesNotContain(PLAIN).doesNotHaveDuplicates();
    assertThat(PLAIN).isNotEqualTo("another thing");
  }

  @Test
  void printsNothingOfTheKey() {
    assertThat(config(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO).toString())
        .contains(KEY.fingerprint())
        .doesNotContain("abab");
  }
}
