package dev.rgap.host.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

/**
 * Splits bytes into lines of text, in bounded memory whatever comes. Not thread-safe.
 *
 * <p>A line ends with LF or CR LF; the last one need not. Text is UTF-8; what is malformed becomes
 * U+FFFD. A line of more than {@value #MAX_BYTES} bytes is cut at a character's border and ends
 * with <code>… (N bytes more)</code>. Lines after the first ones are only counted; in the end one
 * more line, <code>… (N more lines are not shown)</code>, tells how many.
 */
final class LineSplitter {

  /** The longest line that is handed on whole, without its end. */
  static final int MAX_BYTES = 4_096;

  private final int maxLines;
  private final Consumer<String> lines;
  private final byte[] line = new byte[MAX_BYTES];
  private long lineLength;
  private boolean endsWithCr;
  private long lineCount;

  /** Hands on this many lines. */
  LineSplitter(int maxLines, Consumer<String> lines) {
    this.maxLines = maxLines;
    this.lines = lines;
  }

  /** Takes the next bytes, split anywhere. */
  void add(byte[] bytes, int length) {
    int from = 0;
    for (int at = 0; at < length; at++) {
      if (bytes[at] == '\n') {
        append(bytes, from, at - from);
        endLine(endsWithCr ? lineLength - 1 : lineLength);
        from = at + 1;
      }
    }
    append(bytes, from, length - from);
  }

  /** Takes the end: hands on the last line and what was left out. */
  void end() {
    if (lineLength > 0) {
      endLine(lineLength);
    }
    long more = lineCount - maxLines;
    if (more > 0) {
      lines.accept(
          "… (" + more + (more == 1 ? " more line is" : " more lines are") + " not shown)");
    }
  }

  private void append(byte[] bytes, int from, int length) {
    if (length == 0) {
      return;
    }
    if (lineLength < MAX_BYTES) {
      int fits = (int) Math.min(length, MAX_BYTES - lineLength);
      System.arraycopy(bytes, from, line, (int) lineLength, fits);
    }
    lineLength += length;
    endsWithCr = bytes[from + length - 1] == '\r';
  }

  private void endLine(long length) {
    if (lineCount < maxLines) {
      lines.accept(text(length));
    }
    lineCount++;
    lineLength = 0;
    endsWithCr = false;
  }

  private String text(long length) {
    if (length <= MAX_BYTES) {
      return new String(line, 0, (int) length, UTF_8);
    }
    int kept = characterBorder();
    long more = length - kept;
    return new String(line, 0, kept, UTF_8)
        + (more == 1 ? " … (1 byte more)" : " … (" + more + " bytes more)");
  }

  /** Where to cut the full line: before its last character if that may be incomplete. */
  private int characterBorder() {
    int lead = MAX_BYTES - 1;
    while (lead > MAX_BYTES - 4 && (line[lead] & 0xC0) == 0x80) {
      lead--;
    }
    int first = line[lead] & 0xFF;
    int expected = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return lead + expected > MAX_BYTES ? lead : MAX_BYTES;
  }
}
