package dev.rgap.outputs.dns;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the little of YAML that tests of configurations need: mappings and lists in block form with
 * indentation, values on one line with or without double quotes, {@code []} and {@code [a, b]}.
 * (The reader of files is another module's.)
 */
final class SpecText {

  private record Items(Position position, List<ConfigNode> items) implements Sequence {}

  private record Entries(Position position, List<Entry> entries) implements Mapping {}

  /** A line without its indentation; the column counts from 1. */
  private record Line(int number, int column, String text) {}

  private final List<Line> lines = new ArrayList<>();
  private int next;

  private SpecText(String text) {
    String[] all = text.split("\n", -1);
    for (int i = 0; i < all.length; i++) {
      String line = all[i].replaceFirst("( |^)#.*", "").stripTrailing();
      if (!line.isBlank()) {
        int indent = line.length() - line.stripLeading().length();
        lines.add(new Line(i + 1, indent + 1, line.strip()));
      }
    }
  }

  static ConfigNode read(String text) {
    SpecText reader = new SpecText(text);
    return reader.lines.isEmpty() ? new Empty(new Position(1, 1)) : reader.block();
  }

  private ConfigNode block() {
    Line first = lines.get(next);
    Position position = new Position(first.number, first.column);
    List<ConfigNode> items = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    while (next < lines.size() && lines.get(next).column == first.column) {
      Line line = lines.get(next);
      if (line.text.startsWith("- ")) {
        // What follows the dash stands in a block of its own.
        lines.set(next, new Line(line.number, line.column + 2, line.text.substring(2).strip()));
        items.add(
            line.text.matches("- [^\"\\[]*[^:]: .*|- .*:") ? block() : inline(lines.get(next++)));
      } else {
        entries.add(entry(line));
      }
    }
    return items.isEmpty() ? new Entries(position, entries) : new Items(position, items);
  }

  private Entry entry(Line line) {
    int colon = line.text.startsWith("\"") ? line.text.indexOf("\":") + 1 : colon(line.text);
    Position position = new Position(line.number, line.column);
    String key = unquoted(line.text.substring(0, colon));
    String value = line.text.substring(colon + 1).strip();
    next++;
    if (!value.isEmpty()) {
      int column = line.column + line.text.indexOf(value, colon);
      return new Entry(position, key, inline(new Line(line.number, column, value)));
    }
    boolean nested =
        next < lines.size()
            && (lines.get(next).column > line.column
                || (lines.get(next).column == line.column
                    && lines.get(next).text.startsWith("- ")));
    return new Entry(position, key, nested ? block() : new Empty(position));
  }

  private static int colon(String text) {
    int colon = text.indexOf(": ");
    return colon < 0 ? text.length() - 1 : colon;
  }

  private static ConfigNode inline(Line line) {
    Position position = new Position(line.number, line.column);
    if (!line.text.startsWith("[")) {
      return new Scalar(position, unquoted(line.text));
    }
    List<ConfigNode> items = new ArrayList<>();
    String inside = line.text.substring(1, line.text.length() - 1);
    for (String item : inside.isBlank() ? new String[0] : inside.split(",", -1)) {
      items.add(new Scalar(position, unquoted(item.strip())));
    }
    return new Items(position, items);
  }

  private static String unquoted(String text) {
    return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
  }
}
