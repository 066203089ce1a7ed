package dev.rgap.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What has happened, a line each: who has done what, and why. */
final class Trace {

  private static final long SECOND = 1_000_000_000;

  private final @Nullable Consumer<String> reader;
  private long lines;

  /**
   * Empty.
   *
   * @param reader gets each line; null if nobody wants to know
   */
  Trace(@Nullable Consumer<String> reader) {
    this.reader = reader;
  }

  /**
   * One more line.
   *
   * @param what is asked only if somebody wants to know
   */
  void add(Timeline timeline, String who, Supplier<String> what) {
    if (reader != null) {
      lines++;
      long now = timeline.now();
      String fraction = Long.toString(SECOND + now % SECOND).substring(1);
      reader.accept(now / SECOND + "." + fraction + " " + who + ": " + what.get());
    }
  }

  boolean isRead() {
    return reader != null;
  }

  long lines() {
    return lines;
  }

  /** A digest of lines, which is the same for the same ones. */
  static final class Digest implements Consumer<String> {
    private final MessageDigest digest;

    Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e); // each JDK has it
      }
    }

    @Override
    public void accept(String line) {
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }

    /** All so far, in hexadecimal digits; begins anew. */
    String take() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
