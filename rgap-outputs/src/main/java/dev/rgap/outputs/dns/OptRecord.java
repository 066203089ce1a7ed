package dev.rgap.outputs.dns;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The OPT record of an answer (RFC 6891), with the options that the answer takes along. It is the
 * last record of each answer to a query that has one, errors included.
 *
 * <pre>
 *  0   1    3         5           6         7    9        11
 *  +---+----+---------+-----------+---------+----+--------+-----------------------------+
 *  | 0 | 41 | payload | code >> 4 | version | DO | length | options: code, length, data |
 *  +---+----+---------+-----------+---------+----+--------+-----------------------------+
 * </pre>
 *
 * <p>One object is used for answer after answer. Not safe for use by several threads.
 */
final class OptRecord {

  private static final int FIXED = 11;
  private static final int DO = 0x8000;

  private final int payload;
  private byte[] options = new byte[0];
  private int optionsLength;

  /**
   * Makes one without options.
   *
   * @param payload the longest message by UDP that this server takes, in bytes
   */
  OptRecord(int payload) {
    this.payload = payload;
  }

  /** An option in wire form, to be {@linkplain #add added} to answers. */
  static byte[] option(int code, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .putShort((short) code)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /** Forgets the options of the last answer. */
  void clear() {
    optionsLength = 0;
  }

  /** Adds an option in wire form. */
  void add(byte[] option) {
    if (options.length - optionsLength < option.length) {
      options = Arrays.copyOf(options, optionsLength + option.length);
    }
    System.arraycopy(option, 0, options, optionsLength, option.length);
    optionsLength += option.length;
  }

  /** How many bytes it has with the options so far. */
  int length() {
    return FIXED + optionsLength;
  }

  /**
   * Writes it.
   *
   * @param responseCode the answer's, of which it has the upper bits
   * @param dnssecOk the query's DO bit, which is sent back (RFC 3225)
   * @return the index after its last byte
   */
  int write(byte[] output, int at, int responseCode, boolean dnssecOk) {
    ByteBuffer.wrap(output)
        .position(at)
        .put((byte) 0) // the root's
        .putShort((short) RecordType.OPT)
        .putShort((short) payload)
        .put((byte) (responseCode >>> 4))
        .put((byte) 0) // EDNS version 0
        .putShort((short) (dnssecOk ? DO : 0))
        .putShort((short) optionsLength)
        .put(options, 0, optionsLength);
    return at + length();
  }
}
