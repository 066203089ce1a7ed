package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.text.DurationText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads settings that several outputs have. */
@StableApi
public final class SharedSettings {

  private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

  private SharedSettings() {}

  /** A list of texts, each of which may be empty. */
  public static List<String> lines(ConfigValue setting) {
    List<String> lines = new ArrayList<>();
    for (ConfigValue line : setting.list()) {
      if (line.isEmpty()) {
        lines.add("");
      } else {
        line.text().ifPresent(lines::add);
      }
    }
    return lines;
  }

  /** The name of a file, which must be there. */
  public static Optional<Path> path(ConfigSection settings, String key) {
    ConfigValue setting = settings.required(key);
    return setting.isEmpty() ? Optional.empty() : path(setting);
  }

  /** The name of a file. */
  public static Optional<Path> path(ConfigValue setting) {
    return setting.as(text -> {
      if (text.isEmpty() || text.endsWith("/")) {
        throw new IllegalArgumentException("'" + text + "' does not name a file");
      }
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("is no file name: " + e.getReason());
      }
    });
  }

  /** A program and its arguments: a list that begins with a text that is not empty. */
  public static Optional<List<String>> argv(ConfigValue setting) {
    if (!setting.isList()) {
      setting.error(
          "must be a list: a program and its arguments",
          "write [program, argument, ...]; for a shell's command line, [sh, -c, 'command line']");
      return Optional.empty();
    }
    List<String> argv = lines(setting);
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      setting.error("names no program", "write [program, argument, ...]");
      return Optional.empty();
    }
    return Optional.of(argv);
  }

  /**
   * The mode and the owner that a file is to have.
   *
   * @param mode such as {@code 0640}; permissions only
   * @param owner such as {@code user}, {@code user:group} or {@code :group}, each a name or a
   *     number
   */
  public static WantedOwnership attributes(ConfigValue mode, ConfigValue owner) {
    Optional<Set<PosixFilePermission>> permissions =
        mode.isEmpty() ? Optional.empty() : mode.as(SharedSettings::permissions);
    Optional<String[]> names =
        owner.isEmpty() ? Optional.empty() : owner.as(SharedSettings::userAndGroup);
    return new WantedOwnership(
        permissions,
        names.map(both -> both[0]).filter(user -> !user.isEmpty()),
        names.map(both -> both[1]).filter(group -> !group.isEmpty()));
  }

  private static Set<PosixFilePermission> permissions(String text) {
    if (!MODE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no mode: three octal digits are expected, such as 0644");
    }
    int bits = Integer.parseInt(text, 8);
    PosixFilePermission[] all = PosixFilePermission.values(); // in the order of ls -l
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      if ((bits & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  private static String[] userAndGroup(String text) {
    int colon = text.indexOf(':');
    String[] both = {
      colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1)
    };
    if ((both[0].isEmpty() && both[1].isEmpty()) || both[1].indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no owner: write user, user:group or :group");
    }
    return both;
  }

  /** A duration that is not negative, if it is there. */
  public static Optional<Duration> notNegative(ConfigSection settings, String key) {
    ConfigValue setting = settings.optional(key);
    Optional<Duration> duration =
        setting.isEmpty() ? Optional.empty() : setting.as(DurationText::parse);
    if (duration.filter(Duration::isNegative).isPresent()) {
      setting.error("must not be negative", "write for example 10s");
      return Optional.empty();
    }
    return duration;
  }
}
