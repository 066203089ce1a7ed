package dev.rgap.host.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Brings whole contents to the disk: what has been written here survives a power failure. */
final class Disk {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private Disk() {}

  /** A file can't be made because its file system is mounted read-only. */
  static final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1L;

    private ReadOnlyException(IOException cause) {
      super("the file system is read-only", cause);
    }
  }

  /** The directory that a file is in. */
  static Path directory(Path file) {
    return file.resolveSibling("");
  }

  /** Makes a file that only its owner can read; none is left if it can't be written whole. */
  static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      writeAll(channel, content, 0, content.length);
    } catch (FileAlreadyExistsException e) {
      throw e; // not ours to delete
    } catch (IOException e) {
      Files.deleteIfExists(file);
      Path directory = directory(file);
      if (Files.isDirectory(directory) && Files.getFileStore(directory).isReadOnly()) {
        throw new ReadOnlyException(e);
      }
      throw e;
    }
  }

  /**
   * Overwrites a file. Writes what makes the file longer first: for that, there may be no room on
   * the disk.
   */
  static void overwrite(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long length = channel.size();
      int head = (int) Math.min(length, content.length);
      try {
        writeAll(channel.position(head), content, head, content.length);
      } catch (IOException e) {
        channel.truncate(length);
        throw e;
      }
      writeAll(channel.position(0), content, 0, head);
      channel.truncate(content.length);
      channel.force(true);
    }
  }

  private static void writeAll(FileChannel channel, byte[] content, int from, int to)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(content, from, to - from);
    while (buffer.hasRemaining()) {
      int _ = channel.write(buffer);
    }
    channel.force(true);
  }

  /** Makes what was renamed in a file's directory last. */
  static void syncDirectory(Path file) throws IOException {
    try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
