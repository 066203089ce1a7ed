package dev.rgap.host.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new file that may take the place of another one in its directory. Until it is moved it is
 * empty, then filled; what is left of it is deleted at {@link #close}.
 *
 * <pre>
 *   make -> give owner and mode -> fill -> show -> move
 * </pre>
 */
abstract class Candidate implements Closeable {

  /** Where its content is written to, whatever its name stands for meanwhile. */
  private final FileChannel channel;

  private boolean moved;

  Candidate(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes one.
   *
   * @param file whose place it may take; if it is there, and nobody can exchange it meanwhile, the
   *     new one gets all its attributes, also those that Java doesn't know
   * @param path its own name in the same directory
   * @param safe whether nobody else can rename in the directory
   * @throws FileAlreadyExistsException if there is something of this name
   */
  static Candidate make(Path file, Path path, boolean safe) throws IOException {
    try {
      return safe ? PlainCandidate.make(file, path) : ShieldedCandidate.make(path);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Path directory = Disk.directory(file);
      if (Files.isDirectory(directory) && Files.getFileStore(directory).isReadOnly()) {
        throw new Disk.ReadOnlyException(e);
      }
      throw e;
    }
  }

  /** Its owner and mode. */
  abstract Ownership ownership() throws IOException;

  /** Gives it an owner and a mode. */
  abstract void give(Ownership ownership) throws IOException;

  /** Makes it unreadable for all others. */
  abstract void hide() throws IOException;

  /** Writes all that is to be in it, and brings it to the disk. Called once. */
  final void fill(byte[] content) throws IOException {
    Disk.writeAll(channel, content, 0, content.length);
    channel.close();
  }

  /**
   * Lets others see it in the directory.
   *
   * @param shown the name that they are to see, if it has none yet that they can see
   */
  abstract Path show(Path shown) throws IOException;

  /**
   * Renames it, in its directory, over what is there.
   *
   * @throws java.nio.file.NoSuchFileException if it was deleted meanwhile
   * @throws IOException if it can't be renamed, or is no longer the file that was made
   */
  final void moveTo(Path target) throws IOException {
    rename(target);
    moved = true;
  }

  abstract void rename(Path target) throws IOException;

  /** Deletes it if it is still there, and all else that was made for it. */
  abstract void delete(boolean moved) throws IOException;

  @Override
  public final void close() throws IOException {
    try (channel) {
      delete(moved);
    }
  }
}
