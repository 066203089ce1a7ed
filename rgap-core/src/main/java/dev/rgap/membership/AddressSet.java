package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * An immutable sorted set of addresses that shares most of its memory with the sets it came from.
 *
 * <p>The addresses lie in chunks of at most {@value #CHUNK}; adding or removing one copies its
 * chunk and the list of chunks, nothing else:
 *
 * <pre>
 *  chunks:  [ h l h l h l ] [ h l h l ] [ h l h l h l h l ]     two longs an address, sorted
 *  ends:          3             5                9              addresses up to each chunk's end
 * </pre>
 */
final class AddressSet extends AbstractList<IpAddress> implements RandomAccess {

  static final AddressSet EMPTY = new AddressSet(new long[0][], new int[0]);

  /** Addresses a chunk holds before it is split; balances what a change and what a list costs. */
  static final int CHUNK = 256;

  private final long[][] chunks;
  private final int[] ends;

  private AddressSet(long[][] chunks, int[] ends) {
    this.chunks = chunks;
    this.ends = ends;
  }

  @Override
  public int size() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  @Override
  public IpAddress get(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(index);
    }
    int found = Arrays.binarySearch(ends, index + 1);
    int chunk = found >= 0 ? found : -found - 1;
    int inChunk = index - start(chunk);
    return new IpAddress(chunks[chunk][2 * inChunk], chunks[chunk][2 * inChunk + 1]);
  }

  @Override
  public boolean contains(Object element) {
    if (!(element instanceof IpAddress address) || chunks.length == 0) {
      return false;
    }
    return find(chunks[chunkFor(address.high(), address.low())], address.high(), address.low())
        >= 0;
  }

  /** This set and an address that it must not hold yet. */
  AddressSet with(long high, long low) {
    if (chunks.length == 0) {
      return new AddressSet(new long[][] {{high, low}}, new int[] {1});
    }
    int at = chunkFor(high, low);
    long[] old = chunks[at];
    int insertion = -find(old, high, low) - 1;
    if (insertion < 0) {
      throw new IllegalArgumentException("already in the set");
    }
    long[] grown = new long[old.length + 2];
    System.arraycopy(old, 0, grown, 0, 2 * insertion);
    grown[2 * insertion] = high;
    grown[2 * insertion + 1] = low;
    System.arraycopy(old, 2 * insertion, grown, 2 * insertion + 2, old.length - 2 * insertion);
    if (grown.length <= 2 * CHUNK) {
      return replace(at, 1, grown);
    }
    // Addresses often come in ascending order: a chunk split at its end stays full.
    int cut = insertion == old.length / 2 ? old.length : grown.length / 4 * 2;
    return replace(
        at, 1, Arrays.copyOfRange(grown, 0, cut), Arrays.copyOfRange(grown, cut, grown.length));
  }

  /** This set without an address that it must hold. */
  AddressSet without(long high, long low) {
    int at = chunks.length == 0 ? 0 : chunkFor(high, low);
    int index = chunks.length == 0 ? -1 : find(chunks[at], high, low);
    if (index < 0) {
      throw new IllegalArgumentException("not in the set");
    }
    long[] old = chunks[at];
    long[] shrunk = new long[old.length - 2];
    System.arraycopy(old, 0, shrunk, 0, 2 * index);
    System.arraycopy(old, 2 * index + 2, shrunk, 2 * index, shrunk.length - 2 * index);
    if (shrunk.length == 0) {
      return replace(at, 1);
    }
    if (at + 1 < chunks.length && shrunk.length + chunks[at + 1].length <= CHUNK) {
      return replace(at, 2, concat(shrunk, chunks[at + 1]));
    }
    if (at > 0 && chunks[at - 1].length + shrunk.length <= CHUNK) {
      return replace(at - 1, 2, concat(chunks[at - 1], shrunk));
    }
    return replace(at, 1, shrunk);
  }

  /** A copy in which {@code count} chunks from {@code at} on are replaced by others. */
  private AddressSet replace(int at, int count, long[]... by) {
    long[][] copy = new long[chunks.length - count + by.length][];
    System.arraycopy(chunks, 0, copy, 0, at);
    System.arraycopy(by, 0, copy, at, by.length);
    System.arraycopy(chunks, at + count, copy, at + by.length, chunks.length - at - count);
    int[] copyEnds = Arrays.copyOf(ends, copy.length);
    int end = start(at);
    for (int i = at; i < copy.length; i++) {
      end += copy[i].length / 2;
      copyEnds[i] = end;
    }
    return new AddressSet(copy, copyEnds);
  }

  private static long[] concat(long[] first, long[] second) {
    long[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private int start(int chunk) {
    return chunk == 0 ? 0 : ends[chunk - 1];
  }

  /** The last chunk that starts at or before the address, or the first one. */
  private int chunkFor(long high, long low) {
    int from = 0;
    int to = chunks.length - 1;
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (compare(chunks[middle], 0, high, low) <= 0) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return from;
  }

  /** The address's index in a chunk, or -(where it belongs) - 1. */
  private static int find(long[] chunk, long high, long low) {
    int from = 0;
    int to = chunk.length / 2 - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int order = compare(chunk, middle, high, low);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return -from - 1;
  }

  private static int compare(long[] chunk, int index, long high, long low) {
    int byHigh = Long.compareUnsigned(chunk[2 * index], high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(chunk[2 * index + 1], low);
  }
}
