package dev.rgap.cli.args;

/**
 * Keeps keys that were put in the wrong place out of messages.
 *
 * <p>A key is 64 hexadecimal digits. Names have digits like these, too, such as those of machines,
 * load balancers and commits: what merely contains some is not refused.
 */
public final class Secrets {

  /** How many digits more or less make a key that was not copied well. */
  private static final int SLIPS = 4;

  private static final int DIGITS = 64;

  /** Digits in a row that are hidden in a message: more than names have, and most of a key. */
  private static final int HIDDEN_FROM = 48;

  private Secrets() {}

  /** Refuses an argument that is a key. */
  public static void refuse(String argument) throws Failure {
    if (isKey(argument)) {
      throw new Failure(
          "unexpected argument that looks like a key (not shown);"
              + " a key is given with --psk or --psk-file");
    }
  }

  /**
   * Refuses a value that is a key where none belongs.
   *
   * @param where the flag or variable whose value it is
   */
  public static void refuse(String where, String value) throws Failure {
    if (isKey(value)) {
      throw new Failure(
          where
              + ": the value looks like a key (not shown);"
              + " a key is given with --psk or --psk-file");
    }
  }

  /**
   * Refuses an address with a host or an interface that is a key. Neither can have such a name: 63
   * letters are the most that a part of a host name has, and 15 that of an interface.
   */
  public static void refuseInAddress(String where, String address) throws Failure {
    int start = 0;
    for (int i = 0; i <= address.length(); i++) {
      if (i == address.length() || ":@[]./".indexOf(address.charAt(i)) >= 0) {
        refuse(where, address.substring(start, i));
        start = i + 1;
      }
    }
  }

  /** Whether the text is a key, well copied or almost, and nothing else. */
  private static boolean isKey(String text) {
    String bare = text.strip();
    if (bare.startsWith("0x") || bare.startsWith("0X")) {
      bare = bare.substring(2);
    }
    return Math.abs(bare.length() - DIGITS) <= SLIPS && runLength(bare, 0) == bare.length();
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
      if (length >= HIDDEN_FROM) {
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
