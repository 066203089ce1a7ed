package dev.rgap.cli.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The time zone of this host. For the JDK to tell it has it read the zones of the whole world,
 * twice, which is half a mebibyte for a process that has no other use for them. Most hosts keep
 * UTC, and that can be seen without.
 */
final class HostZone {

  private static final String ZONES = "/zoneinfo/";

  private static final ZoneId ZONE =
      isUtc(System.getProperty("user.timezone"), System.getenv("TZ"), Path.of("/etc/localtime"))
          ? ZoneOffset.UTC
          : ZoneId.systemDefault();

  private HostZone() {}

  /** As it was when it was first asked for. */
  static ZoneId get() {
    return ZONE;
  }

  /**
   * Whether it can only be UTC, by what the JDK goes by.
   *
   * @param property a zone that the JDK was told; null or empty if it was not
   * @param variable {@code TZ}; null or empty if there is none
   * @param localtime the link to the host's zone, which is asked if there is neither
   */
  static boolean isUtc(@Nullable String property, @Nullable String variable, Path localtime) {
    if (property != null && !property.isEmpty()) {
      return false; // which is rare, and the JDK's own affair
    }
    if (variable != null && !variable.isEmpty()) {
      return isUtc(variable);
    }
    try {
      String target = Files.readSymbolicLink(localtime).toString();
      int name = target.indexOf(ZONES);
      return name >= 0 && isUtc(target.substring(name + ZONES.length()));
    } catch (IOException | UnsupportedOperationException e) {
      return Files.notExists(localtime, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static boolean isUtc(String name) {
    return name.equals("UTC") || name.equals("Etc/UTC");
  }
}
