package dev.rgap.host.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Mode, owner and group as a file system has them, all of them known. */
record Ownership(Set<PosixFilePermission> mode, UserPrincipal user, GroupPrincipal group) {

  private static final Set<PosixFilePermission> MODE_OF_NEW_FILES =
      PosixFilePermissions.fromString("rw-r--r--");

  /** What a file has. */
  static Ownership of(Path file) throws IOException {
    return of(attributes(file));
  }

  /** All that is known of a file. */
  static PosixFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** What these attributes tell. */
  static Ownership of(PosixFileAttributes attributes) {
    return new Ownership(attributes.permissions(), attributes.owner(), attributes.group());
  }

  /**
   * What a file is to have.
   *
   * @param old what it has; null if it is new
   * @param own what a file has that this process has just made
   * @throws IOException if a user or group is not known
   */
  static Ownership wanted(WantedOwnership wanted, @Nullable Ownership old, Ownership own)
      throws IOException {
    UserPrincipal user = old == null ? own.user() : old.user();
    GroupPrincipal group = old == null ? own.group() : old.group();
    Optional<String> userName = wanted.user();
    Optional<String> groupName = wanted.group();
    if (userName.isPresent()) {
      user = lookUp(userName.get(), "user", UserPrincipalLookupService::lookupPrincipalByName);
    }
    if (groupName.isPresent()) {
      group =
          lookUp(groupName.get(), "group", UserPrincipalLookupService::lookupPrincipalByGroupName);
    }
    return new Ownership(
        wanted.mode().orElse(old == null ? MODE_OF_NEW_FILES : old.mode()), user, group);
  }

  private interface LookUp<P> {
    P find(UserPrincipalLookupService service, String name) throws IOException;
  }

  private static <P> P lookUp(String name, String kind, LookUp<P> lookUp) throws IOException {
    try {
      return lookUp.find(Path.of("/").getFileSystem().getUserPrincipalLookupService(), name);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException("this host has no " + kind + " '" + name + "'", e);
    }
  }

  /** Sees and sets what a file has; not what a link leads to that has taken the file's place. */
  static PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives it to a file. What it has already is not set again: that may not even be allowed. */
  void give(PosixFileAttributeView view) throws IOException {
    Ownership present = of(view.readAttributes());
    if (!present.user().equals(user)) {
      view.setOwner(user);
    }
    if (!present.group().equals(group)) {
      view.setGroup(group);
    }
    // Last: a change of owner may take permissions away.
    if (!of(view.readAttributes()).mode().equals(mode)) {
      view.setPermissions(mode);
    }
  }
}
