package dev.rgap.cli.yaml;

import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.Problems;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Makes text of a YAML file's bytes, and says where they are none. */
final class YamlText {

  private static final String SAVE_AS_UTF_8 = "save the file as UTF-8";
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private YamlText() {}

  /**
   * The text without a byte order mark; nothing if there are bytes that make no text. It is UTF-8,
   * or UTF-16 if a mark says so (YAML 1.2 section 5.2).
   */
  static Optional<String> decode(byte[] file, Problems problems) {
    boolean wide = startsWith(file, 0xFE, 0xFF) || startsWith(file, 0xFF, 0xFE);
    if (!wide && hasWideCharacters(file)) {
      problems.error(new Position(1, 1), "", "the file is UTF-16 or UTF-32", SAVE_AS_UTF_8);
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    CharBuffer out = CharBuffer.allocate(file.length);
    CoderResult result =
        (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    out.flip();
    boolean marked = !out.isEmpty() && out.charAt(0) == BYTE_ORDER_MARK;
    String text = out.toString().substring(marked ? 1 : 0);
    if (result.isError()) {
      problems.error(
          positionAt(text, text.length()),
          "",
          String.format("byte 0x%02x is not UTF-%s", file[in.position()], wide ? 16 : 8),
          SAVE_AS_UTF_8);
      return Optional.empty();
    }
    int bad = firstUnprintable(text);
    if (bad >= 0) {
      problems.error(
          positionAt(text, bad),
          "",
          String.format("the character U+%04X is not allowed", text.codePointAt(bad)),
          "remove it");
      return Optional.empty();
    }
    // The library takes a carriage return at the very end for a column and not for the end of a
    // line.
    return Optional.of(text.endsWith("\r") ? text + "\n" : text);
  }

  private static boolean startsWith(byte[] file, int first, int second) {
    return file.length >= 2 && file[0] == (byte) first && file[1] == (byte) second;
  }

  /** Whether one of the first two characters, which a text in ASCII begins with, has zero bytes. */
  private static boolean hasWideCharacters(byte[] file) {
    return file.length >= 4 && (file[0] == 0) != (file[1] == 0);
  }

  private static int firstUnprintable(String text) {
    int at = 0;
    while (at < text.length()) {
      int character = text.codePointAt(at);
      if (!StreamReader.isPrintable(character)) {
        return at;
      }
      at += Character.charCount(character);
    }
    return -1;
  }

  private static Position positionAt(String text, int end) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\n' || (c == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n'))) {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(line, text.codePointCount(lineStart, end) + 1);
  }
}
