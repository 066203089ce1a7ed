package dev.rgap.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "+0, 0",
    "-0, 0",
    "0s, 0",
    "00000s, 0",
    "5s, 5000000000",
    "+5s, 5000000000",
    "-1s, -1000000000",
    "15s, 15000000000",
    "1h30m, 5400000000000",
    "30m1h, 5400000000000",
    "1h1h, 7200000000000",
    "1.5s, 1500000000",
    ".5s, 500000000",
    "-.5s, -500000000",
    "1.s, 1000000000",
    "1.0000000001s, 1000000000",
    "1.9999999999ns, 1",
    "-1.9ns, -1",
    "0.3333333333333333333h, 1199999999999",
    "1ns, 1",
    "1us, 1000",
    "1µs, 1000",
    "1μs, 1000",
    "1ms, 1000000",
    "1m, 60000000000",
    "1m1ms, 60001000000",
    "1h2m3s4ms5us6ns, 3723004005006",
    "2562047h47m16.854775807s, 9223372036854775807",
    "9223372036854775807ns, 9223372036854775807",
    "-9223372036854775808ns, -9223372036854775808",
  })
  void reads(String text, long nanos) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "-",
        "s",
        ".s",
        ".",
        "-.s",
        "+.",
        "1",
        "5.5",
        "--1s",
        "+-1s",
        "1s-1s",
        " 1s",
        "1s ",
        "1 s",
        "1S",
        "1H",
        "1e3s",
        "1_000s",
        "0x1s",
        "1d",
        "1w",
        "1y",
        "1sec",
        "1min",
        "1hour",
        "1..5s",
        "1.5.5s",
        "1,5s",
        "3000000h",
        "9223372036854775808ns",
        "-9223372036854775809ns",
        "99999999999999999999s",
        "９s",
        "1ſ",
        "1s0",
        "01",
        "00",
      })
  void rejects(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "5, write 5s for seconds",
    "1d, write 24h",
    "30d, write 720h",
    "9999999999999999999d, is no duration",
    "3000000h, too long",
    "fast, expected numbers with a unit",
  })
  void saysHowToCorrectIt(String text, String hint) {
    assertThatThrownBy(() -> DurationText.parse(text)).hasMessageContaining(hint);
  }

  @Test
  void aVeryLongTextIsNotEvenLookedAt() {
    assertThatThrownBy(() -> DurationText.parse("1".repeat(1_000_000) + "s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "999, 999ns",
    "1100, 1.1µs",
    "2200000, 2.2ms",
    "100000000, 100ms",
    "999999999, 999.999999ms",
    "1000000000, 1s",
    "1500000000, 1.5s",
    "59999999999, 59.999999999s",
    "60000000000, 1m",
    "90000000000, 1m30s",
    "3600000000000, 1h",
    "5400000000000, 1h30m",
    "3605000000000, 1h5s",
    "3661001000000, 1h1m1.001s",
    "86400000000000, 24h",
    "-1, -1ns",
    "-1500000000, -1.5s",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s",
  })
  void writesAsPeopleDo(long nanos, String text) {
    assertThat(DurationText.format(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @Test
  void readsWhatItWrites() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      Duration duration = Duration.ofNanos(random.nextLong() >> random.nextInt(64));

      assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }
  }

  @Test
  void writesDurationsThatItCantRead() {
    assertThat(DurationText.format(Duration.ofDays(365_000))).isEqualTo("8760000h");
    assertThat(DurationText.format(Duration.ofDays(-365_000))).isEqualTo("-8760000h");
  }
}
