package dev.rgap.host.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LineSplitterTest {

  private static final String FULL = "x".repeat(4_096);

  /** Bytes as ISO 8859-1, and the lines they make. */
  static Stream<Arguments> table() {
    return Stream.of(
        row(""),
        row("\n", ""),
        row("\r\n", ""),
        row("a", "a"),
        row("a\n", "a"),
        row("a\r\n", "a"),
        row("a\r\r\n", "a\r"),
        row("a\r", "a\r"),
        row("a\rb\n", "a\rb"),
        row("a\nb", "a", "b"),
        row("a\n\nb\n", "a", "", "b"),
        row("\r\n\r\n", "", ""),
        row("\0\1\33[1m\177\n", "\0\1\33[1m\177"),
        // UTF-8 of 2, 3 and 4 bytes
        row("\303\244\342\202\254\360\237\246\212\n", "ä€🦊"),
        // malformed: a lone continuation, an overlong '/', a cut one, Latin-1, a surrogate
        row("\200\n", "\uFFFD"),
        row("\300\257\n", "\uFFFD\uFFFD"),
        row("\342\202\nb", "\uFFFD", "b"),
        row("a\344b\n", "a\uFFFDb"),
        row("\355\240\200\n", "\uFFFD"),
        row("\377\n", "\uFFFD"),
        // long ones
        row(FULL + "\n", FULL),
        row(FULL + "\r\n", FULL),
        row(FULL, FULL),
        row(FULL + "\r", FULL + " … (1 byte more)"),
        row(FULL + "y\n", FULL + " … (1 byte more)"),
        row(FULL + "yz\r\nb\n", FULL + " … (2 bytes more)", "b"),
        row(FULL + FULL + "\n", FULL + " … (4096 bytes more)"),
        // cut before a character that is over the border, not before one that just fits
        row(FULL.substring(1) + "\303\244\n", FULL.substring(1) + " … (2 bytes more)"),
        row(FULL.substring(2) + "\303\244!\n", FULL.substring(2) + "ä … (1 byte more)"),
        row(FULL.substring(2) + "\342\202\254\n", FULL.substring(2) + " … (3 bytes more)"),
        row(FULL.substring(3) + "\342\202\254!\n", FULL.substring(3) + "€ … (1 byte more)"),
        row(FULL.substring(3) + "\360\237\246\212\n", FULL.substring(3) + " … (4 bytes more)"),
        row(FULL.substring(4) + "\360\237\246\212!\n", FULL.substring(4) + "🦊 … (1 byte more)"),
        row(
            FULL.substring(4) + "\200\200\200\200\200\n",
            FULL.substring(4) + "\uFFFD\uFFFD\uFFFD\uFFFD … (1 byte more)"));
  }

  private static Arguments row(String bytes, String... lines) {
    return Arguments.of(bytes, List.of(lines));
  }

  @ParameterizedTest
  @MethodSource("table")
  void splitsWhateverTheChunks(String latin1, List<String> expected) {
    byte[] bytes = latin1.getBytes(ISO_8859_1);

    for (int size : new int[] {Math.max(1, bytes.length), 1, 2, 3, 7, 1_000}) {
      assertThat(split(bytes, size)).as("in chunks of " + size).isEqualTo(expected);
    }
  }

  @Test
  void handsOnOnlyTheFirstLinesAndCountsTheOthers() {
    assertThat(split("1\n2\n3\n4".getBytes(UTF_8), 4, 3)).containsExactly("1", "2", "3", "4");
    assertThat(split("1\n2\n3\n4".getBytes(UTF_8), 3, 3))
        .containsExactly("1", "2", "3", "… (1 more line is not shown)");
    assertThat(split("1\n2\n\n\n5\n".getBytes(UTF_8), 2, 3))
        .containsExactly("1", "2", "… (3 more lines are not shown)");
  }

  @Test
  void countsWhatDoesNotFitIntoAnInt() {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(10, lines::add);
    byte[] chunk = new byte[1 << 20];
    Arrays.fill(chunk, (byte) 'x');
    for (int i = 0; i < 3 * 1024; i++) {
      splitter.add(chunk, chunk.length);
    }
    splitter.end();

    assertThat(lines).containsExactly(FULL + " … (" + (3L * (1 << 30) - 4_096) + " bytes more)");
  }

  @Test
  void readsNoMoreOfAChunkThanIsThere() {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(10, lines::add);
    splitter.add("ab\ncd\n".getBytes(UTF_8), 2);
    splitter.add(new byte[] {'\n'}, 0);
    splitter.end();

    assertThat(lines).isEqualTo(Collections.singletonList("ab"));
  }

  private static List<String> split(byte[] bytes, int chunkSize) {
    return split(bytes, Integer.MAX_VALUE, chunkSize);
  }

  private static List<String> split(byte[] bytes, int maxLines, int chunkSize) {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter(maxLines, lines::add);
    byte[] chunk = new byte[chunkSize];
    for (int at = 0; at < bytes.length; at += chunkSize) {
      int length = Math.min(chunkSize, bytes.length - at);
      System.arraycopy(bytes, at, chunk, 0, length);
      splitter.add(chunk, length);
    }
    splitter.end();
    return lines;
  }
}
