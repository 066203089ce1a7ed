package dev.rgap.worker.clock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of SNTP that are needed (RFC 4330, and RFC 5905 of which it is a part): a
 * client's request, and a server's answer to it.
 *
 * <pre>
 *    0  leap indicator (2 bits), version (3), mode (3)     24  originate timestamp: the request's transmit
 *    1  stratum                                            32  receive timestamp: when the request came
 *    2  poll, precision                                    40  transmit timestamp: when the answer left
 *    4  root delay, root dispersion                        48  what authenticates it; ignored
 *   12  reference id                   a timestamp is of 32 bits of seconds since 1900 and
 *   16  reference timestamp            32 bits of fractions
 * </pre>
 */
final class SntpPacket {

  static final int LENGTH = 48;

  private static final int CLIENT = 4 << 3 | 3;
  private static final int SERVER = 4;
  private static final int UNSYNCHRONIZED = 3;
  private static final int MOST_STRATUM = 15;

  private static final int REFERENCE_ID = 12;
  private static final int ORIGINATE = 24;
  private static final int RECEIVE = 32;
  private static final int TRANSMIT = 40;

  /** From 1900 to 1970, and how long 32 bits of seconds last. */
  private static final long EPOCH = 2_208_988_800L;

  private static final long ERA = 1L << 32;

  /** The server wants something of those who ask it; RFC 5905 section 7.4. */
  static final class KissOfDeathException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean forGood;

    KissOfDeathException(String code) {
      super("it asks not to be asked (kiss code " + code + ")");
      this.forGood = code.equals("DENY") || code.equals("RSTR");
    }

    /** Whether it is not to be asked any more, and not only less often. */
    boolean isForGood() {
      return forGood;
    }
  }

  /** When a request came and an answer left, by the server's clock. */
  record Answer(Instant received, Instant transmitted) {}

  private SntpPacket() {}

  /**
   * A request, which does not tell what this host's clock says.
   *
   * @param transmit any bits; the answer has to repeat them
   */
  static byte[] request(long transmit) {
    return ByteBuffer.allocate(LENGTH).put(0, (byte) CLIENT).putLong(TRANSMIT, transmit).array();
  }

  /**
   * Reads an answer.
   *
   * @param transmit what the request had
   * @return null if it is no answer to that request
   * @throws IOException if the server does not know what time it is, or does not say; the message
   *     says why
   */
  static @Nullable Answer read(ByteBuffer message, long transmit) throws IOException {
    if (message.remaining() < LENGTH
        || (message.get(0) & 7) != SERVER
        || message.getLong(ORIGINATE) != transmit) {
      return null;
    }
    int stratum = Byte.toUnsignedInt(message.get(1));
    if (stratum == 0) {
      throw new KissOfDeathException(kissCode(message));
    }
    if ((message.get(0) >> 6 & 3) == UNSYNCHRONIZED || stratum > MOST_STRATUM) {
      throw new IOException("it does not know what time it is");
    }
    if (message.getLong(TRANSMIT) == 0 || message.getLong(RECEIVE) == 0) {
      throw new IOException("its answer has no time");
    }
    return new Answer(instant(message.getLong(RECEIVE)), instant(message.getLong(TRANSMIT)));
  }

  private static String kissCode(ByteBuffer message) {
    byte[] code = new byte[4];
    message.get(REFERENCE_ID, code);
    String text = new String(code, StandardCharsets.US_ASCII);
    return text.chars().allMatch(c -> c >= 'A' && c <= 'Z') ? text : "unknown";
  }

  /** Seconds whose first bit is not set are those after February 2036 (RFC 4330 section 3). */
  private static Instant instant(long timestamp) {
    long seconds = timestamp >>> 32;
    long fraction = timestamp & 0xffff_ffffL;
    long era = seconds < ERA / 2 ? ERA : 0;
    return Instant.ofEpochSecond(era + seconds - EPOCH, (fraction * 1_000_000_000L) >>> 32);
  }
}
