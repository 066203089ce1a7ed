package dev.rgap.text;

import dev.rgap.api.InternalApi;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The notation of whole numbers in rgap's files and on its command line, which is that of Go's
 * YAML: decimal, or with the prefix {@code 0x}, {@code 0o} or {@code 0b}, with a sign, and with
 * underscores among the digits; also with an exponent or an empty fraction ({@code 1e3}, {@code
 * 5.0}), as long as every program reads the same number from it.
 */
@InternalApi
public final class WholeNumber {

  /** 64 binary digits are the longest useful form; a bound keeps the conversion cheap. */
  private static final int MAX_LENGTH = 200;

  /** The greatest whole number up to which floating point has all of them: 2^53. */
  private static final double EXACT = 0x1p53;

  private WholeNumber() {}

  /**
   * Reads a number.
   *
   * @return null if the text is none
   * @throws IllegalArgumentException if it could be one, but not the same for everybody: with a
   *     leading zero (which some tools read as octal), for example; the message says why, without
   *     the text
   */
  public static @Nullable BigInteger parse(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = (signed ? text.substring(1) : text).toLowerCase(Locale.ROOT);
    int radix = radix(digits);
    if (radix != 10) {
      digits = digits.substring(2);
    } else if (digits.startsWith("_")) {
      throw new IllegalArgumentException("an underscore may only stand after a digit");
    }
    digits = digits.replace("_", "");
    BigInteger number = null;
    if (Digits.only(digits, radix, MAX_LENGTH)) {
      if (radix == 10 && digits.length() > 1 && digits.charAt(0) == '0') {
        throw new IllegalArgumentException(
            "a leading zero is ambiguous (decimal or octal?); write it without, or with 0o");
      }
      number = new BigInteger(digits, radix);
    } else if (radix == 10 && isFloatingPoint(digits)) {
      number = exact(digits);
    }
    return number != null && text.startsWith("-") ? number.negate() : number;
  }

  private static int radix(String digits) {
    if (digits.length() < 3 || digits.charAt(0) != '0') {
      return 10;
    }
    return switch (digits.charAt(1)) {
      case 'x' -> 16;
      case 'o' -> 8;
      case 'b' -> 2;
      default -> 10;
    };
  }

  /** Whether it is digits with a point or an exponent: what the JDK reads is more than that. */
  private static boolean isFloatingPoint(String text) {
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    int whole = afterDigits(text, 0);
    boolean point = whole < text.length() && text.charAt(whole) == '.';
    int fraction = point ? afterDigits(text, whole + 1) : whole;
    if (fraction - (point ? 1 : 0) == 0) {
      return false;
    }
    if (fraction == text.length()) {
      return true;
    }
    if (text.charAt(fraction) != 'e') {
      return false;
    }
    int exponent = fraction + 1;
    if (exponent < text.length() && "+-".indexOf(text.charAt(exponent)) >= 0) {
      exponent++;
    }
    return exponent < text.length() && afterDigits(text, exponent) == text.length();
  }

  private static int afterDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private static @Nullable BigInteger exact(String text) {
    double number = Double.parseDouble(text);
    if (number > EXACT) {
      throw new IllegalArgumentException("not exact in this form; write all digits of it");
    }
    return number == Math.rint(number) ? BigInteger.valueOf((long) number) : null;
  }
}
