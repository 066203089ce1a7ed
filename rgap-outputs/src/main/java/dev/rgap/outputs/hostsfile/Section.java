package dev.rgap.outputs.hostsfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a file between certain lines, these included:
 *
 * <pre>
 *   127.0.0.1 localhost
 *   # BEGIN rgap              the first lines   \
 *   10.0.0.1 worker                              } replaced
 *   # END rgap                the last lines    /
 *   192.0.2.7 printer
 * </pre>
 *
 * <p>All other bytes of the file are kept, whatever their encoding. A file without such a part gets
 * it at its end.
 */
final class Section {

  private final List<byte[]> first;
  private final List<byte[]> last;

  Section(List<String> first, List<String> last) {
    this.first = first.stream().map(line -> line.getBytes(UTF_8)).toList();
    this.last = last.stream().map(line -> line.getBytes(UTF_8)).toList();
  }

  /** Where lines stand: the offsets of the first one's begin and of the last one's end. */
  private record Place(int begin, int end) {}

  private static final Place NOWHERE = new Place(-1, -1);

  /**
   * Puts lines in the place of the part.
   *
   * @param content the whole file
   * @param lines the new part, with its first and its last lines
   * @param file the file's name, for messages
   * @throws IOException if only one end of the part is there: what belongs to it can't be told
   */
  byte[] replace(byte[] content, byte[] lines, Path file) throws IOException {
    Place begin = find(first, content, 0);
    boolean begins = !begin.equals(NOWHERE);
    Place end = find(last, content, begins ? begin.end : 0);
    boolean ends = !end.equals(NOWHERE);
    if (begins != ends) {
      byte[] missing = (begins ? last : first).getFirst();
      throw new IOException(
          file
              + " has only one end of the section, the line '"
              + new String(missing, UTF_8)
              + "' is missing; put it back where it belongs, or remove the other end");
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream(content.length + lines.length + 1);
    if (begins) {
      text.write(content, 0, begin.begin);
      text.writeBytes(lines);
      text.write(content, end.end, content.length - end.end);
    } else {
      text.writeBytes(content);
      if (content.length > 0 && content[content.length - 1] != '\n') {
        text.write('\n');
      }
      text.writeBytes(lines);
    }
    return text.toByteArray();
  }

  /** Where these lines stand one after the other. */
  private static Place find(List<byte[]> wanted, byte[] content, int from) {
    for (int begin = from; begin < content.length; begin = endOfLine(content, begin)) {
      int at = begin;
      int matching = 0;
      while (matching < wanted.size()
          && at < content.length
          && isLine(wanted.get(matching), content, at)) {
        at = endOfLine(content, at);
        matching++;
      }
      if (matching == wanted.size()) {
        return new Place(begin, at);
      }
    }
    return NOWHERE;
  }

  /** Where the next line begins. */
  private static int endOfLine(byte[] content, int from) {
    int at = from;
    while (at < content.length && content[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, content.length);
  }

  /** Whether a line is this one, but for blanks at the end. */
  private static boolean isLine(byte[] wanted, byte[] content, int from) {
    int to = withoutBlanks(content, from, endOfLine(content, from));
    int length = withoutBlanks(wanted, 0, wanted.length);
    return Arrays.equals(wanted, 0, length, content, from, to);
  }

  private static int withoutBlanks(byte[] text, int from, int to) {
    int end = to;
    while (end > from && text[end - 1] >= 0 && Character.isWhitespace(text[end - 1])) {
      end--;
    }
    return end;
  }
}
