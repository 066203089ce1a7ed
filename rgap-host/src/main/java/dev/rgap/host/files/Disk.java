package dev.rgap.host.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Brings whole contents to the disk: what has been written here survives a power failure. */
final class Disk {

  /** The permissions of what only its owner may read. */
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

  private static final byte[] NONE = {};
  private static final int CHUNK = 64 << 10;

  private Disk() {}

  /** A file can't be made because its file system is mounted read-only. */
  static final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1L;

    ReadOnlyException(IOException cause) {
      super("the file system is read-only", cause);
    }
  }

  /** No file can be made in a directory, though there may be one that can be written. */
  static final class NoCandidateException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What to say if there is none. */
    final IOException cause;

    NoCandidateException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /** The directory that a file is in. */
  static Path directory(Path file) {
    return file.resolveSibling("");
  }

  /** Makes a file that only its owner can read, to be written to. */
  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Whether a file has just this content; however long it is, little of it is read at a time. */
  static boolean holds(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, Set.of(READ, NOFOLLOW_LINKS))) {
      if (channel.size() != content.length) {
        return false;
      }
      ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK, content.length + 1));
      int at = 0;
      while (channel.read(chunk) >= 0) {
        int length = chunk.flip().remaining();
        if (length > content.length - at || !chunk.equals(ByteBuffer.wrap(content, at, length))) {
          return false;
        }
        at += length;
        chunk.clear();
      }
      return at == content.length;
    }
  }

  /**
   * A file's content.
   *
   * @throws IOException if it is longer than that
   */
  static byte[] read(Path file, int atMost) throws IOException {
    try (FileChannel channel = FileChannel.open(file, Set.of(READ, NOFOLLOW_LINKS));
        InputStream in = Channels.newInputStream(channel)) {
      byte[] content = channel.size() > atMost ? NONE : in.readNBytes(atMost);
      if (channel.size() > atMost) {
        throw new IOException(
            "it is longer than "
                + (atMost >> 20)
                + " MiB, more than is read; is it the right file?");
      }
      return content;
    }
  }

  /**
   * Overwrites a file. Writes what makes the file longer first: for that, there may be no room on
   * the disk.
   */
  static void overwrite(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.WRITE, NOFOLLOW_LINKS))) {
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

  /** Writes part of a content, and brings it to the disk. */
  static void writeAll(FileChannel channel, byte[] content, int from, int to) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(content, from, to - from);
    while (buffer.hasRemaining()) {
      int _ = channel.write(buffer);
    }
    channel.force(true);
  }

  /** Makes what was renamed in a file's directory last. */
  static void syncDirectory(Path file) throws IOException {
    try (FileChannel directory = FileChannel.open(directory(file), READ)) {
      directory.force(true);
    }
  }
}
