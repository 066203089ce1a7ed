package dev.rgap.cli.manual;

import dev.rgap.cli.manual.Span.Style;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/**
 * Takes a page in Markdown apart: headings, paragraphs, code, lists and tables, as <a
 * href="https://github.github.com/gfm/">GitHub's Markdown</a> has them. Of what the manual has no
 * form for, such as quotations and images, the text remains.
 */
final class MarkdownReader {

  private final List<Span> spans = new ArrayList<>();

  private MarkdownReader() {}

  static List<Block> read(String page) {
    return blocks(
        Parser.builder().extensions(List.of(TablesExtension.create())).build().parse(page));
  }

  private static List<Block> blocks(Node parent) {
    List<Block> blocks = new ArrayList<>();
    for (Node node : children(parent)) {
      switch (node) {
        case Heading heading -> blocks.add(new Block.Heading(heading.getLevel(), spans(heading)));
        case Paragraph paragraph -> blocks.add(new Block.Paragraph(spans(paragraph)));
        case FencedCodeBlock code -> blocks.add(code(code.getLiteral()));
        case IndentedCodeBlock code -> blocks.add(code(code.getLiteral()));
        case BulletList list -> blocks.add(new Block.Items(false, items(list)));
        case OrderedList list -> blocks.add(new Block.Items(true, items(list)));
        case TableBlock table -> blocks.add(table(table));
        default -> blocks.addAll(blocks(node));
      }
    }
    return blocks;
  }

  private static Block code(String literal) {
    return new Block.Code(literal.lines().toList());
  }

  private static List<List<Block>> items(Node list) {
    return children(list).stream().map(MarkdownReader::blocks).toList();
  }

  private static Block table(TableBlock table) {
    List<List<List<Span>>> rows = new ArrayList<>();
    for (Node part : children(table)) {
      for (Node row : children(part)) {
        rows.add(children(row).stream().map(MarkdownReader::spans).toList());
      }
    }
    return new Block.Table(rows.getFirst(), rows.subList(1, rows.size()));
  }

  private static List<Span> spans(Node parent) {
    MarkdownReader reader = new MarkdownReader();
    reader.add(parent, Style.PLAIN, "");
    return reader.spans;
  }

  private void add(Node parent, Style style, String target) {
    for (Node node : children(parent)) {
      switch (node) {
        case Text text -> add(new Span(text.getLiteral(), style, target));
        case SoftLineBreak _, HardLineBreak _ -> add(new Span(" ", style, target));
        case Code code -> add(new Span(code.getLiteral(), Style.CODE, target));
        case Emphasis emphasis -> add(emphasis, Style.EMPHASIS, target);
        case StrongEmphasis strong -> add(strong, Style.STRONG, target);
        case Link link -> add(link, style, link.getDestination());
        default -> add(node, style, target);
      }
    }
  }

  /** Adds a piece, to the one before if that looks the same. */
  private void add(Span span) {
    if (!spans.isEmpty() && span.style() != Style.CODE) {
      Span before = spans.getLast();
      if (before.style() == span.style() && before.target().equals(span.target())) {
        spans.removeLast();
        spans.add(new Span(before.text() + span.text(), span.style(), span.target()));
        return;
      }
    }
    spans.add(span);
  }

  private static List<Node> children(Node parent) {
    List<Node> children = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
      children.add(child);
    }
    return children;
  }
}
