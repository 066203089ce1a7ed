package dev.rgap.listener;

import dev.rgap.text.Digits;

/**
 * A whole percentage.
 *
 * @param value 0 to 100
 */
record Percentage(int value) {

  private static final int MAX_DIGITS = 3;

  /**
   * Reads a number with its sign: {@code 50%}.
   *
   * @throws IllegalArgumentException if the text is none; the message says what is expected
   */
  static Percentage parse(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
    if (!Digits.only(number, 10, MAX_DIGITS) || Integer.parseInt(number) > 100) {
      throw new IllegalArgumentException("must be a percentage from 0% to 100%, such as 50%");
    }
    return new Percentage(Integer.parseInt(number));
  }

  /** As it is written. */
  @Override
  public String toString() {
    return value + "%";
  }
}
