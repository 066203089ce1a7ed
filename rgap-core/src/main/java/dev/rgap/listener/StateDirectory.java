package dev.rgap.listener;

import dev.rgap.protocol.AnnouncementCodec;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
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
 * it has hit. Nothing is forced to the disk: what a crash of the whole host leaves of a file shows
 * in its signatures.
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

  private static final String MEMBERS = "members";
  private static final String NEXT = "members.new";
  private static final String BAD = "members.bad";
  private static final String LOCK = "lock";

  private final Path directory;
  private final StateFiles files;
  private @Nullable Closeable lock;

  /**
   * Reads and writes nothing yet.
   *
   * @param directory for people
   * @param files those in it
   */
  StateDirectory(Path directory, StateFiles files) {
    this.directory = directory;
    this.files = files;
  }

  /** What is read and written. */
  Path file() {
    return directory.resolve(MEMBERS);
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
    try (InputStream in = files.read(MEMBERS)) {
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
          "is of version %s, and this program knows version %s only"
              .formatted(header.group(1), VERSION));
    }
    return Integer.parseInt(header.group(2));
  }

  /** Gives what was written last another name, so that it can be looked at. */
  Path setAside() throws IOException {
    files.move(MEMBERS, BAD);
    return directory.resolve(BAD);
  }

  // --- writing -----------------------------------------------------------------------------------

  /** Replaces what was written last, as a whole or not at all. */
  void write(int groups, Content content) throws IOException {
    if (lock == null) {
      lock = files.lock(LOCK);
    }
    files.deleteIfExists(NEXT);
    try {
      try (OutputStream out = files.create(NEXT)) {
        byte[] header =
            (MAGIC + VERSION + ", groups: " + groups + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(Arrays.copyOf(header, AnnouncementCodec.SIZE));
        content.writeTo(out);
      }
      files.move(NEXT, MEMBERS);
    } catch (IOException | RuntimeException | Error e) {
      files.deleteIfExists(NEXT);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
