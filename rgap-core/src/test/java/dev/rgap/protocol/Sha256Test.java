package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Sha256Test {

  /** The examples that NIST publishes with FIPS 180. */
  @ParameterizedTest
  @CsvSource({
    "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
        + "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  })
  void givesThePublishedDigests(String message, String digest) {
    byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);

    assertThat(HexFormat.of().formatHex(digest(new Sha256(), bytes, bytes.length)))
        .isEqualTo(digest);
  }

  @Test
  void agreesWithTheJdkAtEveryLengthAndStartsAnew() throws Exception {
    Random random = new Random(3);
    byte[] message = new byte[300];
    random.nextBytes(message);
    MessageDigest reference = MessageDigest.getInstance("SHA-256");
    Sha256 sha256 = new Sha256();
    for (int length = 0; length <= message.length; length++) {
      reference.update(message, 0, length);

      assertThat(digest(sha256, message, length))
          .as("%d bytes", length)
          .isEqualTo(reference.digest());
    }
  }

  @Test
  void takesItsMessageInParts() {
    byte[] message = new byte[200];
    Arrays.fill(message, (byte) 0xa5);
    Sha256 sha256 = new Sha256();
    sha256.update(message, 7, 63);
    sha256.update(message, 0, 0);
    sha256.update(message, 1, 64);
    byte[] digest = new byte[Hmac.LENGTH];
    sha256.digest(digest);

    assertThat(digest).isEqualTo(digest(new Sha256(), message, 127));
  }

  private static byte[] digest(Sha256 sha256, byte[] message, int length) {
    byte[] digest = new byte[Hmac.LENGTH];
    sha256.update(message, 0, length);
    sha256.digest(digest);
    return digest;
  }
}
