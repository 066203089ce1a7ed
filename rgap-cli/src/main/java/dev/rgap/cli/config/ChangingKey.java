package dev.rgap.cli.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The key in a file that may be exchanged while an agent runs. Whoever asks for the key makes it
 * look at the file, once a second at most, and read it if its time, its size or the file itself is
 * another one. What can't be used is said once, and the key stays as it is. Safe for all threads.
 */
public final class ChangingKey implements Supplier<PreSharedKey> {

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * A file that was written so shortly before may be written again without its time telling: times
   * of files have a resolution, of two seconds at worst.
   */
  private static final long SETTLED_MICROS = TimeUnit.SECONDS.toMicros(2);

  private final Path file;
  private final HostClock clock;

  @GuardedBy("this")
  private PreSharedKey key;

  @GuardedBy("this")
  private long lookedAt;

  /** What the file was when it was read last; null if it may have changed since. */
  @GuardedBy("this")
  private @Nullable Stamp seen;

  /** What was wrong the last time, if something was. */
  @GuardedBy("this")
  private @Nullable String problem;

  /**
   * By which a change shows.
   *
   * @param modified in nanoseconds since the epoch
   * @param file which file it is, where the system tells files apart
   */
  private record Stamp(long modified, long size, @Nullable Object file) {

    /** Not equals: the JVM would make that of a record at run time. */
    boolean isSame(@Nullable Stamp other) {
      return other != null
          && modified == other.modified
          && size == other.size
          && Objects.equals(file, other.file);
    }
  }

  /**
   * A key that was read just now.
   *
   * @param file a regular file, or a link to one
   */
  public ChangingKey(Path file, PreSharedKey key, HostClock clock) {
    this.file = file;
    this.key = key;
    this.clock = clock;
    this.lookedAt = clock.nanoTime();
  }

  @Override
  public synchronized PreSharedKey get() {
    long now = clock.nanoTime();
    if (now - lookedAt >= PAUSE_NANOS) {
      lookedAt = now;
      look();
    }
    return key;
  }

  @GuardedBy("this")
  private void look() {
    try {
      // Before it is read: what is written meanwhile shows the next time.
      Stamp stamp = stamp();
      if (!stamp.isSame(seen)) {
        take(KeyFile.read(file));
        seen = clock.epochMicros() - stamp.modified / 1_000 > SETTLED_MICROS ? stamp : null;
      }
    } catch (IOException e) {
      failed("can't be read: " + FileAccess.reason(e));
    } catch (RuntimeException e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  private Stamp stamp() throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    if (!now.isRegularFile()) {
      throw new IOException("it is no regular file any more");
    }
    return new Stamp(now.lastModifiedTime().to(TimeUnit.NANOSECONDS), now.size(), now.fileKey());
  }

  @GuardedBy("this")
  private void take(PreSharedKey read) {
    if (!read.equals(key)) {
      key = read;
      log(Level.INFO, file + ": announcing with the key " + read.fingerprint() + " from now on");
      if (read.isExample()) {
        log(Level.WARNING, file + ": " + KeySource.EXAMPLE_KEY);
      }
      if (FileAccess.othersCanRead(file)) {
        log(Level.WARNING, FileAccess.readableByOthers(file));
      }
    } else if (problem != null) {
      log(Level.INFO, file + ": holds the key " + read.fingerprint() + " again");
    }
    problem = null;
  }

  @GuardedBy("this")
  private void failed(String what) {
    seen = null;
    if (!what.equals(problem)) {
      problem = what;
      log(
          Level.WARNING,
          file + ": " + what + "; still announcing with the key " + key.fingerprint());
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static void log(Level level, String line) {
    System.getLogger(ChangingKey.class.getName()).log(level, line);
  }
}
