package dev.rgap.worker.check;

/** What others have said, made fit to be shown in a line. */
final class Shown {

  private Shown() {}

  /** The first line that is not blank, without control characters, and cut if it is longer. */
  static String line(String text, int greatestLength) {
    String line = text.lines().filter(each -> !each.isBlank()).findFirst().orElse("").strip();
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < line.length() && i < greatestLength; i++) {
      char c = line.charAt(i);
      boolean printable =
          !Character.isISOControl(c) && Character.isDefined(c) && !isFormat(Character.getType(c));
      shown.append(printable ? c : '?');
    }
    return line.length() > greatestLength ? shown.append('…').toString() : shown.toString();
  }

  private static boolean isFormat(int type) {
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE;
  }
}
