package dev.rgap.cli.config;

import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file with one key: 64 hexadecimal digits, and blanks and an end of line around them. */
final class KeyFile {

  /** More than any file with a single key has. */
  static final int MAX_BYTES = 4096;

  private KeyFile() {}

  /**
   * Reads a key file, which may be a pipe.
   *
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException if it holds something else; the message doesn't repeat it
   */
  static PreSharedKey read(Path file) throws IOException {
    return parse(FileAccess.bytes(file, MAX_BYTES + 1));
  }

  /**
   * The key in a file.
   *
   * @param content the first bytes of the file, at least {@value #MAX_BYTES} and one more if it has
   *     them
   * @throws IllegalArgumentException if it is none; the message doesn't repeat it
   */
  static PreSharedKey parse(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1).strip();
    if (content.length > MAX_BYTES || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("more than one line; expected the key only");
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty; expected the key");
    }
    return PreSharedKey.parseHex(text);
  }
}
