package dev.rgap.cli.args;

/**
 * Keeps keys that were put in the wrong place out of messages.
 *
 * <p>A key looks like nothing else that the command line takes: a long run of hexadecimal digits.
 */
public final class Secrets {

  /** Digits in a row from which a text is taken for a part of a key. */
  private static final int LEAST_DIGITS = 32;

  private Secrets() {}

  /** Refuses an argument that looks like a key. */
  public static void refuse(String argument) throws Failure {
    if (looksLikeKey(argument)) {
      throw new Failure(
          "unexpected argument that looks like a key (not shown);"
              + " a key is given with --psk or --psk-file");
    }
  }

  /**
   * Refuses a value that looks like a key where none belongs.
   *
   * @param where the flag or variable whose value it is
   */
  public static void refuse(String where, String value) throws Failure {
    if (looksLikeKey(value)) {
      throw new Failure(
          where
              + ": the value looks like a key (not shown);"
              + " a key is given with --psk or --psk-file");
    }
  }

  /** Whether there is something in the text that could be a key or most of one. */
  private static boolean looksLikeKey(String text) {
    return firstRun(text, 0) >= 0;
  }

  /** The text with every run of hexadecimal digits that could be a key made unreadable. */
  public static String mask(String text) {
    int run = firstRun(text, 0);
    if (run < 0) {
      return text;
    }
    StringBuilder masked = new StringBuilder();
    int end = 0;
    while (run >= 0) {
      masked.append(text, end, run).append("(hidden)");
      end = run + runLength(text, run);
      run = firstRun(text, end);
    }
    return masked.append(text, end, text.length()).toString();
  }

  /** Where the first run that is long enough starts, or −1. */
  private static int firstRun(String text, int from) {
    int start = from;
    while (start < text.length()) {
      int length = runLength(text, start);
      if (length >= LEAST_DIGITS) {
        return start;
      }
      start += length + 1;
    }
    return -1;
  }

  private static int runLength(String text, int start) {
    if (start < 0) {
      return 0;
    }
    int end = start;
    while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
      end++;
    }
    return end - start;
  }
}
