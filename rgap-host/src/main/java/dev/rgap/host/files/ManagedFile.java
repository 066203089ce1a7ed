package dev.rgap.host.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that is replaced as a whole: a reader sees the old content or the new, never a part.
 *
 * <pre>
 *   equal? ---yes--> done: UNCHANGED
 *     | no
 *   candidate made, in the same directory; owner and mode, content, fsync
 *     |        \ the directory can't be written, but the file can ----------+
 *   check        \ the owner can't be kept, but the file can be written --+ |
 *     |                                                                   | |
 *   rename over NAME, fsync of the directory: REPLACED                    | |
 *     | can't be renamed over (a bind mount), or is not to be             | |
 *     +------------------------------------------------------------------>+ |
 *                            rename to .NAME.rgap-redo, write NAME in place |
 *                            from the start, cut it, fsync, delete the redo |
 *                            file: IN_PLACE                                 |
 *                                             check, write NAME in place: IN_PLACE
 * </pre>
 *
 * <p>After a kill there may be a candidate, which nobody needs, or a redo file, which is complete
 * and from which the writing is done again ({@link Leftovers}). A symbolic link is followed, and
 * stays; but one that belongs to neither root nor this user only leads to what belongs to the same
 * user as the link.
 *
 * <p>Mode, owner and group of a file are kept, and so are its ACL and its other attributes, unless
 * others can write to its directory or it is very long.
 */
@StableApi
public final class ManagedFile {

  private static final int MAX_LINKS = 40;

  /** Times that another name is tried. */
  private static final int MAX_NAMES = 8;

  private final Path path;
  private final WantedOwnership wanted;
  private final Placement placement;

  /** The same each time, so that messages that have it in them are, too. */
  private String random = Leftovers.random();

  /** How a new content gets to where the old one is. */
  public enum Placement {
    /** By a new file that takes the place of the old one, wherever that can be. */
    REPLACE,
    /**
     * Into the file itself, if there is one, for those who hold it by something else than its name:
     * a container into which it is mounted by itself.
     */
    IN_PLACE
  }

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
    this(path, wanted, Placement.REPLACE);
  }

  /**
   * Stands for a file, which need not exist.
   *
   * @param wanted what mode and owner it is to have
   * @param placement how it is to be written
   */
  public ManagedFile(Path path, WantedOwnership wanted, Placement placement) {
    this.path = path;
    this.wanted = wanted;
    this.placement = placement;
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
    return read(Integer.MAX_VALUE);
  }

  /**
   * The content, or nothing if there is no such file.
   *
   * @param atMost how many bytes may be in it
   * @throws IOException if it is no regular file, or longer, or can't be read
   */
  public Optional<byte[]> read(int atMost) throws IOException {
    return explained(() -> {
      Path file = realPath();
      requireRegular(file);
      try {
        return Optional.of(Disk.read(file, atMost));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    });
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
    Path foreign = null;
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MAX_LINKS) {
        throw new IOException("its symbolic links lead in a circle");
      }
      if (!Trust.isOwn(file)) {
        foreign = file;
      }
      file = file.resolveSibling(Files.readSymbolicLink(file));
    }
    Path directory = Disk.directory(file);
    if (Files.isDirectory(directory)) {
      // What leads to it is not followed again: somebody may let it lead elsewhere.
      file = directory.toRealPath().resolve(String.valueOf(file.getFileName()));
    }
    if (foreign != null) {
      requireSameOwner(foreign, Files.exists(file) ? file : directory);
    }
    return file;
  }

  /** Whose link it is may not decide about files of others. */
  private static void requireSameOwner(Path link, Path target) throws IOException {
    UserPrincipal owner = Files.getOwner(link, NOFOLLOW_LINKS);
    if (Files.exists(target) && !Files.getOwner(target).equals(owner)) {
      throw new IOException(
          "the symbolic link "
              + link
              + " belongs to "
              + owner.getName()
              + ", and what it leads to does not; name "
              + target
              + " itself, or let the link belong to "
              + System.getProperty("user.name"));
    }
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
    requireRegular(file);
    Ownership old = Files.exists(file, NOFOLLOW_LINKS) ? Ownership.of(file) : null;
    boolean safe = Files.isDirectory(Disk.directory(file)) && Trust.isSafe(Disk.directory(file));
    if (old != null && Disk.holds(file, content)) {
      Ownership own = Ownership.wanted(wanted, old, old);
      if (safe || own.equals(old)) {
        own.give(Ownership.view(file));
        Leftovers.forget(file);
        return Outcome.UNCHANGED;
      }
      // Elsewhere somebody could exchange the file before it gets them: a new one takes its place.
    }
    Outcome outcome = write(file, content, check, old, safe);
    if (outcome == Outcome.IN_PLACE) {
      giveInPlace(file, safe);
    }
    return outcome;
  }

  private Outcome write(
      Path file, byte[] content, Check check, @Nullable Ownership old, boolean safe)
      throws IOException {
    boolean checked = !check.equals(Check.NONE);
    try (Candidate candidate = candidate(file, checked && safe, safe)) {
      boolean owned = own(candidate, file, old);
      candidate.fill(content);
      if (checked) {
        check.check(candidate.show(Leftovers.shown(file, random)));
      }
      boolean replace = owned && (old == null || placement == Placement.REPLACE);
      if (replace && renamed(candidate, file, old)) {
        Leftovers.forget(file);
        Disk.syncDirectory(file);
        return Outcome.REPLACED;
      }
      boolean kept = Leftovers.keep(candidate, file);
      if (kept) {
        Disk.syncDirectory(file);
      }
      Disk.overwrite(file, content);
      if (kept) {
        Leftovers.forget(file);
      }
      return Outcome.IN_PLACE;
    } catch (Disk.NoCandidateException e) {
      if (old == null || !Files.isWritable(file)) {
        throw e.cause;
      }
      return writeWithoutCandidate(file, content, check);
    }
  }

  private Candidate candidate(Path file, boolean shown, boolean safe) throws IOException {
    for (int names = 1; ; names++) {
      Path name = shown ? Leftovers.shown(file, random) : Leftovers.hidden(file, random);
      try {
        return Candidate.make(file, name, safe);
      } catch (FileAlreadyExistsException e) {
        if (names == MAX_NAMES) {
          throw e;
        }
        random = Leftovers.random();
      } catch (AccessDeniedException | Disk.ReadOnlyException e) {
        throw new Disk.NoCandidateException(e);
      }
    }
  }

  /** The mode and owner that are wanted, for a file that could not be exchanged for another. */
  private void giveInPlace(Path file, boolean safe) throws IOException {
    Ownership present = Ownership.of(file);
    Ownership own = Ownership.wanted(wanted, present, present);
    if (!own.equals(present) && !safe) {
      throw new IOException(
          "others can write to its directory, so it can't be given its mode and owner safely; set"
              + " them by hand, or leave 'mode' and 'owner' out");
    }
    own.give(Ownership.view(file));
  }

  /** Gives a candidate its owner and mode; returns false if that can't be but needs not. */
  private boolean own(Candidate candidate, Path file, @Nullable Ownership old) throws IOException {
    try {
      candidate.give(Ownership.wanted(wanted, old, candidate.ownership()));
      return true;
    } catch (FileSystemException e) {
      // Overwriting keeps the owner; but not if another one is wanted.
      boolean keeps = wanted.user().isEmpty() && wanted.group().isEmpty();
      if (old == null || !keeps || !Files.isWritable(file)) {
        throw e;
      }
      candidate.hide();
      return false;
    }
  }

  /** Renames; returns false if the file can't be renamed over but can be written. */
  private static boolean renamed(Candidate candidate, Path file, @Nullable Ownership old)
      throws IOException {
    try {
      candidate.moveTo(file);
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
  private Outcome writeWithoutCandidate(Path file, byte[] content, Check check) throws IOException {
    if (!check.equals(Check.NONE)) {
      Path elsewhere = Path.of(System.getProperty("java.io.tmpdir")).resolve(file.getFileName());
      boolean safe = Trust.isSafe(Disk.directory(elsewhere));
      try (Candidate candidate = candidate(elsewhere, safe, safe)) {
        candidate.fill(content);
        check.check(candidate.show(Leftovers.shown(elsewhere, random)));
      } catch (Disk.NoCandidateException e) {
        throw e.cause;
      }
    }
    Disk.overwrite(file, content);
    return Outcome.IN_PLACE;
  }

  /**
   * Ends what a process that was killed has left behind. To be called before the first write.
   *
   * @throws IOException if something was left and can't be dealt with; writing works all the same
   */
  public void recover() throws IOException {
    explained(() -> {
      Path file = realPath();
      Path directory = Disk.directory(file);
      if (Files.isDirectory(directory)) {
        Leftovers.deleteCandidates(file);
        Leftovers.redo(file, Trust.isSafe(directory));
      }
      return Outcome.UNCHANGED;
    });
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
