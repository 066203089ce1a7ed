package dev.rgap.outputs.dns;

import java.util.SplittableRandom;

/**
 * Records with one name and type that an answer can be made of, each in wire form, in a cyclic
 * order. Immutable.
 */
interface Rrset {

  /** How many there are. */
  int count();

  /** Chooses an order of the records for an answer. */
  void shuffle(Order order, SplittableRandom random);

  /** How many records in this order, but at most so many, have room in so many bytes. */
  int fitting(Order order, int atMost, int room);

  /**
   * Writes records in this order.
   *
   * @return the index in the output after the last byte written
   */
  int write(Order order, int howMany, byte[] output, int at, int ttlSeconds);

  /** Writes a TTL. */
  static void putTtl(byte[] output, int at, int ttlSeconds) {
    output[at] = (byte) (ttlSeconds >>> 24);
    output[at + 1] = (byte) (ttlSeconds >>> 16);
    output[at + 2] = (byte) (ttlSeconds >>> 8);
    output[at + 3] = (byte) ttlSeconds;
  }
}
