package dev.rgap.output;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.services.Providers;
import dev.rgap.text.Suggestion;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The kinds of output that are known: the given ones and, if need be, those of other jars. */
@InternalApi
public final class OutputTypes {

  private static final System.Logger LOG = System.getLogger(OutputTypes.class.getName());

  private final SortedMap<String, OutputType<?>> byKind = new TreeMap<>();
  private boolean othersLoaded;

  /** Knows these kinds; others are looked for when one is asked for that is not among them. */
  public OutputTypes(Collection<? extends OutputType<?>> builtin) {
    builtin.forEach(type -> byKind.put(type.kind(), type));
  }

  /**
   * Reads the list {@code outputs}.
   *
   * @return those without fault, in the order of the file
   */
  public List<ConfiguredOutput<?>> parse(ConfigValue outputs, ConfiguredGroups groups) {
    OutputIds ids = new OutputIds();
    List<Item<?>> items = new ArrayList<>();
    for (ConfigValue setting : outputs.list()) {
      Optional<Item<?>> item = parseItem(setting, groups, ids);
      if (item.isPresent()) {
        items.add(item.get());
      }
    }
    // Ids can be given only when it is known which ones are names.
    List<ConfiguredOutput<?>> configured = new ArrayList<>();
    Map<Path, OutputId> written = new HashMap<>();
    for (Item<?> item : items) {
      ConfiguredOutput<?> output = item.output(ids);
      configured.add(output);
      Optional<Path> file = output.destination();
      if (file.isPresent()) {
        Path path = file.get().toAbsolutePath().normalize();
        OutputId other = written.putIfAbsent(path, output.id());
        if (other != null) {
          item.setting.error(
              "writes the same file as " + other + ", " + file.get(),
              "let one output write all of it");
        }
      }
    }
    return configured;
  }

  /** An item of the list that has been read, before all names are known. */
  private record Item<C>(ConfigValue setting, Optional<String> name, OutputType<C> type, C config) {

    ConfiguredOutput<C> output(OutputIds ids) {
      OutputId id =
          name.isPresent()
              ? new OutputId(name.get())
              : ids.unnamed(type.kind(), type.target(config));
      return new ConfiguredOutput<>(id, type, config);
    }
  }

  private Optional<Item<?>> parseItem(ConfigValue item, ConfiguredGroups groups, OutputIds ids) {
    try (ConfigSection settings = item.settings()) {
      Optional<String> name = settings.read("name", ids.name());
      ConfigValue spec = settings.optional("spec");
      ConfigValue kind = settings.required("kind");
      return kind.read(Readers.text())
          .flatMap(text -> find(text, kind))
          .flatMap(type -> configure(type, item, name, spec, groups));
    }
  }

  private static <C> Optional<Item<?>> configure(
      OutputType<C> type,
      ConfigValue item,
      Optional<String> name,
      ConfigValue spec,
      ConfiguredGroups groups) {
    try {
      return type.parse(spec, groups).map(config -> new Item<>(item, name, type, config));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // One of another jar; or too much of something, which then is at this place.
      LOG.log(Level.DEBUG, "an output can't be read", e);
      item.error("can't be read: " + e, "outputs of kind " + type.kind() + " fail on this one");
      return Optional.empty();
    }
  }

  private Optional<OutputType<?>> find(String kind, ConfigValue where) {
    if (!byKind.containsKey(kind)) {
      loadOthers();
    }
    OutputType<?> type = byKind.get(kind);
    if (type == null) {
      where.error(
          "unknown kind of output '" + kind + "'",
          Suggestion.then(
              Suggestion.question(kind, byKind.keySet()),
              "known kinds: " + String.join(", ", byKind.keySet())));
    }
    return Optional.ofNullable(type);
  }

  private void loadOthers() {
    if (othersLoaded) {
      return;
    }
    othersLoaded = true;
    // A foreign jar can add kinds, not replace the ones that come with rgap.
    Providers.load(
        OutputType.class,
        "an output kind of another jar can't be loaded",
        type -> byKind.putIfAbsent(type.kind(), type));
  }
}
