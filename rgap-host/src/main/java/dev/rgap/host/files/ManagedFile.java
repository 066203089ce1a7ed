package dev.rgap.host.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that is replaced as a whole: a reader sees the old content or the new, never a part.
 *
 * <pre>
 *   equal? ---yes--> done: UNCHANGED
 *     | no
 *   .NAME.rgap-X made, in the same directory: content, fsync, owner and mode
 *     |        \ the directory can't be written, but the file can ----------+
 *   check        \ the owner can't be kept, but the file can be written --+ |
 *     |                                                                   | |
 *   rename over NAME, fsync of the directory: REPLACED                    | |
 *     | can't be renamed over (a bind mount)                              | |
 *     +------------------------------------------------------------------>+ |
 *                            rename to .NAME.rgap-redo, write NAME in place |
 *                            from the start, cut it, fsync, delete the redo |
 *                            file: IN_PLACE                                 |
 *                                             check, write NAME in place: IN_PLACE
 * </pre>
 *
 * <p>After a kill there may be a {@code .NAME.rgap-X}, which nobody needs, or a redo file, which is
 * complete and from which the writing is done again. A symbolic link is followed, and stays. Mode,
 * owner and group of a file are kept; ACLs and SELinux labels can't be read or set by the JDK and
 * are kept only in place.
 */
@StableApi
public final class ManagedFile {

  private static final String INFIX = ".rgap-";
  private static final String REDO = "redo";

  /** The longest name of a file, in bytes, on nearly all file systems. */
  private static final int MAX_NAME = 255;

  private static final int MAX_LINKS = 40;

  private final Path path;
  private final WantedOwnership wanted;

  /** What a write did. */
  public enum Outcome {
    /** Nothing: the file was as it should be. */
    UNCHANGED,
    /** Another file has taken its place. */
    REPLACED,
    /** It was overwritten, and a reader may have seen part of it. */
    IN_PLACE
  }

  /** A file must not be replaced by what was to be written. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A refusal for this reason. */
    public RefusedException(String message) {
      super(message);
    }
  }

  /** Looks at a file that is to take the place of the old one. */
  @FunctionalInterface
  public interface Check {
    /** Lets everything pass, and needs no file to look at. */
    Check NONE = candidate -> {};

    /**
     * Looks at it.
     *
     * @throws RefusedException if the old one is to stay
     */
    void check(Path candidate) throws IOException;
  }

  /**
   * Stands for a file, which need not exist.
   *
   * @param wanted what mode and owner it is to have
   */
  public ManagedFile(Path path, WantedOwnership wanted) {
    this.path = path;
    this.wanted = wanted;
  }

  /** The file's name as it was given. */
  public Path path() {
    return path;
  }

  /**
   * The content, or nothing if there is no such file.
   *
   * @throws IOException if it is no regular file, or can't be read
   */
  public Optional<byte[]> read() throws IOException {
    return explained(() -> read(realPath()));
  }

  private static Optional<byte[]> read(Path file) throws IOException {
    requireRegular(file);
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** A device, pipe or directory is never replaced, and a pipe would never end being read. */
  private static void requireRegular(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a directory; name a file in it");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it is no regular file, and devices and pipes are not replaced");
    }
  }

  /** Where the file itself is, whatever links lead to it; it need not exist. */
  private Path realPath() throws IOException {
    Path file = path.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MAX_LINKS) {
        throw new IOException("its symbolic links lead in a circle");
      }
      file = file.resolveSibling(Files.readSymbolicLink(file));
    }
    return file;
  }

  // --- writing -----------------------------------------------------------------------------------

  /**
   * Makes sure that the file has this content, and the mode and owner that it is to have.
   *
   * @param check sees the new file before anybody else does; is not asked if nothing changes
   * @throws IOException if it can't be written, or the check refuses it; the file is as it was,
   *     unless it had to be overwritten in place
   */
  public Outcome write(byte[] content, Check check) throws IOException {
    return explained(() -> write(realPath(), content, check));
  }

  private Outcome write(Path file, byte[] content, Check check) throws IOException {
    Ownership old = Files.exists(file) ? Ownership.of(file) : null;
    if (old != null && read(file).filter(present -> Arrays.equals(present, content)).isPresent()) {
      Ownership.wanted(wanted, old, old).give(file);
      forgetRedo(file);
      return Outcome.UNCHANGED;
    }
    requireRegular(file);
    Path candidate = file.resolveSibling(temporaryName(file, randomSuffix()));
    try {
      Disk.create(candidate, content);
    } catch (AccessDeniedException | Disk.ReadOnlyException e) {
      if (old == null || !Files.isWritable(file)) {
        throw e;
      }
      return writeWithoutCandidate(file, content, check);
    }
    boolean redone = false;
    try {
      boolean owned = own(candidate, file, old);
      check.check(candidate);
      if (owned && renamed(candidate, file, old)) {
        forgetRedo(file);
        Disk.syncDirectory(file);
        return Outcome.REPLACED;
      }
      Path redo = redo(file);
      Files.move(candidate, redo, StandardCopyOption.ATOMIC_MOVE);
      Disk.syncDirectory(file);
      redone = true;
      Disk.overwrite(file, content);
      Files.delete(redo);
      return Outcome.IN_PLACE;
    } finally {
      if (!redone) {
        Files.deleteIfExists(candidate);
      }
    }
  }

  /** Gives a candidate its owner and mode; returns false if that can't be but needs not. */
  private boolean own(Path candidate, Path file, @Nullable Ownership old) throws IOException {
    Ownership own = Ownership.of(candidate);
    try {
      Ownership.wanted(wanted, old, own).give(candidate);
      return true;
    } catch (FileSystemException e) {
      // Overwriting keeps the owner; but not if another one is wanted.
      boolean keeps = wanted.user().isEmpty() && wanted.group().isEmpty();
      if (old == null || !keeps || !Files.isWritable(file)) {
        throw e;
      }
      return false;
    }
  }

  /** Renames; returns false if the file can't be renamed over but can be written. */
  private static boolean renamed(Path candidate, Path file, @Nullable Ownership old)
      throws IOException {
    try {
      Files.move(candidate, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      throw new IOException("its temporary file was deleted by somebody else", e);
    } catch (FileSystemException e) {
      if (old == null || !Files.isWritable(file)) {
        throw e;
      }
      return false;
    }
  }

  /** For a directory that can't be written: the check sees a file elsewhere, if there is one. */
  private static Outcome writeWithoutCandidate(Path file, byte[] content, Check check)
      throws IOException {
    if (!check.equals(Check.NONE)) {
      Path candidate = Files.createTempFile("rgap-", null);
      try {
        Files.write(candidate, content);
        check.check(candidate);
      } finally {
        Files.deleteIfExists(candidate);
      }
    }
    Disk.overwrite(file, content);
    return Outcome.IN_PLACE;
  }

  // --- what a killed program leaves --------------------------------------------------------------

  /**
   * Ends what a process that was killed has left behind. To be called before the first write.
   *
   * @throws IOException if something was left and can't be dealt with; writing works all the same
   */
  public void recover() throws IOException {
    explained(() -> {
      Path file = realPath();
      Path redo = redo(file);
      if (Files.isRegularFile(redo, LinkOption.NOFOLLOW_LINKS)) {
        requireOwn(redo, file);
        Disk.overwrite(file, Files.readAllBytes(redo));
        Files.delete(redo);
      }
      Pattern left = Pattern.compile(Pattern.quote(temporaryName(file, "")) + "[0-9a-f]{16}");
      try (DirectoryStream<Path> litter =
          Files.newDirectoryStream(
              Disk.directory(file), entry -> left.matcher(name(entry)).matches())) {
        for (Path entry : litter) {
          Files.deleteIfExists(entry);
        }
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Writing will say so.
      }
      return Outcome.UNCHANGED;
    });
  }

  private static Path redo(Path file) {
    return file.resolveSibling(temporaryName(file, REDO));
  }

  /** What the file was to be before it became what it is now must not come back. */
  private static void forgetRedo(Path file) throws IOException {
    Files.deleteIfExists(redo(file));
  }

  /** In a directory that others can write to, somebody may have put it there. */
  private static void requireOwn(Path redo, Path file) throws IOException {
    UserPrincipal owner = Files.getOwner(redo, LinkOption.NOFOLLOW_LINKS);
    boolean own = owner.getName().equals(System.getProperty("user.name"));
    if (!own && !(Files.exists(file) && Files.getOwner(file).equals(owner))) {
      throw new IOException(
          redo + " belongs to " + owner.getName() + ", so nothing is taken from it; delete it");
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String randomSuffix() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  private static String temporaryName(Path file, String suffix) {
    String name = name(file);
    int room = MAX_NAME - 1 - INFIX.length() - 16;
    if (name.getBytes(UTF_8).length <= room) {
      return "." + name + INFIX + suffix;
    }
    // A hash tells names apart that begin alike.
    String hash = HexFormat.of().toHexDigits(name.hashCode());
    String stem = name;
    while (stem.getBytes(UTF_8).length > room - hash.length()) {
      stem = stem.substring(0, stem.length() - 1);
    }
    return "." + stem + hash + INFIX + suffix;
  }

  // --- faults ------------------------------------------------------------------------------------

  private interface Action<T> {
    T run() throws IOException;
  }

  /** Says of what a file system complains which file it is about, and what to do. */
  private <T> T explained(Action<T> action) throws IOException {
    try {
      return action.run();
    } catch (RefusedException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw new IOException(
          path
              + ": user "
              + System.getProperty("user.name")
              + " may not access "
              + e.getFile()
              + "; the file's directory has to be writable",
          e);
    } catch (NoSuchFileException e) {
      Path directory = Disk.directory(realPath());
      throw new IOException(
          path
              + ": "
              + (Files.isDirectory(directory)
                  ? "no file can be made in " + directory
                  : "the directory " + directory + " does not exist"),
          e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.toString() : e.getReason();
      throw new IOException(path + ": " + reason, e);
    } catch (IOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }
}
