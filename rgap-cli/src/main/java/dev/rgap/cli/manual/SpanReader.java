package dev.rgap.cli.manual;

import dev.rgap.cli.manual.Span.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what stands within a line of Markdown: code, strong and emphasized text, links, escapes.
 */
final class SpanReader {

  private static final String ESCAPABLE = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private final List<Span> spans = new ArrayList<>();
  private final StringBuilder plain = new StringBuilder();

  private SpanReader() {}

  static List<Span> read(String text) {
    SpanReader reader = new SpanReader();
    reader.read(text, Style.PLAIN, "");
    return List.copyOf(reader.spans);
  }

  private void read(String text, Style style, String target) {
    int at = 0;
    while (at < text.length()) {
      int end =
          switch (text.charAt(at)) {
            case '\\' -> escape(text, at);
            case '`' -> code(text, at, style, target);
            case '*' -> emphasis(text, at, style, target);
            case '[' -> link(text, at, style);
            default -> at;
          };
      if (end == at) {
        plain.append(text.charAt(at));
        end++;
      }
      at = end;
    }
    flush(style, target);
  }

  // Each of these takes what begins at a place, and returns where it ends: there, if it is nothing.

  private int escape(String text, int at) {
    if (at + 1 == text.length() || ESCAPABLE.indexOf(text.charAt(at + 1)) < 0) {
      return at;
    }
    plain.append(text.charAt(at + 1));
    return at + 2;
  }

  private int code(String text, int at, Style style, String target) {
    int start = at;
    while (start < text.length() && text.charAt(start) == '`') {
      start++;
    }
    String fence = text.substring(at, start);
    int end = text.indexOf(fence, start);
    while (end >= 0 && text.startsWith("`", end + fence.length())) {
      int next = end + fence.length();
      while (text.startsWith("`", next)) {
        next++;
      }
      end = text.indexOf(fence, next);
    }
    if (end < 0) {
      plain.append(fence);
      return start;
    }
    flush(style, target);
    String code = text.substring(start, end);
    boolean padded = code.startsWith(" ") && code.endsWith(" ") && !code.isBlank();
    spans.add(new Span(padded ? code.substring(1, code.length() - 1) : code, Style.CODE, target));
    return end + fence.length();
  }

  private int emphasis(String text, int at, Style style, String target) {
    String mark = text.startsWith("**", at) ? "**" : "*";
    int start = at + mark.length();
    int end = text.indexOf(mark, start);
    boolean opens = start < text.length() && text.charAt(start) != ' ';
    if (!opens || end <= start || text.charAt(end - 1) == ' ') {
      plain.append(mark);
      return start;
    }
    flush(style, target);
    read(text.substring(start, end), mark.equals("*") ? Style.EMPHASIS : Style.STRONG, target);
    return end + mark.length();
  }

  private int link(String text, int at, Style style) {
    int middle = text.indexOf("](", at);
    int end = middle < 0 ? -1 : text.indexOf(')', middle);
    if (end < 0 || text.substring(at + 1, middle).indexOf('[') >= 0) {
      return at;
    }
    flush(style, "");
    read(text.substring(at + 1, middle), style, text.substring(middle + 2, end));
    return end + 1;
  }

  private void flush(Style style, String target) {
    if (!plain.isEmpty()) {
      spans.add(new Span(plain.toString(), style, target));
      plain.setLength(0);
    }
  }
}
