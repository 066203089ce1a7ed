package dev.rgap.text;

import dev.rgap.api.StableApi;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * The notation of durations in rgap's files and on its command line, which is Go's: an optional
 * sign and decimal numbers, each with a unit, such as {@code 15s}, {@code 1h30m} or {@code 1.5s};
 * and {@code 0}.
 */
@StableApi
public final class DurationText {

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L, // U+00B5, the micro sign
          "μs", 1_000L, // U+03BC, the Greek letter
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final int MAX_LENGTH = 100;

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @return between −2^63 and 2^63 − 1 nanoseconds, fractions of them cut off
   * @throws IllegalArgumentException if the text is none; the message says what is expected
   */
  public static Duration parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("too long for a duration");
    }
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String unsigned = signed ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    int next = 0;
    do {
      // Without a regular expression, for which an agent would wait longer than for all else.
      int point = afterDigits(unsigned, next);
      boolean fraction = point < unsigned.length() && unsigned.charAt(point) == '.';
      int unit = fraction ? afterDigits(unsigned, point + 1) : point;
      int end = afterLetters(unsigned, unit);
      Long size = NANOS.get(unsigned.substring(unit, end));
      if (size == null || unit - next == (fraction ? 1 : 0)) {
        throw new IllegalArgumentException(explain(text, unsigned));
      }
      BigDecimal number = new BigDecimal(unsigned.substring(next, unit));
      nanos = nanos.add(number.multiply(BigDecimal.valueOf(size)));
      next = end;
    } while (next < unsigned.length());
    long whole;
    try {
      whole = (text.startsWith("-") ? nanos.negate() : nanos).toBigInteger().longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is too long a duration (at most 292y)", e);
    }
    return Duration.ofNanos(whole);
  }

  private static int afterDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private static int afterLetters(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static String explain(String text, String unsigned) {
    String expected = "; expected numbers with a unit (ns, us, ms, s, m, h), such as 15s or 1h30m";
    if (Digits.only(unsigned, 10, MAX_LENGTH)) {
      return "'" + text + "' has no unit; write " + text + "s for seconds";
    }
    if (unsigned.matches("\\d{1,6}d")) {
      long days = Long.parseLong(unsigned.substring(0, unsigned.length() - 1));
      return "'" + text + "': days are not known; write " + 24 * days + "h";
    }
    return "'" + text + "' is no duration" + expected;
  }

  /**
   * The same notation as people write it: {@code 1h30m}, {@code 1.5s}, {@code 100ms}, {@code 0s}.
   */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    // Not toNanos: the least duration that can be read has no positive counterpart in a long.
    long nanos = duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart();
    if (duration.toMinutes() > 0 || nanos >= 1_000_000_000) {
      String hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
      String minutes = duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" : "";
      return hours + minutes + (nanos > 0 ? plain(nanos, 9) + "s" : "");
    }
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    return nanos < 1_000_000 ? plain(nanos, 3) + "µs" : plain(nanos, 6) + "ms";
  }

  private static String plain(long unscaled, int scale) {
    BigDecimal number = BigDecimal.valueOf(unscaled, scale);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
