package dev.rgap.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What some files are like at one time, to be held against what they are like later. A file that
 * was written, replaced by a rename, or reached through a symbolic link that leads elsewhere now,
 * is another one; reading it or changing its permissions is no change.
 */
public final class FileStamps {

  /** What a file is like; a name that leads nowhere has none. */
  private record Stamp(Path real, @Nullable Object key, long size, FileTime modified) {}

  private final Map<Path, @Nullable Stamp> stamps = new HashMap<>();

  /** Of no file. */
  public FileStamps() {}

  /** Adds what a file is like now, unless it is known what it was like. */
  public void add(Path file) {
    if (!stamps.containsKey(file)) {
      stamps.put(file, stamp(file));
    }
  }

  /** Adds what those of others are like now that are not known. */
  public void addAll(FileStamps others) {
    others.stamps.keySet().forEach(this::add);
  }

  /** What the same files are like now. */
  public FileStamps now() {
    FileStamps now = new FileStamps();
    now.addAll(this);
    return now;
  }

  private static @Nullable Stamp stamp(Path file) {
    try {
      Path real = file.toRealPath();
      BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
      return new Stamp(real, now.fileKey(), now.size(), now.lastModifiedTime());
    } catch (IOException e) {
      return null; // is not there, or between two
    }
  }

  /** Whether all files are as they were. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FileStamps that && stamps.equals(that.stamps);
  }

  @Override
  public int hashCode() {
    return stamps.hashCode();
  }
}
