package dev.rgap.worker.config;

import dev.rgap.config.ConfigValue;
import dev.rgap.protocol.PreSharedKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says, without where it stands: equal for those that say the same.
 *
 * <p>A key that is followed in its file is no part of it: the agent that is there takes a new one
 * by itself.
 *
 * @param settings all but the key, as they were written
 * @param key the key; null if it is followed
 * @param keyFile where it is followed; null if it is not
 */
record EntryIdentity(
    Map<String, Object> settings, @Nullable PreSharedKey key, @Nullable Path keyFile) {

  private static final String KEY = "psk";

  /**
   * That of an entry that has been read without an error.
   *
   * @param key as it was read
   */
  static EntryIdentity of(ConfigValue entry, AgentKey key) {
    Map<String, Object> settings = settings(entry);
    settings.remove(KEY);
    return new EntryIdentity(settings, key.file() == null ? key.key() : null, key.file());
  }

  private static Map<String, Object> settings(ConfigValue value) {
    Map<String, Object> settings = new HashMap<>();
    for (ConfigValue.Named setting : value.named()) {
      if (!setting.value().isEmpty()) { // as if it were not there
        settings.put(setting.name(), plain(setting.value()));
      }
    }
    return settings;
  }

  private static Object plain(ConfigValue value) {
    if (value.isMapping()) {
      return settings(value);
    }
    if (value.isList()) {
      List<Object> items = new ArrayList<>();
      value.list().forEach(item -> items.add(plain(item)));
      return items;
    }
    return value.isEmpty() ? "" : value.text().orElse("");
  }

  /** Says nothing: there may be secrets in it, such as a token for a source. */
  @Override
  public String toString() {
    return "an entry";
  }
}
