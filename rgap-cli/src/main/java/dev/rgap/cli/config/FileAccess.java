package dev.rgap.cli.config;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Environment;
import dev.rgap.text.FileFault;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/**
 * Reads a whole file, and says why it can't be read and who else can.
 *
 * <p>A file is opened only once: of a pipe, such as a shell's {@code <(...)}, nothing is left for a
 * second time.
 */
final class FileAccess {

  /** The greatest file, in bytes: some hundred thousand host names. */
  static final int MAX_SIZE = 16 << 20;

  private static final List<String> STANDARD_INPUT =
      List.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  private FileAccess() {}

  /** The path of a name. */
  static Path path(String name) throws Failure {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw unreadable(name, reason(e), "");
    }
  }

  /**
   * Reads a file of configuration or the like.
   *
   * @param ifMissing what to do if there is no such file; empty if there is nothing to say
   * @throws Failure if it can't be read or is too large; the message names it
   */
  static byte[] read(Path file, String ifMissing) throws Failure {
    if (Files.isDirectory(file)) {
      throw unreadable(file, "it is a directory", "name a file in it");
    }
    byte[] content;
    try {
      content = bytes(file, MAX_SIZE + 1);
    } catch (NoSuchFileException e) {
      throw unreadable(file, reason(e), ifMissing);
    } catch (AccessDeniedException e) {
      String user = System.getProperty("user.name");
      throw unreadable(file, reason(e) + " for user " + user, "change its owner or mode");
    } catch (IOException e) {
      throw unreadable(file, reason(e), "");
    }
    if (content.length > MAX_SIZE) {
      throw new Failure(
          file + ": is larger than " + (MAX_SIZE >> 20) + " MiB; is it the right file?");
    }
    return content;
  }

  /**
   * The content of a file, a pipe, or standard input.
   *
   * @param most as many bytes are read at most
   */
  static byte[] bytes(Path file, int most) throws IOException {
    if (STANDARD_INPUT.contains(file.toString())) {
      // Not opened anew: the system refuses that for a socket, and of a named pipe whose writer has
      // gone it would be waited for another.
      return new FileInputStream(FileDescriptor.in).readNBytes(most);
    }
    if (!Files.isRegularFile(file) && NamedPipe.is(file)) {
      return NamedPipe.read(file, most, NamedPipe.PATIENCE);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }

  /** Whether what is read once is still there: not of pipes, nor of standard input. */
  static boolean canBeReadAgain(Path file) {
    return !STANDARD_INPUT.contains(file.toString())
        && (Files.isRegularFile(file) || !Files.exists(file));
  }

  private static Failure unreadable(Object file, String reason, String hint) {
    return new Failure(file + ": can't be read: " + reason + (hint.isEmpty() ? "" : "; " + hint));
  }

  /** Why a file can't be read, without its name. */
  static String reason(Exception e) {
    return FileFault.reason(e);
  }

  /** Warns if a file that holds keys can be read by every user of the host. */
  static void warnIfOthersCanRead(Path file, Environment environment) {
    if (othersCanRead(file)) {
      environment.warning(readableByOthers(file));
    }
  }

  /** What is to be said of a file with keys that others can read. */
  static String readableByOthers(Path file) {
    return file + " holds keys and every user can read it; chmod o-r would change that";
  }

  /** Whether every user of the host can read a file. */
  static boolean othersCanRead(Path file) {
    try {
      // Of pipes, such as a shell's <(...), the permissions mean nothing.
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
