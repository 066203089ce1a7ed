package dev.rgap.cli.log;

import org.jspecify.annotations.Nullable;

/**
 * Fills in the placeholders of {@link System.Logger}, which are those of {@link
 * java.text.MessageFormat}, without its treatment of numbers and dates: 8271 stays 8271 and doesn't
 * become 8,271.
 */
final class Placeholders {

  private Placeholders() {}

  /**
   * Replaces {@code {0}} by the first parameter and so on. Two single quotes mean one; between
   * single quotes nothing is replaced. What is no placeholder stays as it is.
   */
  static String fill(String pattern, @Nullable Object... params) {
    StringBuilder filled = new StringBuilder(pattern.length() + 32);
    boolean quoted = false;
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (c == '\'') {
        boolean doubled = i + 1 < pattern.length() && pattern.charAt(i + 1) == '\'';
        if (doubled) {
          filled.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else {
        int end = c == '{' && !quoted ? pattern.indexOf('}', i) : -1;
        int index = end < 0 ? -1 : index(pattern, i + 1, end);
        if (index >= 0 && index < params.length) {
          filled.append(params[index]);
          i = end;
        } else {
          filled.append(c);
        }
      }
      i++;
    }
    return filled.toString();
  }

  /** The number before the end or the first comma, or −1. */
  private static int index(String pattern, int from, int end) {
    int index = 0;
    int i = from;
    while (i < end && pattern.charAt(i) != ',') {
      char c = pattern.charAt(i);
      if (c < '0' || c > '9' || i - from > 3) {
        return -1;
      }
      index = index * 10 + (c - '0');
      i++;
    }
    return i == from ? -1 : index;
  }
}
