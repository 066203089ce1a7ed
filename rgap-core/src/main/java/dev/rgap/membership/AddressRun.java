package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;

/**
 * Functions on runs: sorted addresses packed into an array of longs that says by itself how.
 *
 * <pre>
 *  [ 2 h l h l h l ]    two longs an address
 *  [ 1 h l l l ]        one, as all have the same high half: IPv4, or the hosts of an IPv6 /64
 * </pre>
 *
 * <p>No function changes a run it was given.
 */
final class AddressRun {

  /** No addresses. */
  static final long[] EMPTY = {2};

  private AddressRun() {}

  static long[] of(long high, long low) {
    return new long[] {2, high, low};
  }

  static int size(long[] run) {
    int longs = (int) run[0];
    return (run.length - 3 + longs) / longs;
  }

  static IpAddress get(long[] run, int index) {
    return new IpAddress(high(run, index), low(run, index));
  }

  static long high(long[] run, int index) {
    return run[1 + (run[0] == 1 ? 0 : 2 * index)];
  }

  static long low(long[] run, int index) {
    return run[2 + (int) run[0] * index];
  }

  /** How the address at an index compares with this one. */
  static int compare(long[] run, int index, long high, long low) {
    int byHigh = Long.compareUnsigned(high(run, index), high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low(run, index), low);
  }

  /** The index of the last address that is not after this one; -1 if there is none. */
  static int lastUpTo(long[] run, long high, long low) {
    int from = 0;
    int to = size(run) - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (compare(run, middle, high, low) <= 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return to;
  }

  static boolean contains(long[] run, long high, long low) {
    int index = lastUpTo(run, high, low);
    return index >= 0 && compare(run, index, high, low) == 0;
  }

  /** The run and an address that it must not hold yet. */
  static long[] with(long[] run, long high, long low) {
    int before = lastUpTo(run, high, low);
    if (before >= 0 && compare(run, before, high, low) == 0) {
      throw new IllegalArgumentException("already in the set");
    }
    int at = before + 1;
    int size = size(run);
    long[] result =
        allocate(size + 1, at == 0 ? high : high(run, 0), at == size ? high : high(run, size - 1));
    copy(run, 0, result, 0, at);
    put(result, at, high, low);
    copy(run, at, result, at + 1, size - at);
    return result;
  }

  /** The run without an address that it must hold. */
  static long[] without(long[] run, long high, long low) {
    int at = lastUpTo(run, high, low);
    if (at < 0 || compare(run, at, high, low) != 0) {
      throw new IllegalArgumentException("not in the set");
    }
    return replace(run, at, at + 1, EMPTY);
  }

  static long[] slice(long[] run, int from, int to) {
    long[] slice = allocate(to - from, high(run, from), high(run, to - 1));
    copy(run, from, slice, 0, to - from);
    return slice;
  }

  static long[] join(long[] run, long[] next) {
    return replace(run, size(run), size(run), next);
  }

  /** The run with the addresses from one index up to another replaced by those of a second run. */
  static long[] replace(long[] run, int from, int to, long[] by) {
    int added = size(by);
    int after = size(run) - to;
    int size = from + added + after;
    if (size == 0) {
      return EMPTY;
    }
    long first = from > 0 ? high(run, 0) : added > 0 ? high(by, 0) : high(run, to);
    long last =
        after > 0
            ? high(run, to + after - 1)
            : added > 0 ? high(by, added - 1) : high(run, from - 1);
    long[] result = allocate(size, first, last);
    copy(run, 0, result, 0, from);
    copy(by, 0, result, from, added);
    copy(run, to, result, from + added, after);
    return result;
  }

  /** To be filled with addresses of which the first and the last, hence perhaps all, are known. */
  private static long[] allocate(int size, long firstHigh, long lastHigh) {
    int longs = firstHigh == lastHigh ? 1 : 2;
    long[] run = new long[3 - longs + longs * size];
    run[0] = longs;
    run[1] = firstHigh;
    return run;
  }

  private static void copy(long[] source, int from, long[] target, int at, int count) {
    int longs = (int) target[0];
    if (source[0] == longs) {
      int start = 3 - longs;
      System.arraycopy(source, start + longs * from, target, start + longs * at, longs * count);
      return;
    }
    for (int i = 0; i < count; i++) {
      put(target, at + i, high(source, from + i), low(source, from + i));
    }
  }

  private static void put(long[] run, int index, long high, long low) {
    int longs = (int) run[0];
    run[1 + (longs == 1 ? 0 : 2 * index)] = high;
    run[2 + longs * index] = low;
  }
}
