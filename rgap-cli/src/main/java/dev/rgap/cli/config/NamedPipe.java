package dev.rgap.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A pipe that has a name, see mkfifo(1): whoever opens it waits until somebody opens it to write,
 * and then for the end of what that one writes. That has to come within some time, as otherwise the
 * program would stand there without a word.
 */
final class NamedPipe {

  /** Time enough for a program that has to ask others for the keys. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The kind of a file in its mode, and this kind (inode(7)). */
  private static final int KIND = 0170000;

  private static final int PIPE = 0010000;

  private NamedPipe() {}

  /**
   * Whether this is one. What a shell's {@code <(...)} and {@code |} make has a name only in {@code
   * /proc}, and a program at its other end already.
   */
  static boolean is(Path file) {
    try {
      Path _ = file.toRealPath();
      return Files.getAttribute(file, "unix:mode") instanceof Integer mode && (mode & KIND) == PIPE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Reads it.
   *
   * @param most as many bytes are read at most
   * @throws IOException also if its end does not come in time
   */
  static byte[] read(Path pipe, int most, Duration patience) throws IOException {
    CompletableFuture<byte[]> content = new CompletableFuture<>();
    Thread reader =
        new Thread(
            null,
            () -> {
              try (InputStream in = Files.newInputStream(pipe)) {
                content.complete(in.readNBytes(most));
              } catch (IOException | RuntimeException | Error e) {
                content.completeExceptionally(e);
              }
            },
            "rgap-pipe",
            0,
            false);
    reader.setDaemon(true);
    reader.start();
    try {
      return content.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "it is a named pipe, and nobody has written to its end within "
              + patience.toSeconds()
              + " s",
          e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a named pipe", e);
    }
  }
}
