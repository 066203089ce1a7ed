package dev.rgap.membership;

import java.util.Arrays;

/**
 * Finds a group's {@link MemberRows row} by its address: a hash table that grows and shrinks by one
 * bucket at a time (linear hashing, Litwin 1980).
 *
 * <pre>
 *   bucket   = segment, place in it
 *   segments   [ | | | ... ]   [ | | | ... ]   [ | | ]   16384 buckets each; the last one grows
 *                   |                                    and shrinks with the table
 *                   v
 *                 slot -> slot -> slot                   a chain, linked through the rows
 * </pre>
 *
 * <p>What is copied to grow is at most one segment, of 64 KiB, and the list of segments, of 4 to 8
 * bytes for each.
 *
 * <p>Its order is a secret of each table, a {@link HashKey}: who knows a group's key may announce
 * any addresses, and could otherwise choose those that all lie in one chain.
 */
final class RowIndex {

  /** More need less memory, and more time. */
  private static final int MEMBERS_PER_BUCKET = 2;

  private static final int MIN_BUCKETS = 4;

  /**
   * Buckets in a segment, as a power of 2. With 10, a look-up among a million took a tenth longer.
   */
  private static final int SEGMENT_BITS = 14;

  private static final int SEGMENT = 1 << SEGMENT_BITS;

  /** In place of the segments while there are no rows. Never written to. */
  private static final int[][] NO_SEGMENTS = {{MemberRows.NONE}};

  /** In place of a segment that is not in use. */
  private static final int[] NO_BUCKETS = {};

  private final MemberRows rows;
  private final HashKey key;

  /** The first slot of each bucket's chain, for those buckets that are in use. */
  private int[][] segments = NO_SEGMENTS;

  /** How many buckets are in use. */
  private int buckets = 1;

  RowIndex(MemberRows rows) {
    this(rows, HashKey.fresh());
  }

  /**
   * @param key decides which addresses share a chain
   */
  RowIndex(MemberRows rows, HashKey key) {
    this.rows = rows;
    this.key = key;
  }

  /** The slot of an address, or {@link MemberRows#NONE}. */
  int find(long addressHigh, long addressLow) {
    int slot = head(bucket(addressHigh, addressLow));
    while (slot != MemberRows.NONE && !rows.isOf(slot, addressHigh, addressLow)) {
      slot = rows.chained(slot);
    }
    return slot;
  }

  /** How many rows are looked at to find an address that is there. */
  int stepsTo(long addressHigh, long addressLow) {
    int found = find(addressHigh, addressLow);
    int steps = 1;
    int slot = head(bucket(addressHigh, addressLow));
    while (slot != found) {
      slot = rows.chained(slot);
      steps++;
    }
    return steps;
  }

  /** Puts in a row that has just been given out. */
  void add(int slot) {
    if (buckets < MIN_BUCKETS) {
      buckets = MIN_BUCKETS;
      segments = new int[1][MIN_BUCKETS];
      Arrays.fill(segments[0], MemberRows.NONE);
    }
    chain(slot);
    if (rows.size() > MEMBERS_PER_BUCKET * buckets) {
      addBucket();
    }
  }

  /** Takes out a row that is about to be freed. */
  void remove(int slot) {
    int bucket = bucketOf(slot);
    int next = rows.chained(slot);
    int before = head(bucket);
    if (before == slot) {
      setHead(bucket, next);
    } else {
      while (rows.chained(before) != slot) {
        before = rows.chained(before);
      }
      rows.setChained(before, next);
    }
    if (rows.size() == 1) {
      segments = NO_SEGMENTS;
      buckets = 1;
    } else {
      // Two at a time, so that the buckets become fewer faster than the members.
      for (int i = 0; i < 2 && buckets > MIN_BUCKETS && rows.size() < buckets; i++) {
        removeBucket();
      }
    }
  }

  private void chain(int slot) {
    int bucket = bucketOf(slot);
    rows.setChained(slot, head(bucket));
    setHead(bucket, slot);
  }

  /** Splits the bucket whose turn it is. */
  private void addBucket() {
    int added = buckets++;
    makeRoomFor(added);
    setHead(added, MemberRows.NONE);
    int split = added - Integer.highestOneBit(added);
    int first = head(split);
    setHead(split, MemberRows.NONE);
    rechain(first);
  }

  private void makeRoomFor(int bucket) {
    int number = bucket / SEGMENT;
    if (number == segments.length) {
      segments = Arrays.copyOf(segments, number + 1 + number / 8);
      Arrays.fill(segments, number, segments.length, NO_BUCKETS);
    }
    int used = bucket % SEGMENT;
    if (used == segments[number].length) {
      int growth = Math.max(MIN_BUCKETS / 2, bucket / 8);
      segments[number] = Arrays.copyOf(segments[number], Math.min(SEGMENT, used + growth));
    }
  }

  /** Undoes the last split. */
  private void removeBucket() {
    buckets--;
    rechain(head(buckets));
    int number = buckets / SEGMENT;
    int used = buckets % SEGMENT;
    if (used == 0) {
      segments[number] = NO_BUCKETS;
    } else if (used < segments[number].length / 2) {
      segments[number] = Arrays.copyOf(segments[number], used);
    }
  }

  /** Puts a chain's rows where they belong by now. */
  private void rechain(int first) {
    int slot = first;
    while (slot != MemberRows.NONE) {
      int next = rows.chained(slot);
      chain(slot);
      slot = next;
    }
  }

  private int head(int bucket) {
    return segments[bucket >>> SEGMENT_BITS][bucket & (SEGMENT - 1)];
  }

  private void setHead(int bucket, int slot) {
    segments[bucket >>> SEGMENT_BITS][bucket & (SEGMENT - 1)] = slot;
  }

  private int bucketOf(int slot) {
    return bucket(rows.high(slot), rows.low(slot));
  }

  private int bucket(long addressHigh, long addressLow) {
    int round = Integer.highestOneBit(buckets);
    int bucket = (int) key.hash(addressHigh, addressLow) & (2 * round - 1);
    return bucket < buckets ? bucket : bucket - round;
  }
}
