package dev.rgap.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "eth0, eth0, true",
    "eth0, eth01, false",
    "eth0, eth, false",
    "eth?, eth0, true",
    "eth?, eth, false",
    "eth?, eth10, false",
    "eth*, eth, true",
    "eth*, eth10, true",
    "eth*, veth0, false",
    "*, '', true",
    "*, anything, true",
    "?, '', false",
    "'', '', true",
    "'', a, false",
    "*0, eth10, true",
    "*0, eth01, false",
    "e*h*0, eth-h10, true",
    "*ab*ab, abxab, true",
    "*ab*ab, xab, false",
    "a**b, ab, true",
    "enp*s?, enp3s0.7, false",
    "en.s[0-9], en.s[0-9], true",
    "en.s[0-9], enxs1, false",
  })
  void stands(String pattern, String name, boolean matches) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void manyStarsTakeNoLonger() {
    assertThat(new Glob("*a".repeat(100) + "b").matches("a".repeat(10_000))).isFalse();
    assertThat(Glob.isPattern("eth*")).isTrue();
    assertThat(Glob.isPattern("eth?")).isTrue();
    assertThat(Glob.isPattern("eth0")).isFalse();
  }
}
