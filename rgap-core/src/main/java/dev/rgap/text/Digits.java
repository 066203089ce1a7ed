package dev.rgap.text;

import dev.rgap.api.InternalApi;

/** Tells numbers from other texts, without the start-up time of regular expressions and streams. */
@InternalApi
public final class Digits {

  private Digits() {}

  /**
   * Whether a text is nothing but ASCII digits, at least one.
   *
   * @param radix 2 to 36
   * @param greatestLength how many there may be
   */
  public static boolean only(String text, int radix, int greatestLength) {
    boolean digits = !text.isEmpty() && text.length() <= greatestLength;
    for (int i = 0; digits && i < text.length(); i++) {
      char c = text.charAt(i);
      digits = c < 0x80 && Character.digit(c, radix) >= 0;
    }
    return digits;
  }
}
