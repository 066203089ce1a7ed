package dev.rgap.protocol;

import dev.rgap.api.InternalApi;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is kept on disk of a group besides the announcements of its members, which stand before it:
 * as long as an announcement, and signed with the group's key as they are.
 *
 * <pre>
 *  0        2                    10                  18                  26        30       34
 *  +--------+--------------------+-------------------+-------------------+---------+---------+----
 *  | kind   | group id           | written           | departed          | members | ready   | sig-
 *  | 0x5301 | unsigned           | signed, µs since  | signed, µs since  |         | 1 or 0  | nature
 *  |        |                    | the Unix epoch    | the Unix epoch    |         |         |
 *  +--------+--------------------+-------------------+-------------------+---------+---------+----
 * </pre>
 *
 * <p>The signature is HMAC-SHA256 over the ASCII text {@code RGAP state} and the first 34 bytes: it
 * can't be taken for an announcement's, nor an announcement's for it.
 *
 * @param writtenMicros when it was written, by the wall clock
 * @param departedMicros the latest timestamp of members who had left by then, as far as it was
 *     remembered; {@link Long#MIN_VALUE} if there was none
 * @param members how many announcements stand before it
 * @param whole whether these were all members of a group that was ready
 */
@InternalApi
public record SectionEnd(
    GroupId group, long writtenMicros, long departedMicros, int members, boolean whole) {

  private static final int KIND = 0x5301;
  private static final byte[] PREFIX = "RGAP state".getBytes(StandardCharsets.US_ASCII);

  private static final int WRITTEN_OFFSET = 10;
  private static final int DEPARTED_OFFSET = 18;
  private static final int NUMBERS_OFFSET = 26;

  /** Whether this may be one, and not an announcement. */
  public static boolean isOne(byte[] bytes) {
    return AnnouncementCodec.version(bytes) == KIND;
  }

  /** Writes and reads it. Not safe for use by several threads. */
  @InternalApi
  public static final class Codec {
    private final Hmac hmac = Hmac.jdk();

    /** Making the first of a process takes milliseconds. */
    public Codec() {}

    /** Its {@value AnnouncementCodec#SIZE} bytes, signed with this key. */
    public byte[] encode(SectionEnd end, PreSharedKey key) {
      byte[] bytes = new byte[AnnouncementCodec.SIZE];
      bytes[0] = (byte) (KIND >> 8);
      bytes[1] = (byte) KIND;
      AnnouncementCodec.setLong(bytes, AnnouncementCodec.GROUP_OFFSET, end.group().bits());
      AnnouncementCodec.setLong(bytes, WRITTEN_OFFSET, end.writtenMicros());
      AnnouncementCodec.setLong(bytes, DEPARTED_OFFSET, end.departedMicros());
      AnnouncementCodec.setLong(
          bytes, NUMBERS_OFFSET, (long) end.members() << 32 | (end.whole() ? 1 : 0));
      hmac.sign(key, PREFIX, bytes, AnnouncementCodec.SIGNATURE_OFFSET);
      return bytes;
    }

    /** What these bytes say; null if they were not signed with this key. */
    public @Nullable SectionEnd decode(byte[] bytes, PreSharedKey key) {
      if (!isOne(bytes) || !hmac.verify(key, PREFIX, bytes, AnnouncementCodec.SIGNATURE_OFFSET)) {
        return null;
      }
      long numbers = AnnouncementCodec.getLong(bytes, NUMBERS_OFFSET);
      return new SectionEnd(
          new GroupId(AnnouncementCodec.groupBits(bytes)),
          AnnouncementCodec.getLong(bytes, WRITTEN_OFFSET),
          AnnouncementCodec.getLong(bytes, DEPARTED_OFFSET),
          (int) (numbers >> 32),
          (int) numbers == 1);
    }
  }
}
