package dev.rgap.cli.manual;

import dev.rgap.cli.manual.Span.Style;
import java.util.List;

/**
 * A page for the terminal: titles at the edge, what is below them indented, lines filled.
 *
 * <pre>
 * dns: a name server that answers with the members
 *
 *     An authoritative name server, by UDP and TCP.
 *
 * Settings
 *
 *     max_ttl (default: none)
 *         caps the TTL
 * |-- STEP                                                                                  WIDTH -|
 * </pre>
 */
final class ManualText {

  /** The longest line, unless a word is longer. */
  private static final int WIDTH = 100;

  private static final int STEP = 4;

  /** A blank at which no line ends. */
  private static final char FIXED_BLANK = '\u00a0';

  private final StringBuilder text = new StringBuilder();

  private ManualText() {}

  static String of(List<Block> page) {
    ManualText manual = new ManualText();
    manual.blocks(page, STEP);
    return manual.text.toString();
  }

  private void blocks(List<Block> blocks, int indent) {
    for (Block block : blocks) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      switch (block) {
        case Block.Heading heading -> fill(heading.text(), heading.level() < 3 ? 0 : STEP / 2);
        case Block.Paragraph paragraph -> fill(paragraph.text(), indent);
        case Block.Code code -> code.lines().forEach(line -> line(indent + STEP, line));
        case Block.Items items -> items(items, indent);
        case Block.Table table -> {
          for (Entry entry : Entry.of(table)) {
            fill(entry.tag(), indent);
            fill(entry.text(), indent + STEP);
          }
        }
      }
    }
  }

  private void items(Block.Items items, int indent) {
    int number = 0;
    for (List<Block> item : items.items()) {
      String mark = items.numbered() ? ++number + ". " : "- ";
      int start = text.length();
      ManualText inner = new ManualText();
      inner.blocks(item, indent + mark.length());
      text.append(inner.text).replace(start + indent, start + indent + mark.length(), mark);
    }
  }

  /** Fills lines with the text and with what its links lead to. */
  private void fill(List<Span> spans, int indent) {
    StringBuilder line = new StringBuilder();
    for (String word : words(spans).split(" ", -1)) {
      if (!line.isEmpty() && indent + line.length() + 1 + word.length() > WIDTH) {
        line(indent, line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    if (!line.isEmpty()) {
      line(indent, line.toString());
    }
  }

  private static String words(List<Span> spans) {
    StringBuilder words = new StringBuilder();
    for (Span span : spans) {
      boolean code = span.style() == Style.CODE;
      words.append(code ? span.text().replace(' ', FIXED_BLANK) : span.text());
      words.append(
          switch (Reference.of(span.target())) {
            case Reference.Topic topic -> " (rgap help " + topic.name() + ")";
            case Reference.Document document -> " (" + document.name() + ")";
            case Reference.Web web -> " (" + web.url() + ")";
            case Reference.Here here -> "";
          });
    }
    return words.toString();
  }

  private void line(int indent, String line) {
    String shown = line.replace(FIXED_BLANK, ' ').stripTrailing();
    text.append(shown.isEmpty() ? "" : " ".repeat(indent) + shown).append('\n');
  }
}
