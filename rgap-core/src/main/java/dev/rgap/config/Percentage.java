package dev.rgap.config;

import dev.rgap.api.InternalApi;
import dev.rgap.text.Digits;

/**
 * A whole percentage.
 *
 * @param value 0 to 100
 */
@InternalApi
public record Percentage(int value) {

  private static final int MAX_DIGITS = 3;

  /**
   * Reads a number with its sign: {@code 50%}. Nothing is {@code 0} also without it.
   *
   * @throws IllegalArgumentException if the text is none; the message says what is expected
   */
  public static Percentage parse(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
    if (text.equals("0")) {
      return new Percentage(0);
    }
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
