package dev.rgap.protocol;

import dev.rgap.api.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * How an announcement with a state is laid out in a datagram: version 2, {@value #MIN_SIZE} to
 * {@value #MAX_SIZE} bytes, big-endian. Group, timestamp and address are where {@link
 * AnnouncementCodec} has them, and can be read by it.
 *
 * <pre>
 *  0        2          34      35      36       38           38 + n       70 + n
 *  +--------+--- - - --+-------+-------+--------+-- - - - ---+-- - - - ---+
 *  |version | group,   | state | flags | length | attributes | signature  |
 *  | 0x0200 | time,    |       |   0   |   n    |            | HMAC-SHA256|
 *  |        | address  |       |       |        |            |            |
 *  +--------+--- - - --+-------+-------+--------+-- - - - ---+-- - - - ---+
 *
 *  attribute  | type (1) | length m (1) | value (m) |
 * </pre>
 *
 * <p>No attribute is defined yet. One whose type is below {@value #MUST_KNOW} is skipped by those
 * who don't know it; the others are not understood without it.
 */
@InternalApi
public final class ExtendedCodec {

  /** The protocol version of these datagrams. */
  public static final int VERSION = 0x0200;

  /** Length in bytes of a datagram without attributes. */
  public static final int MIN_SIZE = 70;

  /** Length in bytes of the longest datagram. */
  public static final int MAX_SIZE = 512;

  /** From this type on, an attribute has to be known. */
  public static final int MUST_KNOW = 128;

  static final int STATE_OFFSET = 34;
  static final int FLAGS_OFFSET = 35;
  static final int LENGTH_OFFSET = 36;
  static final int ATTRIBUTES_OFFSET = 38;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private static final AnnouncedState[] STATES = AnnouncedState.values();

  private ExtendedCodec() {}

  /**
   * Whether a datagram of this version has a length that it can have, which is the one that it says
   * itself.
   */
  public static boolean isSized(byte[] datagram, int length) {
    return length >= MIN_SIZE
        && length <= MAX_SIZE
        && length == MIN_SIZE + Short.toUnsignedInt((short) SHORTS.get(datagram, LENGTH_OFFSET));
  }

  /**
   * What a host says of itself.
   *
   * @param datagram is {@linkplain #isSized sized}
   * @return null if that is unknown
   */
  public static @Nullable AnnouncedState state(byte[] datagram) {
    int code = datagram[STATE_OFFSET];
    return code >= 0 && code < STATES.length ? STATES[code] : null;
  }

  /**
   * Whether all of a datagram can be understood: its state and flags are known, its attributes are
   * whole, and none of those has to be known that is not.
   *
   * @param datagram is {@linkplain #isSized sized}
   */
  public static boolean isSupported(byte[] datagram, int length) {
    return state(datagram) != null
        && datagram[FLAGS_OFFSET] == 0
        && hasKnownAttributes(datagram, signatureOffset(length));
  }

  private static boolean hasKnownAttributes(byte[] datagram, int end) {
    int at = ATTRIBUTES_OFFSET;
    while (at + 2 <= end && Byte.toUnsignedInt(datagram[at]) < MUST_KNOW) {
      at += 2 + Byte.toUnsignedInt(datagram[at + 1]);
    }
    return at == end;
  }

  static int signatureOffset(int length) {
    return length - Hmac.LENGTH;
  }

  /** Writes a datagram without attributes of which all is known but the signature. */
  static void write(Announcement announcement, AnnouncedState state, byte[] to) {
    AnnouncementCodec.write(
        announcement.group().bits(),
        announcement.timestampMicros(),
        announcement.address().high(),
        announcement.address().low(),
        to,
        0);
    SHORTS.set(to, 0, (short) VERSION);
    to[STATE_OFFSET] = (byte) state.code();
    to[FLAGS_OFFSET] = 0;
    SHORTS.set(to, LENGTH_OFFSET, (short) 0);
  }
}
