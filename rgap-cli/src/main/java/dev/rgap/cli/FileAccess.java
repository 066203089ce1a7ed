package dev.rgap.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Says who can read a file, and why it can't be read. */
final class FileAccess {

  private FileAccess() {}

  /** Warns if a file that holds keys can be read by every user of the host. */
  static void warnIfOthersCanRead(Path file, Environment environment) {
    if (othersCanRead(file)) {
      environment
          .err()
          .println(
              Escape.controls(
                  "Warning: "
                      + file
                      + " holds keys and every user can read it; chmod o-r would change that"));
    }
  }

  private static boolean othersCanRead(Path file) {
    try {
      // Of pipes, such as a shell's <(...), the permissions mean nothing.
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * The path of a file that can be opened.
   *
   * @throws Failure if it can't; the message names the file
   */
  static Path readable(String name) throws Failure {
    try {
      Path file = Path.of(name);
      if (Files.isDirectory(file)) {
        throw new Failure(name + ": can't be read: it is a directory");
      }
      Files.newInputStream(file).close();
      return file;
    } catch (InvalidPathException | IOException e) {
      throw new Failure(name + ": can't be read: " + reason(e));
    }
  }

  /** Why a file can't be read, without its name. */
  static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return String.valueOf(e.getMessage());
  }
}
