package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrailTest {

  private static final long SECOND = 1_000_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4999, 0",
    "5000, 10000",
    "-5000, 0",
    "-5001, -10000",
    "1234567, 1230000",
    "-1234567, -1230000",
    "83886070000, 83886070000",
    "83886080000, 83886070000",
    "-83886080000, -83886070000",
    "9000000000000000000, 83886070000",
    "-9000000000000000000, -83886070000"
  })
  void keepsSkewsToTenMillisecondsAndADay(long micros, long kept) {
    for (long since : new long[] {0, 1_700_000_000 * SECOND}) {
      long trail = Trail.of(since, 255, micros);
      assertThat(Trail.hasSkew(trail)).isTrue();
      assertThat(Trail.skewMicros(trail)).isEqualTo(kept);
      assertThat(Trail.sinceSeconds(trail)).isEqualTo(since / SECOND);
      assertThat(Trail.key(trail)).isEqualTo(255);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_700_000_000, 4_294_967_295L})
  void keepsSecondsUntil2106(long seconds) {
    long trail = Trail.of(seconds * SECOND + 999_999, 1);

    assertThat(Trail.sinceSeconds(trail)).isEqualTo(seconds);
    assertThat(Trail.hasSkew(trail)).isFalse();
    assertThat(Trail.key(trail)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "4294967296, 4294967295", "9000000000000, 4294967295"})
  void otherTimesAreTheNearestOfThose(long seconds, long kept) {
    assertThat(Trail.sinceSeconds(Trail.of(seconds * SECOND, 0))).isEqualTo(kept);
  }

  @Test
  void takesTheTimeOfAnother() {
    long old = Trail.of(1_000 * SECOND, 1, 70 * SECOND);
    long trail = Trail.withSinceOf(old, Trail.of(2_000 * SECOND, 2, -30 * SECOND));

    assertThat(Trail.sinceSeconds(trail)).isEqualTo(1_000);
    assertThat(Trail.key(trail)).isEqualTo(2);
    assertThat(Trail.skewMicros(trail)).isEqualTo(-30 * SECOND);
  }

  @Test
  void nothingIsKnownOfARowThatIsNew() {
    assertThat(Trail.sinceSeconds(0)).isZero();
    assertThat(Trail.key(0)).isZero();
  }
}
