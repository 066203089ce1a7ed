package dev.rgap.listener;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.rgap.protocol.AnnouncementCodec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files in which a listener keeps its members.
 *
 * <pre>
 *   members       what was written last: records of {@value AnnouncementCodec#SIZE} bytes
 *   members.new   is being written, and takes the place of members when that is done
 *   members.bad   what could not be understood, the last time that this was so
 *   lock          held by the process that writes
 *
 *   members  | "rgap state 1, groups: 2" | announcement | ... | end | announcement | ... | end |
 *              and zeros                   `--- of the first group ---'
 * </pre>
 *
 * <p>Where a record begins is known whatever is in the one before it: damage costs the records that
 * it has hit. Only the owner can read the files. Nothing is forced to the disk: what a crash of the
 * whole host leaves of a file shows in its signatures.
 */
final class StateDirectory implements AutoCloseable {

  /** Takes what stands in the file. */
  interface Visitor {
    /** A record; the array is used again. */
    void record(byte[] bytes);
  }

  /** Writes records. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What was read was no whole file of this kind; the message says why. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  private static final String MAGIC = "rgap state ";
  private static final int VERSION = 1;
  private static final Pattern HEADER =
      Pattern.compile(MAGIC + "(\\d{1,9}), groups: (\\d{1,9})\n\0*");
  private static final int BUFFER = 1 << 16;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final Path file;
  private @Nullable FileChannel lock;

  StateDirectory(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("members");
  }

  /** What is read and written. */
  Path file() {
    return file;
  }

  // --- reading -----------------------------------------------------------------------------------

  /**
   * Reads what was written last.
   *
   * @return how many groups the records are of; nothing if there is no file
   * @throws DamagedException if it is not a whole file of this kind; the records that could be read
   *     were shown before
   */
  OptionalInt read(Visitor visitor) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] record = new byte[AnnouncementCodec.SIZE];
      int groups = readHeader(Arrays.copyOf(record, in.readNBytes(record, 0, record.length)));
      byte[] buffer = new byte[record.length * 1_024];
      for (int length; (length = in.readNBytes(buffer, 0, buffer.length)) > 0; ) {
        for (int at = 0; at < length; at += record.length) {
          if (length - at < record.length) {
            throw new DamagedException("was cut off");
          }
          System.arraycopy(buffer, at, record, 0, record.length);
          visitor.record(record);
        }
      }
      return OptionalInt.of(groups);
    } catch (NoSuchFileException e) {
      return OptionalInt.empty();
    }
  }

  private static int readHeader(byte[] bytes) throws DamagedException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher header = HEADER.matcher(text);
    if (!header.matches()) {
      throw new DamagedException(
          bytes.length == 0 ? "is empty" : "does not begin as a file of members does");
    }
    if (!header.group(1).equals(Integer.toString(VERSION))) {
      throw new DamagedException(
          "is of version %s, and this program knows version %d only"
              .formatted(header.group(1), VERSION));
    }
    return Integer.parseInt(header.group(2));
  }

  /** Gives what was written last another name, so that it can be looked at. */
  Path setAside() throws IOException {
    return Files.move(file, directory.resolve("members.bad"), StandardCopyOption.REPLACE_EXISTING);
  }

  // --- writing -----------------------------------------------------------------------------------

  /** Replaces what was written last, as a whole or not at all. */
  void write(int groups, Content content) throws IOException {
    takeLock();
    Path next = directory.resolve("members.new");
    Files.deleteIfExists(next);
    try {
      try (OutputStream out = create(next)) {
        byte[] header =
            (MAGIC + VERSION + ", groups: " + groups + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(Arrays.copyOf(header, AnnouncementCodec.SIZE));
        content.writeTo(out);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(next);
      throw e;
    }
  }

  private static OutputStream create(Path path) throws IOException {
    return new BufferedOutputStream(
        Channels.newOutputStream(FileChannel.open(path, Set.of(CREATE_NEW, WRITE), OWNER_ONLY)),
        BUFFER);
  }

  private void takeLock() throws IOException {
    if (lock != null) {
      return;
    }
    Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    FileChannel channel =
        FileChannel.open(directory.resolve("lock"), Set.of(CREATE, WRITE), OWNER_ONLY);
    try {
      if (channel.tryLock() != null) {
        lock = channel;
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Another listener of this process.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    throw new IOException(directory + " is used by another listener: give each its own");
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
