package dev.rgap.outputs.hostsfile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private final List<String> first;
  private final List<String> last;

  Section(List<String> first, List<String> last) {
    this.first = first.stream().map(Section::raw).toList();
    this.last = last.stream().map(Section::raw).toList();
  }

  /** A text's bytes, one to a character: so are files read here, as they may be in any encoding. */
  private static String raw(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  /**
   * Puts lines in the place of the part.
   *
   * @param content the whole file
   * @param lines the new part, with its first and its last lines
   * @param file the file's name, for messages
   * @throws IOException if only one end of the part is there: what belongs to it can't be told
   */
  byte[] replace(byte[] content, byte[] lines, Path file) throws IOException {
    List<String> present = split(new String(content, ISO_8859_1));
    int begin = find(first, present, 0);
    int end = find(last, present, begin < 0 ? 0 : begin + first.size());
    if (begin < 0 != end < 0) {
      String missing = (begin < 0 ? first : last).getFirst();
      throw new IOException(
          file
              + " has only one end of the section, the line '"
              + utf8(missing)
              + "' is missing; put it back where it belongs, or remove the other end");
    }
    StringBuilder text = new StringBuilder(content.length + lines.length);
    if (begin < 0) {
      present.forEach(text::append);
      boolean unfinished = !text.isEmpty() && text.charAt(text.length() - 1) != '\n';
      text.append(unfinished ? "\n" : "").append(new String(lines, ISO_8859_1));
    } else {
      present.subList(0, begin).forEach(text::append);
      text.append(new String(lines, ISO_8859_1));
      present.subList(end + last.size(), present.size()).forEach(text::append);
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private static String utf8(String raw) {
    return new String(raw.getBytes(ISO_8859_1), UTF_8);
  }

  /** Lines with their ends. */
  private static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int newline = text.indexOf('\n', from);
      int to = newline < 0 ? text.length() : newline + 1;
      lines.add(text.substring(from, to));
      from = to;
    }
    return lines;
  }

  /** Where these lines stand one after the other, or −1. */
  private static int find(List<String> wanted, List<String> lines, int from) {
    for (int i = from; i + wanted.size() <= lines.size(); i++) {
      int matching = 0;
      while (matching < wanted.size()
          && lines.get(i + matching).stripTrailing().equals(wanted.get(matching).stripTrailing())) {
        matching++;
      }
      if (matching == wanted.size()) {
        return i;
      }
    }
    return -1;
  }
}
