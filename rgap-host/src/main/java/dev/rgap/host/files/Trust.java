package dev.rgap.host.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * Who could put something else in the place of a file: besides root and the user of this process,
 * whoever may rename in its directory, or in one that leads to it.
 */
final class Trust {

  private static final int WRITABLE_BY_OTHERS = 0022;

  /** In such a directory nobody can rename what belongs to somebody else. */
  private static final int STICKY = 01000;

  private static final int ROOT = 0;

  private Trust() {}

  /** Something that belongs to the user of this process. */
  private static Path own() {
    Path process = Path.of("/proc/self");
    return Files.exists(process) ? process : Path.of(System.getProperty("user.home"));
  }

  /** The user of this process, as files have it. */
  static UserPrincipal thisUser() throws IOException {
    return Files.getOwner(own());
  }

  private static int uid(Path file, LinkOption... options) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid", options);
  }

  /**
   * Whether names in a directory stay what this process makes them to be. A directory that its
   * group can write to counts as one that others can write to.
   */
  static boolean isSafe(Path directory) throws IOException {
    int thisUser = uid(own());
    int excuse = 0;
    for (Path each = directory.toRealPath(); each != null; each = each.getParent()) {
      int owner = uid(each);
      int mode = (Integer) Files.getAttribute(each, "unix:mode");
      boolean own = owner == ROOT || owner == thisUser;
      if (!own || ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & excuse) == 0)) {
        return false;
      }
      excuse = STICKY; // not for the directory itself: what is in it may belong to others
    }
    return true;
  }

  /** Whether something, be it a link, belongs to root or to the user of this process. */
  static boolean isOwn(Path file) throws IOException {
    int owner = uid(file, LinkOption.NOFOLLOW_LINKS);
    return owner == ROOT || owner == uid(own());
  }
}
