package dev.rgap.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Signs announcements, and verifies signatures in constant time.
 *
 * <p>The signature is HMAC-SHA256 over the ASCII text {@code RGAP announce} and the first 34 bytes
 * of the datagram. Verifying allocates nothing. Not safe for use by several threads: each has its
 * own.
 */
public final class AnnouncementSigner {

  private static final byte[] PREFIX = "RGAP announce".getBytes(StandardCharsets.US_ASCII);

  private final Hmac hmac = new Hmac();
  private final byte[] expected = new byte[Hmac.LENGTH];

  /** Makes a signer. */
  public AnnouncementSigner() {}

  /** The datagram that makes this announcement, signed with this key. */
  public byte[] sign(Announcement announcement, PreSharedKey key) {
    byte[] datagram = new byte[AnnouncementCodec.SIZE];
    AnnouncementCodec.encodeUnsigned(announcement, datagram);
    hmac.sign(key, PREFIX, datagram, AnnouncementCodec.SIGNATURE_OFFSET, expected);
    System.arraycopy(expected, 0, datagram, AnnouncementCodec.SIGNATURE_OFFSET, Hmac.LENGTH);
    return datagram;
  }

  /**
   * Whether the signature in this datagram was made with this key.
   *
   * @param datagram holds a whole datagram from index 0; what follows it is ignored
   */
  public boolean verify(byte[] datagram, PreSharedKey key) {
    hmac.sign(key, PREFIX, datagram, AnnouncementCodec.SIGNATURE_OFFSET, expected);
    long difference = 0;
    for (int i = 0; i < Hmac.LENGTH; i += Long.BYTES) {
      // No early exit: the time taken must not tell how much of a forgery was right.
      difference |=
          AnnouncementCodec.getLong(expected, i)
              ^ AnnouncementCodec.getLong(datagram, AnnouncementCodec.SIGNATURE_OFFSET + i);
    }
    return difference == 0;
  }
}
