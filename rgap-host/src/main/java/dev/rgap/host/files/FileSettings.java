package dev.rgap.host.files;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads settings about files. */
@StableApi
public final class FileSettings {

  private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

  private FileSettings() {}

  /** The name of a file. */
  public static Reader<Path> file() {
    return Readers.parsed(FileSettings::path);
  }

  private static Path path(String text) {
    if (text.isEmpty() || text.endsWith("/")) {
      throw new IllegalArgumentException("'" + text + "' does not name a file");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is no file name: " + e.getReason());
    }
  }

  /**
   * The {@code mode} and the {@code owner} that a file is to have: permissions such as {@code
   * 0640}, and {@code user}, {@code user:group} or {@code :group}, each a name or a number.
   */
  public static WantedOwnership ownership(ConfigSection settings) {
    Optional<Set<PosixFilePermission>> mode =
        settings.read("mode", Readers.parsed(FileSettings::permissions));
    Optional<String[]> owner = settings.read("owner", Readers.parsed(FileSettings::userAndGroup));
    return new WantedOwnership(
        mode,
        owner.map(both -> both[0]).filter(user -> !user.isEmpty()),
        owner.map(both -> both[1]).filter(group -> !group.isEmpty()));
  }

  /** How a file is written: {@code in_place}, or, which is the default, by a new file. */
  public static ManagedFile.Placement placement(ConfigSection settings) {
    return settings.read("in_place", Readers.booleans().orElse(false))
        ? ManagedFile.Placement.IN_PLACE
        : ManagedFile.Placement.REPLACE;
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
}
