package dev.rgap.config;

import dev.rgap.config.ConfigNode.Empty;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Settings with fixed names, which are asked for one by one. Closing adds an error for each name in
 * the file that nobody has asked for, with the likeliest correction.
 */
public final class Settings implements AutoCloseable {

  private final Setting owner;
  private final Map<String, Setting.Named> unused = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  Settings(Setting owner, List<Setting.Named> entries) {
    this.owner = owner;
    entries.forEach(entry -> unused.put(entry.name(), entry));
  }

  /** The setting that holds these. */
  public Setting owner() {
    return owner;
  }

  /** A setting that may be absent: if it is, {@link Setting#isEmpty} is true. */
  public Setting optional(String name) {
    known.add(name);
    Setting.Named found = unused.remove(name);
    if (found != null) {
      return found.value();
    }
    String path = owner.path().isEmpty() ? name : owner.path() + "." + name;
    return new Setting(new Empty(owner.position()), path, owner.problems());
  }

  /** A setting that must be there; if it is not, that is an error. */
  public Setting required(String name) {
    return required(name, "");
  }

  /**
   * A setting that must be there; if it is not, that is an error.
   *
   * @param hint what to write there
   */
  public Setting required(String name, String hint) {
    Setting setting = optional(name);
    // Where something else stands than settings, that is the error, and not what it doesn't have.
    if (setting.isEmpty() && (owner.isMapping() || owner.isEmpty())) {
      setting.error("is required", hint);
    }
    return setting;
  }

  /** A text that must be there and must not be empty. */
  public Optional<String> requiredText(String name) {
    Setting setting = required(name);
    Optional<String> text = setting.isEmpty() ? Optional.empty() : setting.text();
    if (text.isPresent() && text.get().isEmpty()) {
      setting.error("is empty", "");
      return Optional.empty();
    }
    return text;
  }

  /** A duration of any sign, if it is there. */
  public Optional<Duration> duration(String name) {
    Setting setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.as(GoDuration::parse);
  }

  /** A whole number in a range, if it is there. */
  public Optional<Integer> integer(String name, int least, int greatest) {
    Setting setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.integer(least, greatest);
  }

  /** True or false, if it is there. */
  public Optional<Boolean> bool(String name) {
    Setting setting = optional(name);
    return setting.isEmpty() ? Optional.empty() : setting.bool();
  }

  /** A duration that must be there and be positive. */
  public Optional<Duration> requiredPositiveDuration(String name) {
    Setting setting = required(name, "write for example 15s");
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> duration = setting.as(GoDuration::parse);
    if (duration.isPresent() && !duration.get().isPositive()) {
      setting.error("must be greater than 0", "write for example 15s");
      return Optional.empty();
    }
    return duration;
  }

  @Override
  public void close() {
    for (Setting.Named entry : unused.values()) {
      Optional<ConfigNode.Faulty> fault = entry.value().fault();
      if (fault.isPresent()) {
        entry.value().error(fault.get().what(), fault.get().hint());
        continue;
      }
      String hint =
          Suggestion.nearest(entry.name(), known)
              .map(near -> "did you mean '" + near + "'?")
              .orElseGet(() ->
                  known.isEmpty()
                      ? "no settings are known here"
                      : "known here: " + String.join(", ", known));
      owner.problems().error(entry.namePosition(), entry.value().path(), "unknown setting", hint);
    }
  }
}
