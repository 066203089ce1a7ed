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

  /** SHA-256. */
  interface Hash {
    /** Takes in a part of the message. */
    void update(byte[] bytes, int offset, int count);

    /** Writes the digest to the output from index 0 and starts anew. */
    void digest(byte[] output);
  }

  private final Hash sha256;
  private final byte[] inner = new byte[LENGTH];
  private final byte[] outer = new byte[LENGTH];

  private Hmac(Hash sha256) {
    this.sha256 = sha256;
  }

  /** One for many messages: fast, but it takes milliseconds to make the first of a process. */
  static Hmac jdk() {
    try {
      return new Hmac(new JdkSha256(MessageDigest.getInstance("SHA-256")));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** One for few messages: ready at once. */
  static Hmac quickStart() {
    return new Hmac(new Sha256());
  }

  /** Writes HMAC(key, prefix ‖ message[0, length)) to the output from index 0. */
  void sign(PreSharedKey key, byte[] prefix, byte[] message, int length, byte[] output) {
    update(key.innerPad);
    update(prefix);
    sha256.update(message, 0, length);
    sha256.digest(inner);
    update(key.outerPad);
    update(inner);
    sha256.digest(output);
  }

  /** Signs all that is before the signature's place, and puts the signature there. */
  void sign(PreSharedKey key, byte[] prefix, byte[] signed, int place) {
    sign(key, prefix, signed, place, outer);
    System.arraycopy(outer, 0, signed, place, LENGTH);
  }

  /** Whether what is at the signature's place was made so, with this key. In constant time. */
  boolean verify(PreSharedKey key, byte[] prefix, byte[] signed, int place) {
    sign(key, prefix, signed, place, outer);
    long difference = 0;
    for (int i = 0; i < LENGTH; i += Long.BYTES) {
      // No early exit: the time taken must not tell how much of a forgery was right.
      difference |=
          AnnouncementCodec.getLong(outer, i) ^ AnnouncementCodec.getLong(signed, place + i);
    }
    return difference == 0;
  }

  private void update(byte[] bytes) {
    sha256.update(bytes, 0, bytes.length);
  }

  /** HMAC(key, message) for an ASCII message. */
  byte[] sign(PreSharedKey key, String message) {
    byte[] output = new byte[LENGTH];
    sign(key, message.getBytes(StandardCharsets.US_ASCII), output, 0, output);
    return output;
  }

  private record JdkSha256(MessageDigest digest) implements Hash {
    @Override
    public void update(byte[] bytes, int offset, int count) {
      digest.update(bytes, offset, count);
    }

    @Override
    public void digest(byte[] output) {
      try {
        digest.digest(output, 0, LENGTH);
      } catch (DigestException e) {
        throw new AssertionError("the output has room for a digest", e);
      }
    }
  }
}
