package dev.rgap.outputs.dns;

/**
 * Records with one name and type that an answer can be made of, each in wire form, in a cyclic
 * order. Immutable.
 */
interface Rrset {

  /** How many there are. */
  int count();

  /** How many records from one on, cyclically, but at most so many, have room in so many bytes. */
  int fitting(int first, int atMost, int room);

  /**
   * Writes records from one on, cyclically.
   *
   * @return the index in the output after the last byte written
   */
  int write(int first, int howMany, byte[] output, int at, int ttlSeconds);

  /** Writes a TTL. */
  static void putTtl(byte[] output, int at, int ttlSeconds) {
    output[at] = (byte) (ttlSeconds >>> 24);
    output[at + 1] = (byte) (ttlSeconds >>> 16);
    output[at + 2] = (byte) (ttlSeconds >>> 8);
    output[at + 3] = (byte) ttlSeconds;
  }
}
