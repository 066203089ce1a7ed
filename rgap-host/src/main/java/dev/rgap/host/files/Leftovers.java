package dev.rgap.host.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The names of what is made beside a file, and what is done about it if a killed process has left
 * it there.
 *
 * <pre>
 *   .NAME.rgap-0123456789abcdef    a candidate, or a directory with one
 *   .rgap-0123456789abcdef.NAME    a candidate that a program looks at, which may go by how it ends
 *   .NAME.rgap-redo                what is being written in place
 * </pre>
 *
 * <p>Only the second ends as the file does: whoever reads all {@code *.json} of a directory takes
 * it for one of them, so it is only there while it is needed.
 */
final class Leftovers {

  private static final String INFIX = ".rgap-";
  private static final String REDO = "redo";
  private static final String RANDOM = "[0-9a-f]{16}";
  private static final int RANDOM_LENGTH = 16;

  /** The longest name of a file, in bytes, on nearly all file systems. */
  private static final int MAX_NAME = 255;

  private Leftovers() {}

  /** One that hardly anything else is called by. */
  static String random() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  /** The name of a candidate that nobody is to look at. */
  static Path hidden(Path file, String random) {
    return file.resolveSibling("." + shortened(file, true) + INFIX + random);
  }

  /** The name of a candidate that a program looks at. */
  static Path shown(Path file, String random) {
    return file.resolveSibling(INFIX + random + "." + shortened(file, false));
  }

  private static Path redo(Path file) {
    return hidden(file, REDO);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A name that leaves room for the rest; its end is kept, or its beginning. */
  private static String shortened(Path file, boolean beginning) {
    String name = name(file);
    int room = MAX_NAME - 1 - INFIX.length() - RANDOM_LENGTH;
    if (name.getBytes(UTF_8).length <= room) {
      return name;
    }
    // A hash tells names apart that are alike. No half of a surrogate pair is left: it would be
    // '?'.
    String hash = HexFormat.of().toHexDigits(name.hashCode());
    String part = name;
    while (part.getBytes(UTF_8).length > room - hash.length()) {
      int points = part.codePointCount(0, part.length());
      part =
          beginning
              ? part.substring(0, part.offsetByCodePoints(0, points - 1))
              : part.substring(part.offsetByCodePoints(0, 1));
    }
    return beginning ? part + hash : hash + part;
  }

  // --- what is written in place ------------------------------------------------------------------

  /**
   * Keeps what is about to be written in place.
   *
   * @return whether it is kept, so that it has to be forgotten in the end
   */
  static boolean keep(Candidate candidate, Path file) {
    try {
      candidate.moveTo(redo(file));
      return true;
    } catch (IOException e) {
      return false; // such as a directory that somebody has made: it must not stop all writing
    }
  }

  /**
   * What a file was to be before it became what it is now must not come back.
   *
   * @throws IOException if it can't be deleted, though it would be used
   */
  static void forget(Path file) throws IOException {
    Path redo = redo(file);
    if (Files.isDirectory(redo, NOFOLLOW_LINKS)) {
      return; // not ours, and never used
    }
    try {
      Files.deleteIfExists(redo);
    } catch (FileSystemException e) {
      if (Trust.isOwn(redo)) {
        throw e;
      }
    }
  }

  /**
   * Writes again what was being written in place when the process was killed.
   *
   * @param safe whether nobody else can rename in the directory
   * @throws IOException if somebody else may have put it there
   */
  static void redo(Path file, boolean safe) throws IOException {
    Path redo = redo(file);
    if (!Files.isRegularFile(redo, NOFOLLOW_LINKS)) {
      return;
    }
    UserPrincipal owner = Files.getOwner(redo, NOFOLLOW_LINKS);
    if (!owner.equals(Trust.thisUser())
        && !(Files.exists(file) && Files.getOwner(file).equals(owner))) {
      throw new IOException(
          redo + " belongs to " + owner.getName() + ", so nothing is taken from it; delete it");
    }
    if (!safe) {
      throw new IOException(
          redo
              + " is in a directory that others can write to, so nothing is taken from it; the file"
              + " is written when the groups are ready");
    }
    Disk.overwrite(file, Disk.read(redo, Integer.MAX_VALUE));
    Files.delete(redo);
  }

  // --- candidates --------------------------------------------------------------------------------

  /** Deletes candidates, also of earlier versions. What only has such a name is left alone. */
  static void deleteCandidates(Path file) throws IOException {
    Pattern left =
        Pattern.compile(
            Pattern.quote(name(hidden(file, "")))
                + RANDOM
                + "|"
                + Pattern.quote(INFIX)
                + RANDOM
                + Pattern.quote("." + shortened(file, false)));
    try (DirectoryStream<Path> litter =
        Files.newDirectoryStream(
            Disk.directory(file), entry -> left.matcher(name(entry)).matches())) {
      for (Path entry : litter) {
        delete(entry);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Writing will say so.
    }
  }

  private static void delete(Path entry) throws IOException {
    if (!Files.isDirectory(entry, NOFOLLOW_LINKS)) {
      Files.deleteIfExists(entry);
      return;
    }
    try {
      ShieldedCandidate.deleteLeft(entry);
    } catch (IOException e) {
      // It only takes up a name.
    }
  }
}
