package dev.rgap.protocol;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC-SHA256 (RFC 2104) with the key schedules that {@link PreSharedKey}s hold ready.
 *
 * <p>One digest is fed with the pads again and again: this costs two compressions more than cloning
 * saved states would, and makes no garbage. Not safe for use by several threads.
 */
final class Hmac {

  static final int LENGTH = 32;

  private final MessageDigest sha256;
  private final byte[] inner = new byte[LENGTH];

  Hmac() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Writes HMAC(key, prefix ‖ message[0, length)) to the output from index 0. */
  void sign(PreSharedKey key, byte[] prefix, byte[] message, int length, byte[] output) {
    try {
      sha256.update(key.innerPad);
      sha256.update(prefix);
      sha256.update(message, 0, length);
      sha256.digest(inner, 0, LENGTH);
      sha256.update(key.outerPad);
      sha256.update(inner);
      sha256.digest(output, 0, LENGTH);
    } catch (DigestException e) {
      throw new AssertionError("the output has room for a digest", e);
    }
  }

  /** HMAC(key, message) for an ASCII message. */
  byte[] sign(PreSharedKey key, String message) {
    byte[] output = new byte[LENGTH];
    sign(key, message.getBytes(StandardCharsets.US_ASCII), output, 0, output);
    return output;
  }
}
