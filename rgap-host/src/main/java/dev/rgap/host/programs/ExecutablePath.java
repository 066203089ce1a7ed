package dev.rgap.host.programs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds programs as execvp(3) does, and says what is wrong if it can't. */
final class ExecutablePath {

  /** Where to look without a PATH, as the C library does. */
  static final String DEFAULT_PATH = "/usr/bin:/bin";

  private ExecutablePath() {}

  /**
   * Finds a program.
   *
   * @param name a path if it has a '/', otherwise looked for in path
   * @param path directories with ':' between them; an empty one is the working directory
   * @return how to call it, always with a '/'
   * @throws IOException if there is none; the message is for people
   */
  static String find(String name, @Nullable String path) throws IOException {
    if (name.isEmpty()) {
      throw new IOException("the program's name is empty");
    }
    try {
      if (name.contains("/")) {
        requireExecutable(Path.of(name), name);
        return name;
      }
      return findInPath(name, path == null ? DEFAULT_PATH : path);
    } catch (InvalidPathException e) {
      throw new IOException("'" + name + "' can't be a program's name: " + e.getReason(), e);
    }
  }

  private static String findInPath(String name, String path) throws IOException {
    String notExecutable = null;
    for (String directory : path.split(File.pathSeparator, -1)) {
      String candidate = (directory.isEmpty() ? "." : directory) + "/" + name;
      Path file = Path.of(candidate);
      if (Files.isRegularFile(file)) {
        if (Files.isExecutable(file)) {
          return candidate;
        }
        notExecutable = notExecutable == null ? candidate : notExecutable;
      }
    }
    throw new IOException(
        notExecutable == null
            ? "there is no program '" + name + "' in PATH"
            : notExecutableMessage(notExecutable));
  }

  private static void requireExecutable(Path file, String name) throws IOException {
    if (Files.notExists(file)) {
      throw new IOException("there is no file '" + name + "'");
    }
    if (!Files.exists(file)) {
      throw new IOException("'" + name + "' is in a directory that can't be looked into");
    }
    if (Files.isDirectory(file)) {
      throw new IOException("'" + name + "' is a directory");
    }
    if (!Files.isExecutable(file)) {
      throw new IOException(notExecutableMessage(name));
    }
  }

  private static String notExecutableMessage(String name) {
    return "'" + name + "' is not executable; chmod +x would change that";
  }
}
