package dev.rgap.worker.address;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of STUN (RFC 8489) that are needed: a Binding request, and the response to it.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |0 0|         type              |            length             |  of the attributes
 *   |                  magic cookie: 0x2112A442                     |
 *   |                  transaction id (96 bits)                     |
 *   |                              ...                              |
 *   |        attribute: type        |            length             |  each followed by its value,
 *   |                              ...                              |  padded to 4 bytes
 * </pre>
 */
final class StunMessage {

  static final int ID_LENGTH = 12;

  private static final int HEADER = 20;
  private static final int COOKIE = 0x2112A442;

  private static final int REQUEST = 0x0001;
  private static final int SUCCESS = 0x0101;
  private static final int ERROR = 0x0111;

  private static final int MAPPED_ADDRESS = 0x0001;
  private static final int ERROR_CODE = 0x0009;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;

  /** Attributes below it must be understood. */
  private static final int OPTIONAL = 0x8000;

  /**
   * Those that must be understood and that a response to a request without any may well have, or
   * that servers of RFC 3489 add (RESPONSE-ADDRESS to PASSWORD, REFLECTED-FROM).
   */
  private static final int LAST_OF_RFC_3489 = 0x000B;

  private StunMessage() {}

  /** A Binding request without attributes. */
  static byte[] request(byte[] id) {
    return ByteBuffer.allocate(HEADER)
        .putShort((short) REQUEST)
        .putShort((short) 0)
        .putInt(COOKIE)
        .put(id)
        .array();
  }

  /**
   * Reads a response.
   *
   * @return the address it tells; null if the message is no response to the request of this id
   * @throws IOException if the response is an error, or has no address; the message says so
   */
  static @Nullable IpAddress read(ByteBuffer message, byte[] id) throws IOException {
    int length = message.remaining();
    if (length < HEADER) {
      return null;
    }
    int type = message.getShort();
    int body = Short.toUnsignedInt(message.getShort());
    int cookie = message.getInt();
    byte[] echoed = new byte[ID_LENGTH];
    message.get(echoed);
    if ((type != SUCCESS && type != ERROR)
        || body != length - HEADER
        || body % 4 != 0
        || cookie != COOKIE
        || !Arrays.equals(echoed, id)) {
      return null;
    }
    return attributes(message, type == ERROR, id);
  }

  private static @Nullable IpAddress attributes(ByteBuffer message, boolean error, byte[] id)
      throws IOException {
    IpAddress xored = null;
    IpAddress plain = null;
    String problem = "an error without a code";
    while (message.hasRemaining()) {
      int type = Short.toUnsignedInt(message.getShort());
      int length = Short.toUnsignedInt(message.getShort());
      if (length > message.remaining()) {
        return null;
      }
      ByteBuffer value = message.slice(message.position(), length);
      message.position(message.position() + (length + 3) / 4 * 4);
      switch (type) {
        case XOR_MAPPED_ADDRESS -> xored = xored == null ? address(value, id) : xored;
        case MAPPED_ADDRESS -> plain = plain == null ? address(value, null) : plain;
        case ERROR_CODE -> problem = error(value);
        default -> {
          if (type > LAST_OF_RFC_3489 && type < OPTIONAL && !error) {
            throw new IOException(
                "it answers with an attribute that must be understood, and is not: 0x%04X"
                    .formatted(type));
          }
        }
      }
    }
    if (error) {
      throw new IOException("it answers with " + problem);
    }
    IpAddress found = xored == null ? plain : xored;
    if (found == null) {
      throw new IOException("its answer has no address");
    }
    return found;
  }

  /**
   * Reads the value of an attribute: a byte that is ignored, the family, the port, the address.
   *
   * @param id what an address is mixed with, after the cookie; null if it is not
   * @return null if it is no address
   */
  private static @Nullable IpAddress address(ByteBuffer value, byte @Nullable [] id)
      throws IOException {
    if (value.remaining() < 4) {
      return null;
    }
    int family = value.getInt() >>> 16 & 0xff;
    int length = family == 1 ? 4 : family == 2 ? 16 : -1;
    if (value.remaining() != length) {
      return null;
    }
    byte[] address = new byte[length];
    value.get(address);
    if (id != null) {
      byte[] mask = ByteBuffer.allocate(4 + ID_LENGTH).putInt(COOKIE).put(id).array();
      for (int i = 0; i < length; i++) {
        address[i] ^= mask[i];
      }
    }
    return IpAddress.of(InetAddress.getByAddress(address));
  }

  private static String error(ByteBuffer value) {
    if (value.remaining() < 4) {
      return "an error without a code";
    }
    int bits = value.getInt();
    int code = (bits >>> 8 & 7) * 100 + (bits & 0xff);
    StringBuilder reason = new StringBuilder();
    StandardCharsets.UTF_8
        .decode(value)
        .codePoints()
        .filter(each -> !Character.isISOControl(each))
        .limit(100)
        .forEach(reason::appendCodePoint);
    return "error " + code + (reason.isEmpty() ? "" : ": " + reason);
  }
}
