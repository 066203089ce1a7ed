package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import dev.rgap.text.Digits;
import java.math.BigInteger;
import java.util.Locale;

/**
 * The number that names a group of interchangeable hosts (the protocol's <em>redundancy id</em>):
 * unsigned, 64 bits.
 *
 * @param bits the number, to be read as unsigned
 */
@StableApi
public record GroupId(long bits) implements Comparable<GroupId> {

  /** 64 binary digits are the longest useful form; a bound keeps the conversion cheap. */
  private static final int MAX_DIGITS = 200;

  /**
   * Reads an id as people write it: decimal, or with the prefix {@code 0x}, {@code 0o} or {@code
   * 0b}; single underscores may separate digits.
   *
   * @throws IllegalArgumentException if the text is no number, is outside 0 to 2^64 − 1, or has a
   *     leading zero (which some tools read as octal); the message says which, without the text
   */
  public static GroupId parse(String text) {
    String digits = text.toLowerCase(Locale.ROOT);
    int radix = 10;
    if (digits.length() > 2 && digits.charAt(0) == '0') {
      radix =
          switch (digits.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
          };
    }
    boolean prefixed = radix != 10;
    digits = digits.substring(prefixed ? 2 : 0);
    // An underscore may follow a prefix or a digit, and a digit must follow it.
    if (digits.endsWith("_") || digits.contains("__") || (!prefixed && digits.startsWith("_"))) {
      throw new IllegalArgumentException("an underscore may only stand between two digits");
    }
    digits = digits.replace("_", "");
    if (digits.startsWith("-")) {
      throw new IllegalArgumentException("a group id is not negative");
    }
    if (!prefixed
        && digits.length() > 1
        && digits.charAt(0) == '0'
        && Digits.only(digits, 10, MAX_DIGITS)) {
      throw new IllegalArgumentException(
          "a leading zero is ambiguous (decimal or octal?); write it without, or with 0o");
    }
    if (!Digits.only(digits, radix, MAX_DIGITS)) {
      throw new IllegalArgumentException("not an unsigned whole number");
    }
    BigInteger value = new BigInteger(digits, radix);
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
