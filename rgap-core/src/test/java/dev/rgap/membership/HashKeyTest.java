package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashKeyTest {

  private final long[] state = new long[4];

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      state[0] += state[1];
      state[1] = Long.rotateLeft(state[1], 13) ^ state[0];
      state[0] = Long.rotateLeft(state[0], 32);
      state[2] += state[3];
      state[3] = Long.rotateLeft(state[3], 16) ^ state[2];
      state[0] += state[3];
      state[3] = Long.rotateLeft(state[3], 21) ^ state[0];
      state[2] += state[1];
      state[1] = Long.rotateLeft(state[1], 17) ^ state[2];
      state[2] = Long.rotateLeft(state[2], 32);
    }
  }

  /** SipHash-c-d as its authors describe it, for messages of any length. */
  private long sipHash(int c, int d, long k0, long k1, byte[] message) {
    state[0] = k0 ^ 0x736f6d6570736575L;
    state[1] = k1 ^ 0x646f72616e646f6dL;
    state[2] = k0 ^ 0x6c7967656e657261L;
    state[3] = k1 ^ 0x7465646279746573L;
    ByteBuffer padded =
        ByteBuffer.allocate(message.length / 8 * 8 + 8).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(message).put(padded.capacity() - 1, (byte) message.length).rewind();
    while (padded.hasRemaining()) {
      long word = padded.getLong();
      state[3] ^= word;
      rounds(c);
      state[0] ^= word;
    }
    state[2] ^= 0xff;
    rounds(d);
    return state[0] ^ state[1] ^ state[2] ^ state[3];
  }

  @Test
  void isSipHash() {
    byte[] message = new byte[15];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) i;
    }
    // The example of the authors' paper, appendix A.
    assertThat(sipHash(2, 4, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L, message))
        .isEqualTo(0xa129ca6149be45e5L);

    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      long k0 = random.nextLong();
      long k1 = random.nextLong();
      long high = random.nextLong();
      long low = random.nextLong();
      byte[] address =
          ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(high).putLong(low).array();
      assertThat(new HashKey(k0, k1).hash(high, low)).isEqualTo(sipHash(1, 3, k0, k1, address));
    }
  }

  @Test
  void isAnotherEachTimeAndNotPrinted() {
    assertThat(HashKey.fresh()).isNotEqualTo(HashKey.fresh()).hasToString("HashKey[secret]");
  }
}
