package dev.rgap.output;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.services.Providers;
import dev.rgap.text.Suggestion;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The kinds of output that are known: the given ones and, if need be, those of other jars. */
public final class OutputTypes {

  private final SortedMap<String, OutputType<?>> byKind = new TreeMap<>();
  private boolean othersLoaded;

  /** Knows these kinds; others are looked for when one is asked for that is not among them. */
  public OutputTypes(Collection<? extends OutputType<?>> builtin) {
    builtin.forEach(type -> byKind.put(type.kind(), type));
  }

  /** Reads one item of {@code outputs}. */
  public Optional<ConfiguredOutput<?>> parse(ConfigValue item, ConfiguredGroups groups) {
    try (ConfigSection settings = item.settings()) {
      ConfigValue spec = settings.optional("spec");
      ConfigValue kind = settings.required("kind");
      return (kind.isEmpty() ? Optional.<String>empty() : kind.text())
          .flatMap(name -> find(name, kind))
          .flatMap(type -> configure(type, item, spec, groups));
    }
  }

  private static <C> Optional<ConfiguredOutput<?>> configure(
      OutputType<C> type, ConfigValue item, ConfigValue spec, ConfiguredGroups groups) {
    OutputId id = new OutputId(item.path() + " (" + type.kind() + ")");
    return type.parse(spec, groups).map(config -> new ConfiguredOutput<>(id, type, config));
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
