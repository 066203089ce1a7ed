package dev.rgap.metrics;

/** What may name a number or a label, without regular expressions, which a start would wait for. */
final class Names {

  private Names() {}

  /** A letter or underscore, and then letters, digits and underscores; colons are for rules. */
  static boolean isMetric(String name) {
    return isWord(name);
  }

  /** The same, but two underscores at the beginning are Prometheus' own. */
  static boolean isLabel(String name) {
    return isWord(name) && !name.startsWith("__");
  }

  private static boolean isWord(String name) {
    boolean word = !name.isEmpty() && !isDigit(name.charAt(0));
    for (int i = 0; word && i < name.length(); i++) {
      char c = name.charAt(i);
      word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
    }
    return word;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
