package dev.rgap.host.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A candidate in a directory where nobody else can rename: its name stands for it.
 *
 * <p>It begins as a copy of the file: that is the one way in which the JDK hands on POSIX ACLs and
 * SELinux labels, which it can't read.
 */
final class PlainCandidate extends Candidate {

  /** What is longer is no file of ours: it is replaced, but not copied for its attributes. */
  private static final long GREATEST_COPY = 64L << 20;

  private final Path path;
  private final @Nullable Object key;

  private PlainCandidate(FileChannel channel, Path path) throws IOException {
    super(channel);
    this.path = path;
    this.key = key(path);
  }

  static PlainCandidate make(Path file, Path path) throws IOException {
    FileChannel channel = null;
    if (Files.isRegularFile(file, NOFOLLOW_LINKS) && Files.size(file) <= GREATEST_COPY) {
      channel = copy(file, path);
    }
    if (channel == null) {
      channel = Disk.create(path);
    }
    return new PlainCandidate(channel, path);
  }

  /** Opens an empty file with the attributes of another one, or nothing if there can't be one. */
  private static @Nullable FileChannel copy(Path file, Path path) throws IOException {
    if (Files.exists(path, NOFOLLOW_LINKS)) {
      return null; // to be said by who makes it
    }
    try {
      Path _ = Files.copy(file, path, StandardCopyOption.COPY_ATTRIBUTES, NOFOLLOW_LINKS);
      Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
      mode.addAll(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS));
      if (mode.add(PosixFilePermission.OWNER_WRITE)) {
        Path _ = Files.setPosixFilePermissions(path, mode);
      }
      return FileChannel.open(
          path,
          Set.of(StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, NOFOLLOW_LINKS));
    } catch (IOException e) {
      Files.deleteIfExists(path);
      return null;
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Ownership.attributes(path).fileKey();
  }

  @Override
  Ownership ownership() throws IOException {
    return Ownership.of(path);
  }

  @Override
  void give(Ownership ownership) throws IOException {
    ownership.give(Ownership.view(path));
  }

  @Override
  void hide() throws IOException {
    Ownership.view(path).setPermissions(Disk.OWNER_ONLY);
  }

  @Override
  Path show(Path shown) {
    return path;
  }

  @Override
  void rename(Path target) throws IOException {
    if (key != null && !key.equals(key(path))) {
      throw new IOException("its temporary file was exchanged by somebody else");
    }
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  void delete(boolean moved) throws IOException {
    if (!moved) {
      Files.deleteIfExists(path);
    }
  }
}
