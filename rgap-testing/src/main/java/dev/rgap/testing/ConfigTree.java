package dev.rgap.testing;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes configurations from maps, lists and values instead of a file, line by line from 1: each
 * entry and each item begins another one.
 */
public final class ConfigTree {

  private record Items(Position position, List<ConfigNode> items) implements Sequence {}

  private record Entries(Position position, List<Entry> entries) implements Mapping {}

  private int line;

  /** Begins before the first line. */
  public ConfigTree() {}

  /**
   * What a file would have been read as.
   *
   * @param value a {@link Map}, a {@link List}, a value or, for nothing, null
   */
  public ConfigNode node(@Nullable Object value) {
    Position here = new Position(Math.max(line, 1), 1);
    return switch (value) {
      case null -> new Empty(here);
      case Map<?, ?> map -> {
        List<Entry> entries = new ArrayList<>();
        map.forEach((key, item) -> {
          line++;
          Position keyPosition = new Position(line, 1);
          entries.add(new Entry(keyPosition, String.valueOf(key), node(item)));
        });
        yield new Entries(here, entries);
      }
      case List<?> list -> {
        List<ConfigNode> items = new ArrayList<>();
        for (Object item : list) {
          line++;
          items.add(node(item));
        }
        yield new Items(here, items);
      }
      default -> new Scalar(here, value.toString());
    };
  }
}
