package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.text.DurationText;
import dev.rgap.text.Suggestion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * ConfigSection with fixed names, which are asked for one by one. Closing adds an error for each
 * name in the file that nobody has asked for, with the likeliest correction.
 */
@StableApi
public final class ConfigSection implements AutoCloseable {

  private final ConfigValue owner;
  private final Map<String, ConfigValue.Named> unused = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  ConfigSection(ConfigValue owner, List<ConfigValue.Named> entries) {
    this.owner = owner;
    entries.forEach(entry -> unused.put(entry.name(), entry));
  }

  /** The setting that holds these. */
  public ConfigValue owner() {
    return owner;
  }

  /** A setting that may be absent: if it is, {@link ConfigValue#isEmpty} is true. */
  public ConfigValue optional(String name) {
    known.add(name);
    ConfigValue.Named found = unused.remove(name);
    if (found != null) {
      return found.value();
    }
    String path = owner.path().isEmpty() ? name : owner.path() + "." + name;
    return new ConfigValue(new Empty(owner.position()), path, owner.problems());
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
    ConfigValue setting = optional(name);
    // Where something else stands than settings, that is the error, and not what it doesn't have.
    if (setting.isEmpty() && (owner.isMapping() || owner.isEmpty())) {
      setting.error("is required", hint);
    }
    return setting;
  }

  /** A text that must be there and must not be empty. */
  public Optional<String> requiredText(String name) {
    ConfigValue setting = required(name);
    Optional<String> text = setting.isEmpty() ? Optional.empty() : setting.text();
    if (text.isPresent() && text.get().isEmpty()) {
      setting.error("is empty", "");
      return Optional.empty();
    }
    return text;
  }

  /** A duration of any sign, if it is there. */
  public Optional<Duration> duration(String name) {
    ConfigValue setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.as(DurationText::parse);
  }

  /** A whole number in a range, if it is there. */
  public Optional<Integer> integer(String name, int least, int greatest) {
    ConfigValue setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.integer(least, greatest);
  }

  /** True or false, if it is there. */
  public Optional<Boolean> bool(String name) {
    ConfigValue setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.bool();
  }

  /** A duration that must be there and be positive. */
  public Optional<Duration> requiredPositiveDuration(String name) {
    ConfigValue setting = required(name, "write for example 15s");
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> duration = setting.as(DurationText::parse);
    if (duration.isPresent() && !duration.get().isPositive()) {
      setting.error("must be greater than 0", "write for example 15s");
      return Optional.empty();
    }
    return duration;
  }

  @Override
  public void close() {
    for (ConfigValue.Named entry : unused.values()) {
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
