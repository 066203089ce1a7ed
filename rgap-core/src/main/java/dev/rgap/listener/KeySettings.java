package dev.rgap.listener;

import static dev.rgap.config.Readers.parsed;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.PreSharedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads which keys a group accepts: one of {@code psk}, {@code psk_file} and {@code psks}, a list
 * of the former two.
 *
 * <pre>
 *   psk: KEY     psk_file: PATH     psks: [KEY, {psk_file: PATH}]
 * </pre>
 */
final class KeySettings {

  private static final String MAKE_A_KEY = "'rgap genpsk' makes one";
  private static final Reader<PreSharedKey> VALUE = warning(parsed(PreSharedKey::parseHex));

  private final Reader<PreSharedKey> file;

  /**
   * @param files reads the key in the file that a value names
   */
  KeySettings(Reader<PreSharedKey> files) {
    this.file = warning(files);
  }

  private static Reader<PreSharedKey> warning(Reader<PreSharedKey> reader) {
    return value -> {
      Optional<PreSharedKey> key = reader.read(value);
      if (key.filter(PreSharedKey::isExample).isPresent()) {
        value.warning("is the key of the examples, with which everybody can announce", MAKE_A_KEY);
      }
      return key;
    };
  }

  /**
   * The keys of a group.
   *
   * @return each once; nothing if a problem was added
   */
  List<PreSharedKey> read(ConfigSection group) {
    ConfigValue one = group.optional("psk");
    ConfigValue inFile = group.optional("psk_file");
    ConfigValue several = group.optional("psks");
    List<PreSharedKey> keys = new ArrayList<>();
    ConfigValue first = null;
    for (ConfigValue given : List.of(one, inFile, several)) {
      if (given.isEmpty()) {
        continue;
      }
      if (first != null) {
        given.error(
            "can't be given together with " + name(first),
            "write all keys of the group as 'psks: [KEY, {psk_file: PATH}]'");
        return List.of();
      }
      first = given;
    }
    if (first == null && (group.owner().isMapping() || group.owner().isEmpty())) {
      one.error("is required, or psk_file or psks", MAKE_A_KEY);
    }
    one.read(VALUE).ifPresent(keys::add);
    inFile.read(file).ifPresent(keys::add);
    return several.isEmpty() ? keys : list(several);
  }

  private static String name(ConfigValue setting) {
    return setting.path().substring(setting.path().lastIndexOf('.') + 1);
  }

  private List<PreSharedKey> list(ConfigValue setting) {
    List<ConfigValue> items = setting.list();
    if (setting.isEmptyList()) {
      setting.error("is an empty list: nobody could announce", MAKE_A_KEY);
    }
    if (items.size() > GroupConfig.MAX_KEYS) {
      setting.error(
          "has " + items.size() + " keys, at most " + GroupConfig.MAX_KEYS + " are possible",
          "remove those that no agent uses any more");
      return List.of();
    }
    List<PreSharedKey> keys = new ArrayList<>();
    List<ConfigValue> places = new ArrayList<>();
    for (ConfigValue item : items) {
      Optional<PreSharedKey> key = item(item);
      if (key.isEmpty()) {
        continue;
      }
      int same = keys.indexOf(key.get());
      if (same >= 0) {
        item.error("is the same key as " + places.get(same).path(), "remove one of the two");
        continue;
      }
      keys.add(key.get());
      places.add(item);
    }
    return keys.size() == items.size() ? keys : List.of();
  }

  private Optional<PreSharedKey> item(ConfigValue item) {
    if (!item.isMapping()) {
      if (item.isEmpty()) {
        item.error("has no value", "write a key, or {psk_file: PATH}");
      }
      return item.read(VALUE);
    }
    try (ConfigSection settings = item.settings()) {
      return settings.require("psk_file", "write the name of a file with a key", file);
    }
  }
}
