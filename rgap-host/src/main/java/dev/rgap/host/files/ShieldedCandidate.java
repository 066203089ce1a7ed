package dev.rgap.host.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A candidate in a directory where others can rename, too: between two steps, they could put a link
 * in its place, and get the owner and the mode that were meant for it set on another file.
 *
 * <pre>
 *   DIRECTORY            held open; others rename here as they like
 *     .NAME.rgap-X/      ours alone (0700), looked at after it was opened, and held open
 *       new              made, given its owner and mode, filled
 *     .rgap-X.NAME       moved here for the check, and from then on nothing is set any more
 * </pre>
 */
final class ShieldedCandidate extends Candidate {

  private static final Set<PosixFilePermission> ONLY_OURS =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> AS_ONLY_OURS =
      PosixFilePermissions.asFileAttribute(ONLY_OURS);

  /** The candidate's name within. */
  private static final Path NEW = Path.of("new");

  /** What is held open of the directory and of the one in it. */
  private record Room(
      SecureDirectoryStream<Path> directory, Path path, Path shell, SecureDirectoryStream<Path> in)
      implements AutoCloseable {

    /** Whether nobody else can have put anything into it. */
    boolean isOurs() throws IOException {
      PosixFileAttributes attributes =
          in.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
      return attributes.owner().equals(Trust.thisUser())
          && attributes.permissions().equals(ONLY_OURS);
    }

    void clear() throws IOException {
      deleteIfExists(in, NEW);
      try {
        directory.deleteDirectory(shell);
      } catch (IOException e) {
        // Whoever has put something else there may keep it.
      }
    }

    @Override
    public void close() throws IOException {
      try (directory) {
        in.close();
      }
    }
  }

  private final Room room;
  private final boolean ours;
  private final @Nullable Object key;

  /** Its name in the directory, once it can be seen there. */
  private @Nullable Path shown;

  private ShieldedCandidate(FileChannel channel, Room room) throws IOException {
    super(channel);
    this.room = room;
    this.ours = room.isOurs();
    this.key = attributes(room.in, NEW).fileKey();
  }

  /**
   * Makes one.
   *
   * @param path the name of the directory that is made for it
   */
  static Candidate make(Path path) throws IOException {
    SecureDirectoryStream<Path> directory = open(Disk.directory(path));
    Room room;
    try {
      Path _ = Files.createDirectory(path, AS_ONLY_OURS);
      Path shell = path.getFileName();
      room = new Room(directory, path, shell, directory.newDirectoryStream(shell, NOFOLLOW_LINKS));
    } catch (IOException | RuntimeException | Error e) {
      directory.close();
      throw e;
    }
    try {
      return new ShieldedCandidate(create(room.in), room);
    } catch (IOException | RuntimeException | Error e) {
      try (room) {
        room.clear();
      }
      throw e;
    }
  }

  /** Opens a directory, so that what happens in it doesn't depend on what its name stands for. */
  @SuppressWarnings("StreamResourceLeak") // closed by who gets it
  static SecureDirectoryStream<Path> open(Path directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("others can write to " + directory + ", and this system has no openat");
  }

  private static FileChannel create(SecureDirectoryStream<Path> directory) throws IOException {
    SeekableByteChannel channel =
        directory.newByteChannel(
            NEW,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(Disk.OWNER_ONLY));
    return (FileChannel) channel; // so says newByteChannel of the default file system
  }

  private static PosixFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    return directory
        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  private static void deleteIfExists(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    try {
      directory.deleteFile(name);
    } catch (NoSuchFileException e) {
      // Just as well.
    }
  }

  /** Deletes what a killed process has left of one; what is not like that stays. */
  static void deleteLeft(Path path) throws IOException {
    try (SecureDirectoryStream<Path> directory = open(Disk.directory(path))) {
      Path shell = path.getFileName();
      try (Room left =
          new Room(directory, path, shell, directory.newDirectoryStream(shell, NOFOLLOW_LINKS))) {
        left.clear();
      }
    }
  }

  @Override
  Ownership ownership() throws IOException {
    return Ownership.of(attributes(room.in, NEW));
  }

  @Override
  void give(Ownership ownership) throws IOException {
    if (ownership().equals(ownership)) {
      return;
    }
    if (!ours) {
      throw new FileSystemException(
          String.valueOf(room.path),
          null,
          "others can write to the directory, and what is made there doesn't belong to this user;"
              + " so no owner and no mode can be set safely");
    }
    ownership.give(view());
  }

  private PosixFileAttributeView view() {
    return room.in.getFileAttributeView(NEW, PosixFileAttributeView.class, NOFOLLOW_LINKS);
  }

  @Override
  void hide() throws IOException {
    if (ours) {
      view().setPermissions(Disk.OWNER_ONLY);
    }
  }

  @Override
  Path show(Path shown) throws IOException {
    rename(shown);
    this.shown = shown.getFileName();
    return shown;
  }

  @Override
  void rename(Path target) throws IOException {
    Path name = target.getFileName();
    if (shown == null) {
      room.in.move(NEW, room.directory, name);
      return;
    }
    Object now =
        room.directory
            .getFileAttributeView(shown, BasicFileAttributeView.class, NOFOLLOW_LINKS)
            .readAttributes()
            .fileKey();
    if (key != null && !key.equals(now)) {
      throw new IOException("its temporary file was exchanged by somebody else");
    }
    room.directory.move(shown, room.directory, name);
  }

  @Override
  void delete(boolean moved) throws IOException {
    try (room) {
      if (shown != null && !moved) {
        deleteIfExists(room.directory, shown);
      }
      room.clear();
    }
  }
}
