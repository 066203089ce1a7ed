package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HmacTest {

  static List<Named<Hmac>> both() {
    return List.of(Named.of("for many", Hmac.jdk()), Named.of("for few", Hmac.quickStart()));
  }

  @ParameterizedTest
  @MethodSource("both")
  void agreesWithTheJdk(Hmac hmac) throws Exception {
    Random random = new Random(2);
    Mac reference = Mac.getInstance("HmacSHA256");
    for (int i = 0; i < 500; i++) {
      byte[] key = new byte[32];
      byte[] prefix = new byte[random.nextInt(80)];
      byte[] message = new byte[random.nextInt(200)];
      random.nextBytes(key);
      random.nextBytes(prefix);
      random.nextBytes(message);
      int length = random.nextInt(message.length + 1);

      byte[] output = new byte[Hmac.LENGTH];
      hmac.sign(
          PreSharedKey.parseHex(HexFormat.of().formatHex(key)), prefix, message, length, output);

      reference.init(new SecretKeySpec(key, "HmacSHA256"));
      reference.update(prefix);
      assertThat(output).isEqualTo(reference.doFinal(Arrays.copyOf(message, length)));
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void signsText(Hmac hmac) throws Exception {
    byte[] key = new byte[32];
    Mac reference = Mac.getInstance("HmacSHA256");
    reference.init(new SecretKeySpec(key, "HmacSHA256"));

    assertThat(hmac.sign(PreSharedKey.parseHex("0".repeat(64)), "some text"))
        .isEqualTo(reference.doFinal("some text".getBytes(StandardCharsets.US_ASCII)));
  }
}
