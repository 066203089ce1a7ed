package dev.rgap.membership;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A secret by which addresses are hashed: SipHash-1-3 (Aumasson and Bernstein 2012), which others
 * use for tables that strangers fill. Who doesn't know the key can't choose addresses whose hashes
 * have anything in common, however many they are; a sum or an exclusive or with a secret would not
 * do for that.
 *
 * @param first half of the key
 * @param second the other half
 */
record HashKey(long first, long second) {

  /** The length of what is hashed, in the place where SipHash has it. */
  private static final long LENGTH = 16L << 56;

  /** What only this process knows. */
  private static final HashKey OF_PROCESS = drawn();

  /** One that nobody else can know, and another for each table. */
  static HashKey fresh() {
    ThreadLocalRandom different = ThreadLocalRandom.current();
    return new HashKey(
        OF_PROCESS.first + different.nextLong(), OF_PROCESS.second + different.nextLong());
  }

  private static HashKey drawn() {
    byte[] bytes = new byte[2 * Long.BYTES];
    // Straight from the kernel: a SecureRandom would cost some 20 ms of the start.
    try (InputStream random = new FileInputStream("/dev/urandom")) {
      if (random.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new IOException("too short");
      }
    } catch (IOException e) {
      new SecureRandom().nextBytes(bytes);
    }
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new HashKey(halves.getLong(), halves.getLong());
  }

  /** The hash of an address's halves. */
  long hash(long high, long low) {
    long v0 = first ^ 0x736f6d6570736575L;
    long v1 = second ^ 0x646f72616e646f6dL;
    long v2 = first ^ 0x6c7967656e657261L;
    long v3 = second ^ 0x7465646279746573L;
    // A round for each of three words, and three more at the end.
    for (int round = 0; round < 6; round++) {
      long word = round == 0 ? high : round == 1 ? low : round == 2 ? LENGTH : 0;
      v2 ^= round == 3 ? 0xff : 0;
      v3 ^= word;
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** Not the key. */
  @Override
  public String toString() {
    return "HashKey[secret]";
  }
}
