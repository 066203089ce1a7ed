package dev.rgap.listener;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Those of a directory on this host; only the owner can read them. */
final class DiskFiles implements StateFiles {

  private static final int BUFFER = 1 << 16;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;

  DiskFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return Files.newInputStream(directory.resolve(name));
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Path path = directory.resolve(name);
    return new BufferedOutputStream(
        Channels.newOutputStream(FileChannel.open(path, Set.of(CREATE_NEW, WRITE), OWNER_ONLY)),
        BUFFER);
  }

  @Override
  public void move(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void deleteIfExists(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public Closeable lock(String name) throws IOException {
    Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    FileChannel channel =
        FileChannel.open(directory.resolve(name), Set.of(CREATE, WRITE), OWNER_ONLY);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another listener of this process.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new IOException(directory + " is used by another listener: give each its own");
    }
    return channel;
  }
}
