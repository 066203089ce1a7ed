package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupConfigTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));

  private static GroupConfig config(Duration expire, Duration skew, Duration delay) {
    return new GroupConfig(new GroupId(1), KEY, expire, skew, delay);
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
    for (Duration expire : new Duration[] {Duration.ZERO, Duration.ofNanos(-1), tooLong}) {
      assertThatThrownBy(() -> config(expire, Duration.ZERO, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expire");
    }
    assertThatThrownBy(() -> config(Duration.ofSeconds(1), Duration.ZERO, tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("readiness_delay");
  }

  @Test
  void printsNothingOfTheKey() {
    assertThat(config(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO).toString())
        .contains(KEY.fingerprint())
        .doesNotContain("abab");
  }
}
