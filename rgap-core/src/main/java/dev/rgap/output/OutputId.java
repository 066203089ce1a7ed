package dev.rgap.output;

import dev.rgap.api.StableApi;

/**
 * What tells an output from all others of a listener, in logs and metrics: the name that its
 * configuration gives it, else its kind and where it goes to, such as {@code hostsfile /etc/hosts}.
 * It stays the same when outputs are reordered.
 *
 * @param text not empty, in one line
 */
@StableApi
public record OutputId(String text) {

  /** Fits in a line of a log beside what the line says. */
  private static final int MAX_TARGET = 100;

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is empty or has a character that can't be printed
   */
  public OutputId {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an output's id is empty");
    }
    if (!text.equals(printable(text))) {
      throw new IllegalArgumentException("an output's id has characters that can't be printed");
    }
  }

  /**
   * The id of an output without a name. What can't be printed becomes a question mark, and of a
   * very long target the middle is left out.
   *
   * @param kind of the output
   * @param target where it goes to; may be empty
   */
  static OutputId of(String kind, String target) {
    return new OutputId(printable(target.isEmpty() ? kind : kind + " " + shortened(target)));
  }

  /** The same for the second and further outputs with that kind and target. */
  static OutputId of(String kind, String target, int number) {
    return new OutputId(of(kind, target).text + " #" + number);
  }

  private static String shortened(String text) {
    int length = text.codePointCount(0, text.length());
    if (length <= MAX_TARGET) {
      return text;
    }
    // The end tells more than the beginning: it is a file's name.
    int head = MAX_TARGET / 4;
    int tail = MAX_TARGET - 1 - head;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + "…"
        + text.substring(text.offsetByCodePoints(text.length(), -tail));
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int character = text.codePointAt(i);
      shown.appendCodePoint(isPrintable(character) ? character : '?');
    }
    return shown.toString();
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  // Written out, as those that come with a record are made at run time, which a start would wait
  // for.

  @Override
  public boolean equals(Object other) {
    return other instanceof OutputId that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
