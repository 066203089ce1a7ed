package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Faulty;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One value of a configuration together with its path, to be read as what it should be.
 *
 * <p>Reading never throws: what can't be read is added to the {@link Problems} and comes back
 * empty. So a reader goes on and finds all problems at once.
 */
@StableApi
public final class ConfigValue {

  private final ConfigNode node;
  private final String path;
  private final Problems problems;

  ConfigValue(ConfigNode node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** A whole file. */
  public static ConfigValue root(ConfigNode node, Problems problems) {
    return new ConfigValue(node, "", problems);
  }

  /** Where it stands. */
  public Position position() {
    return node.position();
  }

  /** Which setting it is, such as {@code groups[0].psk}. */
  public String path() {
    return path;
  }

  /** The collection that problems with this setting belong in. */
  public Problems problems() {
    return problems;
  }

  /** Whether there is nothing: absent, {@code null} or {@code ~}. */
  public boolean isEmpty() {
    return node instanceof Empty;
  }

  /** Whether it is a list, however long. */
  public boolean isList() {
    return node instanceof Sequence;
  }

  boolean isMapping() {
    return node instanceof Mapping;
  }

  /** The fault that makes the value unreadable, if it has one. */
  Optional<Faulty> fault() {
    return node instanceof Faulty faulty ? Optional.of(faulty) : Optional.empty();
  }

  /** Adds an error with this setting. */
  public void error(String what, String hint) {
    problems.error(position(), path, what, hint);
  }

  /** Adds a warning about this setting. */
  public void warning(String what, String hint) {
    problems.warning(position(), path, what, hint);
  }

  /** The value exactly as written. */
  public Optional<String> text() {
    if (node instanceof Scalar scalar) {
      return Optional.of(scalar.text());
    }
    unexpected("a single value", "");
    return Optional.empty();
  }

  /**
   * The value as something that is made from text.
   *
   * @param parser makes it; an {@link IllegalArgumentException} is added with its message
   */
  public <T> Optional<T> as(Function<String, T> parser) {
    return text()
        .flatMap(text -> {
          try {
            return Optional.of(parser.apply(text));
          } catch (IllegalArgumentException e) {
            error(String.valueOf(e.getMessage()), "");
            return Optional.empty();
          }
        });
  }

  /** The value as true or false, in the words that YAML 1.1 knows for them. */
  public Optional<Boolean> bool() {
    return as(text ->
        switch (text.toLowerCase(Locale.ROOT)) {
          case "true", "yes", "on", "y" -> true;
          case "false", "no", "off", "n" -> false;
          default -> throw new IllegalArgumentException("must be true or false");
        });
  }

  /** The value as a whole number in a range, decimal. */
  public Optional<Integer> integer(int least, int greatest) {
    return as(text -> {
      boolean number = text.matches("-?[0-9]{1,10}");
      long value = number ? Long.parseLong(text) : 0;
      if (!number || value < least || value > greatest) {
        throw new IllegalArgumentException(
            "must be a whole number from " + least + " to " + greatest);
      }
      return (int) value;
    });
  }

  /**
   * The value as a list, or as the only item of one.
   *
   * @return the items; nothing if it is empty
   */
  public List<ConfigValue> oneOrMore() {
    return node instanceof Sequence || node instanceof Empty ? list() : List.of(this);
  }

  /**
   * The value as a list.
   *
   * @return its items; nothing if it is empty or, which is an error, no list
   */
  public List<ConfigValue> list() {
    if (node instanceof Sequence sequence) {
      List<ConfigNode> items = sequence.items();
      List<ConfigValue> settings = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        settings.add(new ConfigValue(items.get(i), path + "[" + i + "]", problems));
      }
      return settings;
    }
    if (!isEmpty()) {
      unexpected("a list", "write each item after a dash: '- item'");
    }
    return List.of();
  }

  /**
   * The value as named settings with fixed names; to be closed when all have been asked for, so
   * that the names nobody asked for become problems.
   */
  public ConfigSection settings() {
    return new ConfigSection(this, named());
  }

  /**
   * The value as a mapping whose names are free, such as host names.
   *
   * @return the named settings, each name once; nothing if it is empty or, which is an error, no
   *     mapping
   */
  public List<Named> named() {
    if (!isMapping() && !isEmpty()) {
      unexpected("a mapping", "write 'name: value'");
    }
    return entries();
  }

  /**
   * A setting and the name that it has in its mapping.
   *
   * @param namePosition where the name stands
   */
  public record Named(String name, Position namePosition, ConfigValue value) {}

  private List<Named> entries() {
    List<Named> named = new ArrayList<>();
    if (node instanceof Mapping mapping) {
      Set<String> seen = new HashSet<>();
      for (ConfigNode.Entry entry : mapping.entries()) {
        String entryPath = path.isEmpty() ? entry.key() : path + "." + entry.key();
        if (seen.add(entry.key())) {
          named.add(
              new Named(
                  entry.key(),
                  entry.keyPosition(),
                  new ConfigValue(entry.value(), entryPath, problems)));
        } else {
          problems.error(entry.keyPosition(), entryPath, "is given twice", "remove one of the two");
        }
      }
    }
    return named;
  }

  private void unexpected(String expected, String hint) {
    switch (node) {
      case Faulty faulty -> error(faulty.what(), faulty.hint());
      case Empty empty -> error("has no value", expected + " is expected");
      case Scalar scalar -> error("is a single value, " + expected + " is expected", hint);
      case Sequence sequence -> error("is a list, " + expected + " is expected", hint);
      case Mapping mapping -> error("is a mapping, " + expected + " is expected", hint);
    }
  }
}
