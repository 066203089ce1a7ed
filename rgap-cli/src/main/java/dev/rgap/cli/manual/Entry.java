package dev.rgap.cli.manual;

import dev.rgap.cli.manual.Span.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of a table as an entry of a list, which needs less width: what it is about, and what there
 * is to say about it.
 *
 * <pre>
 * | setting   | default  |               |
 * |-----------|----------|---------------|          `max_ttl` (default: none)
 * | `max_ttl` | none     | caps the TTL  |    -->       caps the TTL
 * </pre>
 *
 * @param tag the first cell, and those before the last in parentheses
 * @param text the last cell; of a table with one column nothing
 */
record Entry(List<Span> tag, List<Span> text) {

  static List<Entry> of(Block.Table table) {
    return table.rows().stream().map(row -> of(table.header(), row)).toList();
  }

  private static Entry of(List<List<Span>> header, List<List<Span>> row) {
    List<Span> tag = new ArrayList<>(row.getFirst());
    for (int i = 1; i < row.size() - 1; i++) {
      String cell = Span.plain(row.get(i));
      if (!cell.isEmpty()) {
        // "default: required" would be none.
        String label = cell.startsWith("required") ? "" : Span.plain(header.get(i));
        tag.add(plain(label.isEmpty() ? " (" : " (" + label + ": "));
        tag.addAll(row.get(i));
        tag.add(plain(")"));
      }
    }
    return new Entry(tag, row.size() == 1 ? List.of() : row.getLast());
  }

  private static Span plain(String text) {
    return new Span(text, Style.PLAIN, "");
  }
}
