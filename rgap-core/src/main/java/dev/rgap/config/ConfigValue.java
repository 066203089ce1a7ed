package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Faulty;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private final Reading reading;

  /** What all values of a file have in common. */
  private record Reading(
      Problems problems, @Nullable SettingsObserver observer, Consumer<? super Path> files) {}

  private ConfigValue(ConfigNode node, String path, Reading reading) {
    this.node = node;
    this.path = path;
    this.reading = reading;
  }

  /** A whole file. */
  public static ConfigValue root(ConfigNode node, Problems problems) {
    return root(node, problems, file -> {});
  }

  /**
   * A whole file that may name others.
   *
   * @param files is told each of them whose content becomes part of the configuration, before it is
   *     read
   */
  public static ConfigValue root(ConfigNode node, Problems problems, Consumer<? super Path> files) {
    return new ConfigValue(node, "", new Reading(problems, null, files));
  }

  /** A whole file, and somebody who is told which settings it is asked for. */
  public static ConfigValue observed(
      ConfigNode node, Problems problems, SettingsObserver observer) {
    return new ConfigValue(node, "", new Reading(problems, observer, file -> {}));
  }

  /** A setting that this mapping doesn't have. */
  ConfigValue absent(String name) {
    return new ConfigValue(new Empty(position()), pathOf(name), reading);
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  void tellObserver(boolean required, @Nullable Object byDefault) {
    if (reading.observer != null) {
      reading.observer.asked(path, required, byDefault);
    }
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
    return reading.problems;
  }

  /**
   * Says that a file's content is part of the configuration. To be called before it is read, by
   * whoever reads it.
   */
  public void readsFile(Path file) {
    reading.files.accept(file);
  }

  /** Whether there is nothing: absent, {@code null} or {@code ~}. */
  public boolean isEmpty() {
    return node instanceof Empty;
  }

  /** Whether it is a list, however long. */
  public boolean isList() {
    return node instanceof Sequence;
  }

  /** Whether it is a list without items. */
  public boolean isEmptyList() {
    return node instanceof Sequence sequence && sequence.items().isEmpty();
  }

  /** Whether it is a mapping of names to values. */
  public boolean isMapping() {
    return node instanceof Mapping;
  }

  /** The fault that makes the value unreadable, if it has one. */
  Optional<Faulty> fault() {
    return node instanceof Faulty faulty ? Optional.of(faulty) : Optional.empty();
  }

  /** Adds an error with this setting. */
  public void error(String what, String hint) {
    problems().error(position(), path, what, hint);
  }

  /** Adds a warning about this setting. */
  public void warning(String what, String hint) {
    problems().warning(position(), path, what, hint);
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

  /** The value as what a reader makes of it; nothing if there is no value. */
  public <T> Optional<T> read(Reader<T> reader) {
    return isEmpty() ? Optional.empty() : reader.read(this);
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
      return new Items(sequence.items());
    }
    if (!isEmpty()) {
      unexpected("a list", "write each item after a dash: '- item'");
    }
    return List.of();
  }

  /** The items of a list, made when they are asked for: there may be very many. */
  private final class Items extends AbstractList<ConfigValue> implements RandomAccess {
    private final List<ConfigNode> nodes;

    Items(List<ConfigNode> nodes) {
      this.nodes = nodes;
    }

    @Override
    public ConfigValue get(int index) {
      return new ConfigValue(nodes.get(index), path + "[" + index + "]", reading);
    }

    @Override
    public int size() {
      return nodes.size();
    }
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
        String entryPath = pathOf(entry.key());
        if (seen.add(entry.key())) {
          named.add(
              new Named(
                  entry.key(),
                  entry.keyPosition(),
                  new ConfigValue(entry.value(), entryPath, reading)));
        } else {
          problems()
              .error(entry.keyPosition(), entryPath, "is given twice", "remove one of the two");
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
