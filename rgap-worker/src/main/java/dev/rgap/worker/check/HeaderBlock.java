package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Fields of HTTP/2 in their compressed form (HPACK, RFC 7541), for one who has forbidden the table
 * that grows: of what is left, all can be read, and the simplest is written.
 *
 * <pre>
 *   1iiiiiii                      field i of the static table
 *   01iiiiii | 0000iiii | 0001iiii, name if i is 0, value     a field, named like field i
 *   001sssss                      the size of the table from here on
 * </pre>
 */
final class HeaderBlock {

  /** The last entry of the static table. */
  private static final int LAST_STATIC = 61;

  /** Statuses in the static table, from this index. */
  private static final int FIRST_STATUS = 8;

  private static final String[] STATUSES = {"200", "204", "206", "304", "400", "404", "500"};

  /**
   * How many bits each byte has in the Huffman code of appendix B, as a letter: A is 5. Codes are
   * given out by length, then by byte; the last is that of the end.
   */
  private static final String HUFFMAN_LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
          + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
          + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
          + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;

  /** All bytes in the order of their codes. */
  private static final int[] SYMBOLS =
      IntStream.range(0, 256)
          .boxed()
          .sorted(Comparator.comparingInt(HeaderBlock::length))
          .mapToInt(Integer::intValue)
          .toArray();

  /** How many have a code of each length. */
  private static final int[] COUNTS = counts();

  private final byte[] block;
  private int at;

  private HeaderBlock(byte[] block) {
    this.block = block;
  }

  /** Adds a field whose name stands in the static table. */
  static void write(ByteArrayOutputStream to, int name, String value) {
    // Without adding it to a table: 0000iiii.
    if (name < 15) {
      to.write(name);
    } else {
      to.write(15);
      to.write(name - 15);
    }
    writeText(to, value);
  }

  /** Adds a field. */
  static void write(ByteArrayOutputStream to, String name, String value) {
    to.write(0);
    writeText(to, name);
    writeText(to, value);
  }

  private static void writeText(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int rest = bytes.length - 127;
    to.write(Math.min(bytes.length, 127));
    for (; rest >= 128; rest >>= 7) {
      to.write((rest & 127) | 128);
    }
    if (bytes.length >= 127) {
      to.write(rest);
    }
    to.writeBytes(bytes);
  }

  /**
   * Reads fields. Those whose names stand in the static table are left out, but for {@code
   * :status}.
   *
   * @throws IOException if they can't be read
   */
  static Map<String, String> read(byte[] block) throws IOException {
    Map<String, String> fields = new HashMap<>();
    HeaderBlock reader = new HeaderBlock(block);
    while (reader.at < block.length) {
      reader.readField(fields);
    }
    return fields;
  }

  private void readField(Map<String, String> fields) throws IOException {
    int first = block[at] & 0xFF;
    if (first >= 0x80) {
      int index = number(7);
      requireStatic(index);
      if (index >= FIRST_STATUS && index < FIRST_STATUS + STATUSES.length) {
        fields.put(":status", STATUSES[index - FIRST_STATUS]);
      }
    } else if (first >= 0x20 && first < 0x40) {
      int _ = number(5);
    } else {
      int index = number(first >= 0x40 ? 6 : 4);
      String name = "";
      if (index == 0) {
        name = text();
      } else {
        requireStatic(index);
        if (index >= FIRST_STATUS && index < FIRST_STATUS + STATUSES.length) {
          name = ":status";
        }
      }
      String value = text();
      if (!name.isEmpty()) {
        fields.put(name, value);
      }
    }
  }

  private static void requireStatic(int index) throws IOException {
    if (index == 0 || index > LAST_STATIC) {
      throw unreadable();
    }
  }

  private static IOException unreadable() {
    return new IOException("the fields of its answer can't be read");
  }

  private int next() throws IOException {
    if (at >= block.length) {
      throw unreadable();
    }
    return block[at++] & 0xFF;
  }

  /** A number whose beginning is the last bits of the next byte. */
  private int number(int bits) throws IOException {
    int most = (1 << bits) - 1;
    int number = next() & most;
    if (number < most) {
      return number;
    }
    for (int shift = 0; shift <= 14; shift += 7) {
      int more = next();
      number += (more & 127) << shift;
      if (more < 128) {
        return number;
      }
    }
    throw unreadable(); // Far more than a block has.
  }

  private String text() throws IOException {
    boolean huffman = at < block.length && block[at] < 0;
    int length = number(7);
    if (length > block.length - at) {
      throw unreadable();
    }
    int begin = at;
    at += length;
    return huffman ? huffman(begin, at) : new String(block, begin, length, ISO_8859_1);
  }

  /**
   * Goes down the codes bit by bit: those of each length follow each other, and what comes after
   * them is the beginning of longer ones.
   */
  private String huffman(int begin, int end) throws IOException {
    StringBuilder text = new StringBuilder();
    int code = 0;
    int first = 0;
    int before = 0;
    int length = 0;
    for (int bit = begin * 8; bit < end * 8; bit++) {
      code = (code << 1) | ((block[bit / 8] >> (7 - bit % 8)) & 1);
      first <<= 1;
      length++;
      int count = COUNTS[length];
      if (code - first < count) {
        text.append((char) SYMBOLS[before + code - first]);
        code = 0;
        first = 0;
        before = 0;
        length = 0;
      } else if (length == LONGEST) {
        throw unreadable(); // It is the end, which must not be there.
      } else {
        first += count;
        before += count;
      }
    }
    return text.toString(); // What is left are ones that fill the last byte.
  }

  private static int length(int symbol) {
    return HUFFMAN_LENGTHS.charAt(symbol) - 'A' + SHORTEST;
  }

  private static int[] counts() {
    int[] counts = new int[LONGEST + 1];
    for (int symbol : SYMBOLS) {
      counts[length(symbol)]++;
    }
    return counts;
  }
}
