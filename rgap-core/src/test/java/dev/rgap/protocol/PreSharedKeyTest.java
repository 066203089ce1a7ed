package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreSharedKeyTest {

  @Test
  void knowsTheKeyOfTheExamples() {
    String example = "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

    assertThat(PreSharedKey.parseHex(example.toUpperCase(Locale.ROOT)).isExample()).isTrue();
    assertThat(PreSharedKey.parseHex("ab".repeat(32)).isExample()).isFalse();
  }

  private static final String HEX =
      "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  @Test
  void readsBothCasesAndRevealsLowerCase() {
    PreSharedKey key = PreSharedKey.parseHex(HEX);

    assertThat(PreSharedKey.parseHex(HEX.toUpperCase(Locale.ROOT)))
        .isEqualTo(key)
        .hasSameHashCodeAs(key);
    assertThat(key.revealHex()).isEqualTo(HEX);
    assertThat(key).isNotEqualTo(PreSharedKey.parseHex("0".repeat(64)));
  }

  @Test
  void printsItsFingerprintAndNothingOfTheSecret() {
    PreSharedKey key = PreSharedKey.parseHex(HEX);

    assertThat(key.fingerprint()).matches("[0-9a-f]{8}");
    assertThat(key).hasToString("PreSharedKey[fingerprint=" + key.fingerprint() + "]");
    assertThat(sharesPartWith(key.toString(), HEX)).isFalse();
    assertThat(PreSharedKey.parseHex(HEX).fingerprint()).isEqualTo(key.fingerprint());
    assertThat(PreSharedKey.parseHex("0".repeat(64)).fingerprint()).isNotEqualTo(key.fingerprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff43",
        "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff4311",
        "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff43g",
        "zf1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431",
        "8f1302643b0809279794c5cc47f2 6561d7442b85d748bd7d1a58adfbe9ff4311",
        "0x1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431",
        "８f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431",
      })
  void aBadKeyIsRejectedWithoutRepeatingAnyOfIt(String hex) {
    Throwable failure = catchThrowable(() -> PreSharedKey.parseHex(hex));

    assertThat(failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 hexadecimal digits")
        .hasNoCause();
    StringWriter everything = new StringWriter();
    failure.printStackTrace(new PrintWriter(everything));
    assertThat(sharesPartWith(everything.toString(), hex)).isFalse();
  }

  @Test
  void generatesDifferentKeys() {
    SecureRandom random = new SecureRandom();
    Set<PreSharedKey> keys = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      PreSharedKey key = PreSharedKey.generate(random);
      assertThat(PreSharedKey.parseHex(key.revealHex())).isEqualTo(key);
      keys.add(key);
    }
    assertThat(keys).hasSize(100);
  }

  /** Whether five characters in a row of a secret are in a text. */
  private static boolean sharesPartWith(String text, String secret) {
    for (int i = 0; i + 5 <= secret.length(); i++) {
      if (text.contains(secret.substring(i, i + 5))) {
        return true;
      }
    }
    return false;
  }
}
