package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import java.nio.charset.StandardCharsets;

/**
 * Signs announcements, and verifies signatures in constant time.
 *
 * <p>The signature is HMAC-SHA256 over an ASCII text and all that is before it in the datagram. The
 * text is {@code RGAP announce} in version 1, and {@code RGAP state} in version 2. Verifying
 * allocates nothing. Not safe for use by several threads: each has its own.
 */
@StableApi
public final class AnnouncementSigner {

  private static final byte[] PREFIX = "RGAP announce".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] EXTENDED_PREFIX = "RGAP state".getBytes(StandardCharsets.US_ASCII);

  private final Hmac hmac;

  /** Makes a signer that is fast; making the first of a process takes milliseconds. */
  public AnnouncementSigner() {
    this(Hmac.jdk());
  }

  private AnnouncementSigner(Hmac hmac) {
    this.hmac = hmac;
  }

  /** A signer that is ready at once and slow: for one datagram in seconds. */
  public static AnnouncementSigner quickStart() {
    return new AnnouncementSigner(Hmac.quickStart());
  }

  /** The datagram that makes this announcement, signed with this key. */
  public byte[] sign(Announcement announcement, PreSharedKey key) {
    byte[] datagram = new byte[AnnouncementCodec.SIZE];
    IpAddress address = announcement.address();
    sign(
        announcement.group().bits(),
        announcement.timestampMicros(),
        address.high(),
        address.low(),
        key,
        datagram);
    return datagram;
  }

  /**
   * Writes the datagram that makes this announcement, signed with this key. Allocates nothing.
   *
   * @param groupBits the bits of the {@link GroupId}
   * @param timestampMicros when it is said, in microseconds since the Unix epoch
   * @param addressHigh the first half of the address
   * @param addressLow the second half of the address
   * @param datagram where it is written to, from index 0; has room for {@value
   *     AnnouncementCodec#SIZE} bytes
   */
  public void sign(
      long groupBits,
      long timestampMicros,
      long addressHigh,
      long addressLow,
      PreSharedKey key,
      byte[] datagram) {
    AnnouncementCodec.write(groupBits, timestampMicros, addressHigh, addressLow, datagram, 0);
    hmac.sign(key, PREFIX, datagram, AnnouncementCodec.SIGNATURE_OFFSET);
  }

  /**
   * Whether the signature in this datagram was made with this key.
   *
   * @param datagram holds a whole datagram from index 0; what follows it is ignored
   */
  public boolean verify(byte[] datagram, PreSharedKey key) {
    return hmac.verify(key, PREFIX, datagram, AnnouncementCodec.SIGNATURE_OFFSET);
  }

  /** The datagram of version 2 that makes this announcement, signed with this key. */
  public byte[] sign(Announcement announcement, AnnouncedState state, PreSharedKey key) {
    byte[] datagram = new byte[ExtendedCodec.MIN_SIZE];
    ExtendedCodec.write(announcement, state, datagram);
    hmac.sign(key, EXTENDED_PREFIX, datagram, ExtendedCodec.signatureOffset(datagram.length));
    return datagram;
  }

  /**
   * Whether the signature in this datagram of version 2 was made with this key.
   *
   * @param datagram holds a whole datagram from index 0
   * @param length its length, at least {@value ExtendedCodec#MIN_SIZE}
   */
  public boolean verifyExtended(byte[] datagram, int length, PreSharedKey key) {
    return hmac.verify(key, EXTENDED_PREFIX, datagram, ExtendedCodec.signatureOffset(length));
  }
}
