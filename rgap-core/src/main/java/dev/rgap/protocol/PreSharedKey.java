package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The secret that the agents and listeners of a group share: {@value #SIZE} bytes.
 *
 * <p>It can't be printed by accident: every textual form but {@link #revealHex()} shows a {@link
 * #fingerprint()} only. Two keys are equal if their bytes are, compared in constant time.
 */
@StableApi
public final class PreSharedKey {

  /** Length of a key in bytes. */
  public static final int SIZE = 32;

  /** The key of README's listener and of the other examples. */
  private static final String EXAMPLE =
      "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  /** SHA-256's block, to which HMAC pads its key (RFC 2104 section 2). */
  private static final int BLOCK = 64;

  private final byte[] key;

  /** The key schedule, made once: the key padded with zeros and XORed with ipad and opad. */
  final byte[] innerPad;

  final byte[] outerPad;

  private PreSharedKey(byte[] key) {
    this.key = key;
    this.innerPad = pad(key, (byte) 0x36);
    this.outerPad = pad(key, (byte) 0x5c);
  }

  private static byte[] pad(byte[] key, byte with) {
    byte[] padded = Arrays.copyOf(key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      padded[i] ^= with;
    }
    return padded;
  }

  /**
   * Reads a key written as {@code 2 * SIZE} hexadecimal digits.
   *
   * @throws IllegalArgumentException if it is anything else; the message doesn't repeat the text
   */
  public static PreSharedKey parseHex(String hex) {
    if (hex.length() != 2 * SIZE) {
      throw new IllegalArgumentException(
          "a pre-shared key is "
              + 2 * SIZE
              + " hexadecimal digits, this text has "
              + hex.length()
              + " characters");
    }
    try {
      return new PreSharedKey(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      // The JDK's message quotes a part of the secret: neither it nor its cause goes further.
      throw new IllegalArgumentException(
          "a pre-shared key is "
              + 2 * SIZE
              + " hexadecimal digits, this text has other characters");
    }
  }

  /** Makes a new key from this source of randomness. */
  public static PreSharedKey generate(SecureRandom random) {
    byte[] key = new byte[SIZE];
    random.nextBytes(key);
    return new PreSharedKey(key);
  }

  /** The secret itself as lower-case hexadecimal digits; for handing a new key to its owner. */
  public String revealHex() {
    return HexFormat.of().formatHex(key);
  }

  /** Whether it is the key of rgap's documentation, which everybody knows. */
  public boolean isExample() {
    return revealHex().equals(EXAMPLE);
  }

  /**
   * Eight hexadecimal digits by which people can see whether two hosts have the same key. Reveals
   * nothing else: they are a part of an HMAC under the key.
   */
  public String fingerprint() {
    byte[] mac = Hmac.jdk().sign(this, "rgap key fingerprint");
    return HexFormat.of().formatHex(mac, 0, 4);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PreSharedKey that && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "PreSharedKey[fingerprint=" + fingerprint() + "]";
  }
}
