package dev.rgap.text;

import dev.rgap.api.InternalApi;

/**
 * A pattern of names in which {@code *} stands for any characters and {@code ?} for any one.
 *
 * @param text the pattern as it is written
 */
@InternalApi
public record Glob(String text) {

  /** Whether a text has a character that stands for others. */
  public static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  /** Whether the whole name is like the pattern. */
  public boolean matches(String name) {
    int at = 0;
    int star = -1; // the last one that was passed
    int resume = 0; // how much of the name stands before what it stands for
    int i = 0;
    while (i < name.length()) {
      char wanted = at < text.length() ? text.charAt(at) : 0;
      if (wanted == '*') {
        star = at++;
        resume = i;
      } else if (at < text.length() && (wanted == '?' || wanted == name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        // The star stands for one character more.
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
