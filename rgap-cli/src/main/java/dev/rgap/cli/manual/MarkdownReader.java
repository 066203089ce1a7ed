package dev.rgap.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a page in Markdown apart: headings, paragraphs, code, lists and tables, as <a
 * href="https://github.github.com/gfm/">GitHub's Markdown</a> has them. Quotations, images, HTML,
 * references and lines below headings are not known; the test holds it against a complete reader,
 * for all pages that there are.
 */
final class MarkdownReader {

  private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.*?)(?: +#+)? *");
  private static final Pattern ITEM = Pattern.compile("((?:[-*+]|\\d{1,9}\\.) +)(\\S.*)");
  private static final Pattern RULE = Pattern.compile("\\|(?: *:?-+:? *\\|)+ *");
  private static final String FENCE = "```";
  private static final String INDENT = "    ";

  private final List<String> lines;
  private final List<Block> blocks = new ArrayList<>();
  private int next;

  private MarkdownReader(List<String> lines) {
    this.lines = lines;
  }

  static List<Block> read(String page) {
    return read(page.lines().toList());
  }

  private static List<Block> read(List<String> lines) {
    MarkdownReader reader = new MarkdownReader(lines);
    while (reader.next < lines.size()) {
      reader.block();
    }
    return List.copyOf(reader.blocks);
  }

  private void block() {
    String line = lines.get(next);
    Matcher heading = HEADING.matcher(line);
    if (line.isBlank()) {
      next++;
    } else if (line.startsWith(FENCE)) {
      fenced();
    } else if (line.startsWith(INDENT)) {
      indented();
    } else if (heading.matches()) {
      next++;
      blocks.add(new Block.Heading(heading.group(1).length(), SpanReader.read(heading.group(2))));
    } else if (tableStarts()) {
      table();
    } else if (ITEM.matcher(line).matches()) {
      items();
    } else {
      paragraph();
    }
  }

  private void fenced() {
    List<String> code = new ArrayList<>();
    next++;
    while (next < lines.size() && !lines.get(next).startsWith(FENCE)) {
      code.add(lines.get(next++));
    }
    next++;
    blocks.add(new Block.Code(code));
  }

  private void indented() {
    List<String> code = new ArrayList<>();
    while (next < lines.size()
        && (lines.get(next).isBlank() || lines.get(next).startsWith(INDENT))) {
      code.add(withoutIndent(lines.get(next++), INDENT.length()));
    }
    while (code.getLast().isBlank()) {
      code.removeLast();
    }
    blocks.add(new Block.Code(code));
  }

  private boolean tableStarts() {
    return lines.get(next).startsWith("|")
        && next + 1 < lines.size()
        && RULE.matcher(lines.get(next + 1)).matches();
  }

  private void table() {
    List<List<Span>> header = cells(lines.get(next));
    next += 2;
    List<List<List<Span>>> rows = new ArrayList<>();
    while (next < lines.size() && lines.get(next).startsWith("|")) {
      rows.add(cells(lines.get(next++)));
    }
    blocks.add(new Block.Table(header, rows));
  }

  /** The cells of a line that begins and ends with a bar. */
  private static List<List<Span>> cells(String line) {
    List<List<Span>> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    for (int i = 1; i < line.length(); i++) {
      if (line.startsWith("\\|", i)) {
        cell.append('|');
        i++;
      } else if (line.charAt(i) == '|') {
        cells.add(SpanReader.read(cell.toString().strip()));
        cell.setLength(0);
      } else {
        cell.append(line.charAt(i));
      }
    }
    return cells;
  }

  private void items() {
    boolean numbered = Character.isDigit(lines.get(next).charAt(0));
    List<List<Block>> items = new ArrayList<>();
    while (next < lines.size()) {
      Matcher item = ITEM.matcher(lines.get(next));
      if (!item.matches() || Character.isDigit(item.group().charAt(0)) != numbered) {
        break;
      }
      items.add(read(item(item.group(1).length(), item.group(2))));
    }
    blocks.add(new Block.Items(numbered, items));
  }

  /** The lines of an item: the first, and all that are indented as far as its text. */
  private List<String> item(int indent, String first) {
    List<String> inner = new ArrayList<>(List.of(first));
    next++;
    while (next < lines.size()) {
      String line = lines.get(next);
      if (!line.isBlank() && !line.startsWith(" ".repeat(indent))) {
        break;
      }
      inner.add(withoutIndent(line, indent));
      next++;
    }
    return inner;
  }

  private void paragraph() {
    List<String> text = new ArrayList<>();
    do {
      text.add(lines.get(next++).strip());
    } while (next < lines.size() && !endsParagraph(lines.get(next)));
    blocks.add(new Block.Paragraph(SpanReader.read(String.join(" ", text))));
  }

  private boolean endsParagraph(String line) {
    return line.isBlank()
        || line.startsWith(FENCE)
        || HEADING.matcher(line).matches()
        || ITEM.matcher(line).matches()
        || tableStarts();
  }

  private static String withoutIndent(String line, int indent) {
    return line.length() < indent ? "" : line.substring(indent);
  }
}
