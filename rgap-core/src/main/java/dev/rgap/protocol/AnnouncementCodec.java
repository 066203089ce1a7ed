package dev.rgap.protocol;

import dev.rgap.api.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How an announcement is laid out in a datagram: version 1, {@value #SIZE} bytes, big-endian.
 *
 * <pre>
 *  0        2                    10                   18                  34                  66
 *  +--------+--------------------+--------------------+-------------------+-------------------+
 *  |version | group id           | timestamp          | address           | signature         |
 *  | 0x0100 | unsigned           | signed, µs since   | IPv6, or IPv4-    | HMAC-SHA256 over  |
 *  |        |                    | the Unix epoch     | mapped IPv6       | the bytes 0 to 33 |
 *  +--------+--------------------+--------------------+-------------------+-------------------+
 * </pre>
 *
 * <p>The accessors for single fields read straight from the datagram, so that a receiver can throw
 * it away early without making an object of it. They need an array of at least {@value #SIZE}
 * bytes.
 */
@InternalApi
public final class AnnouncementCodec {

  /** Length of a datagram in bytes. */
  public static final int SIZE = 66;

  /** The protocol version that this codec writes. */
  public static final int VERSION = 0x0100;

  static final int GROUP_OFFSET = 2;
  static final int TIMESTAMP_OFFSET = 10;
  static final int ADDRESS_OFFSET = 18;
  static final int SIGNATURE_OFFSET = 34;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private AnnouncementCodec() {}

  /** The datagram's protocol version, 0 to 65535. */
  public static int version(byte[] datagram) {
    return Short.toUnsignedInt((short) SHORTS.get(datagram, 0));
  }

  /** The bits of the datagram's {@link GroupId}. */
  public static long groupBits(byte[] datagram) {
    return getLong(datagram, GROUP_OFFSET);
  }

  /** The datagram's timestamp in microseconds since the Unix epoch. */
  public static long timestampMicros(byte[] datagram) {
    return getLong(datagram, TIMESTAMP_OFFSET);
  }

  /** The first half of the datagram's address. */
  public static long addressHigh(byte[] datagram) {
    return getLong(datagram, ADDRESS_OFFSET);
  }

  /** The second half of the datagram's address. */
  public static long addressLow(byte[] datagram) {
    return getLong(datagram, ADDRESS_OFFSET + Long.BYTES);
  }

  /**
   * A fourth of the datagram's signature.
   *
   * @param part 0 to 3
   */
  public static long signature(byte[] datagram, int part) {
    return getLong(datagram, SIGNATURE_OFFSET + part * Long.BYTES);
  }

  /**
   * Writes a datagram of version {@link #VERSION} of which all is known but the signature.
   *
   * @param at where it begins
   */
  public static void write(
      long groupBits, long timestampMicros, long addressHigh, long addressLow, byte[] to, int at) {
    SHORTS.set(to, at, (short) VERSION);
    setLong(to, at + GROUP_OFFSET, groupBits);
    setLong(to, at + TIMESTAMP_OFFSET, timestampMicros);
    setLong(to, at + ADDRESS_OFFSET, addressHigh);
    setLong(to, at + ADDRESS_OFFSET + Long.BYTES, addressLow);
  }

  /**
   * Writes a fourth of the signature of a datagram that begins there.
   *
   * @param part 0 to 3
   */
  public static void writeSignature(long signature, int part, byte[] to, int at) {
    setLong(to, at + SIGNATURE_OFFSET + part * Long.BYTES, signature);
  }

  /**
   * Takes a datagram apart, whatever its version.
   *
   * @param datagram holds the datagram from index 0
   * @param length the datagram's length, at most the array's
   * @throws IllegalArgumentException if the length is not {@value #SIZE}
   */
  public static SignedAnnouncement decode(byte[] datagram, int length) {
    if (length != SIZE) {
      throw new IllegalArgumentException(
          "an announcement has " + SIZE + " bytes, this datagram has " + length);
    }
    return new SignedAnnouncement(
        version(datagram),
        new Announcement(
            new GroupId(groupBits(datagram)),
            timestampMicros(datagram),
            new IpAddress(addressHigh(datagram), addressLow(datagram))),
        new SignedAnnouncement.Signature(
            signature(datagram, 0),
            signature(datagram, 1),
            signature(datagram, 2),
            signature(datagram, 3)));
  }

  /** Puts a datagram together, exactly as given: the reverse of {@link #decode}. */
  public static byte[] encode(SignedAnnouncement announcement) {
    byte[] datagram = new byte[SIZE];
    Announcement body = announcement.announcement();
    write(
        body.group().bits(),
        body.timestampMicros(),
        body.address().high(),
        body.address().low(),
        datagram,
        0);
    SHORTS.set(datagram, 0, (short) announcement.version());
    SignedAnnouncement.Signature signature = announcement.signature();
    writeSignature(signature.a(), 0, datagram, 0);
    writeSignature(signature.b(), 1, datagram, 0);
    writeSignature(signature.c(), 2, datagram, 0);
    writeSignature(signature.d(), 3, datagram, 0);
    return datagram;
  }

  static long getLong(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  static void setLong(byte[] bytes, int offset, long value) {
    LONGS.set(bytes, offset, value);
  }
}
