package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import dev.rgap.text.WholeNumber;
import java.math.BigInteger;

/**
 * The number that names a group of interchangeable hosts (the protocol's <em>redundancy id</em>):
 * unsigned, 64 bits.
 *
 * @param bits the number, to be read as unsigned
 */
@StableApi
public record GroupId(long bits) implements Comparable<GroupId> {

  /**
   * Reads an id as people write it: decimal, or with the prefix {@code 0x}, {@code 0o} or {@code
   * 0b}; underscores may separate digits, and whatever else is the same whole number everywhere,
   * such as {@code 1e3}.
   *
   * @throws IllegalArgumentException if the text is no number, is outside 0 to 2^64 − 1, or has a
   *     leading zero (which some tools read as octal); the message says which, without the text
   */
  public static GroupId parse(String text) {
    BigInteger value = WholeNumber.parse(text);
    if (value == null) {
      throw new IllegalArgumentException("not an unsigned whole number");
    }
    if (value.signum() < 0) {
      throw new IllegalArgumentException("a group id is not negative");
    }
    if (value.bitLength() > Long.SIZE) {
      throw new IllegalArgumentException("out of range; the greatest id is 18446744073709551615");
    }
    return new GroupId(value.longValue());
  }

  @Override
  public int compareTo(GroupId other) {
    return Long.compareUnsigned(bits, other.bits);
  }

  // Written out, as those that come with a record are made at run time, which a start would wait
  // for.

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupId that && bits == that.bits;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bits);
  }

  /** The id in decimal. */
  @Override
  public String toString() {
    return Long.toUnsignedString(bits);
  }
}
