package dev.rgap.cli.manual;

import java.util.List;

/**
 * A piece of text that looks the same all through.
 *
 * @param target where it leads to, as the page has it; empty if it is no link
 */
record Span(String text, Style style, String target) {

  /** How a piece of text looks. */
  enum Style {
    PLAIN,
    CODE,
    STRONG,
    EMPHASIS
  }

  /** The text without its looks. */
  static String plain(List<Span> spans) {
    StringBuilder text = new StringBuilder();
    spans.forEach(span -> text.append(span.text));
    return text.toString();
  }
}
