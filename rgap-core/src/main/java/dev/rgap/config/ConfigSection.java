package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.text.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings with fixed names, which are asked for one by one. Closing adds an error for each name in
 * the file that nobody has asked for, with the likeliest correction.
 */
@StableApi
public final class ConfigSection implements AutoCloseable {

  private final ConfigValue owner;
  private final Map<String, ConfigValue.Named> entries = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  ConfigSection(ConfigValue owner, List<ConfigValue.Named> entries) {
    this.owner = owner;
    entries.forEach(entry -> this.entries.put(entry.name(), entry));
  }

  /** The setting that holds these. */
  public ConfigValue owner() {
    return owner;
  }

  /** Whether a setting is there and not empty. */
  public boolean has(String name) {
    ConfigValue.Named found = entries.get(name);
    return found != null && !found.value().isEmpty();
  }

  /** A setting that may be absent: if it is, {@link ConfigValue#isEmpty} is true. */
  public ConfigValue optional(String name) {
    return ask(name, false, null);
  }

  private ConfigValue ask(String name, boolean required, @Nullable Object byDefault) {
    known.add(name);
    ConfigValue.Named found = entries.get(name);
    ConfigValue setting = found != null ? found.value() : owner.absent(name);
    setting.tellObserver(required, byDefault);
    return setting;
  }

  /** A setting that must be there; if it is not, that is an error. */
  public ConfigValue required(String name) {
    return required(name, "");
  }

  /**
   * A setting that must be there; if it is not, that is an error.
   *
   * @param hint what to write there
   */
  public ConfigValue required(String name, String hint) {
    ConfigValue setting = ask(name, true, null);
    // Where something else stands than settings, that is the error, and not what it doesn't have.
    if (setting.isEmpty() && (owner.isMapping() || owner.isEmpty())) {
      setting.error("is required", hint);
    }
    return setting;
  }

  /** A setting that may be absent. */
  public <T> Optional<T> read(String name, Reader<T> reader) {
    return optional(name).read(reader);
  }

  /** A setting that may be absent, and has a default then. */
  public <T> T read(String name, Reader.WithDefault<T> reader) {
    return ask(name, false, reader.byDefault()).read(reader.reader()).orElse(reader.byDefault());
  }

  /** A setting that must be there; if it is not, that is an error. */
  public <T> Optional<T> require(String name, Reader<T> reader) {
    return require(name, reader.hint(), reader);
  }

  /**
   * A setting that must be there; if it is not, that is an error.
   *
   * @param hint what to write there
   */
  public <T> Optional<T> require(String name, String hint, Reader<T> reader) {
    return required(name, hint).read(reader);
  }

  /**
   * A list that may be absent, and is empty then.
   *
   * @param reader reads an item; one that it can't read is left out
   */
  public <T> List<T> list(String name, Reader<T> reader) {
    return read(name, Readers.listOf(reader)).orElse(List.of());
  }

  /** Whether there is a setting that nobody has asked for so far: closing makes it an error. */
  public boolean hasUnknown() {
    return !known.containsAll(entries.keySet());
  }

  @Override
  public void close() {
    for (ConfigValue.Named entry : entries.values()) {
      if (known.contains(entry.name())) {
        continue;
      }
      Optional<ConfigNode.Faulty> fault = entry.value().fault();
      if (fault.isPresent()) {
        entry.value().error(fault.get().what(), fault.get().hint());
        continue;
      }
      String hint = Suggestion.question(entry.name(), known);
      if (hint.isEmpty()) {
        hint =
            known.isEmpty()
                ? "no settings are known here"
                : "known here: " + String.join(", ", known);
      }
      owner.problems().error(entry.namePosition(), entry.value().path(), "unknown setting", hint);
    }
  }
}
