package dev.rgap.membership;

import java.util.Arrays;

/**
 * The members of one group and when each is due to leave: a state machine that knows neither clock,
 * thread nor lock. Times are handed in: timestamps are the announcements' own, deadlines are points
 * of this host's monotonic clock.
 *
 * <pre>
 *              accept: newer                       accept: newer (later timestamp, deadline
 *              +--------+                          only ever moves away)
 *              |        v                          +-----+
 *   absent ----+------ member ---------------------+     |
 *     ^                  | ^-----------------------------+
 *     |   expire:        |
 *     +-- deadline ≤ now +
 * </pre>
 *
 * <p>{@link MemberRows} hold the members; a hash table finds a row by its address; an {@link
 * ExpiryQueue} knows who is due. The hash table grows and shrinks by one bucket at a time (linear
 * hashing, Litwin 1980), the rows by a page: no announcement ever has to wait for a table to be
 * copied.
 */
final class GroupTable {

  /** What became of an announcement. */
  enum Outcome {
    JOINED,
    REFRESHED,
    /** Not newer than what the member said before; nothing was changed. */
    REPLAYED,
    /** Not a member, and there are as many as there may be; nothing was changed. */
    FULL
  }

  /** Is told about members; the arguments are an address's halves. */
  interface Visitor {
    void member(long high, long low, long deadlineNanos);
  }

  /** More need less memory, and more time. */
  private static final int MEMBERS_PER_BUCKET = 2;

  private static final int MIN_BUCKETS = 4;

  /** In place of the buckets while there are no members. Never written to. */
  private static final int[] NO_BUCKETS = {MemberRows.NONE};

  private final int maxMembers;
  private final MemberRows rows = new MemberRows();
  private final ExpiryQueue queue;

  /** The first slot of each bucket's chain; the first {@link #buckets} are in use. */
  private int[] heads = NO_BUCKETS;

  private int buckets = 1;

  /**
   * A table without members.
   *
   * @param maxMembers how many there can be; positive
   * @param longestLifeNanos how far ahead deadlines can be; positive
   * @param nowNanos the time
   */
  GroupTable(int maxMembers, long longestLifeNanos, long nowNanos) {
    this.maxMembers = maxMembers;
    this.queue = new ExpiryQueue(rows, longestLifeNanos, nowNanos);
  }

  int size() {
    return rows.size();
  }

  /**
   * Takes in a genuine announcement. If its address is a member whose deadline has come, the
   * visitor is told that it leaves, and it joins anew.
   *
   * @param deadlineNanos when it expires; later than now
   */
  Outcome accept(
      long addressHigh,
      long addressLow,
      long timestampMicros,
      long deadlineNanos,
      long nowNanos,
      Visitor left) {
    int slot = find(addressHigh, addressLow);
    if (slot == MemberRows.NONE) {
      if (size() >= maxMembers) {
        return Outcome.FULL;
      }
      slot = rows.add(addressHigh, addressLow, timestampMicros, deadlineNanos);
      index(slot);
      queue.add(slot, nowNanos);
      return Outcome.JOINED;
    }
    long known = rows.deadline(slot);
    boolean over = known - nowNanos <= 0;
    if (!over && timestampMicros <= rows.timestamp(slot)) {
      return Outcome.REPLAYED;
    }
    if (over) {
      left.member(addressHigh, addressLow, known);
    }
    rows.setTimestamp(slot, timestampMicros);
    // When this host's wall clock was set forward in between, the newer announcement has the
    // earlier deadline. What is known to be alive must not be cut short by that.
    if (deadlineNanos - known > 0) {
      rows.setDeadline(slot, deadlineNanos);
    }
    return over ? Outcome.JOINED : Outcome.REFRESHED;
  }

  /**
   * When {@link #expire} has something to do; only if there are members. It may turn out then that
   * nobody leaves.
   */
  long nextDue() {
    return queue.nextDue();
  }

  /**
   * The first member's deadline, or, if it takes too many steps to find that out, a time before it
   * by no more than a 15th of the longest life. Only if there are members.
   */
  long earliestDeadline(int atMostSteps) {
    return queue.earliestDeadline(atMostSteps);
  }

  /**
   * Does a step of what is to be done by now: removes the member with the earliest deadline, if
   * that has come, and tells the visitor; or makes headway in finding it.
   *
   * @return whether there may be more to do; if not, {@link #nextDue} is later than now or there
   *     are no members
   */
  boolean expire(long nowNanos, Visitor left) {
    int slot = queue.step(nowNanos);
    if (slot >= 0) {
      long high = rows.high(slot);
      long low = rows.low(slot);
      long deadline = rows.deadline(slot);
      unindex(slot);
      rows.free(slot);
      left.member(high, low, deadline);
    }
    return slot != ExpiryQueue.IDLE;
  }

  /** Shows the member of this address, if there is one. */
  void show(long addressHigh, long addressLow, Visitor visitor) {
    int slot = find(addressHigh, addressLow);
    if (slot != MemberRows.NONE) {
      visitor.member(addressHigh, addressLow, rows.deadline(slot));
    }
  }

  // --- the hash table ----------------------------------------------------------------------------

  private int find(long addressHigh, long addressLow) {
    int slot = heads[bucket(addressHigh, addressLow)];
    while (slot != MemberRows.NONE && !rows.isOf(slot, addressHigh, addressLow)) {
      slot = rows.chained(slot);
    }
    return slot;
  }

  private void index(int slot) {
    if (heads.length == NO_BUCKETS.length) {
      heads = new int[MIN_BUCKETS];
      Arrays.fill(heads, MemberRows.NONE);
      buckets = MIN_BUCKETS;
    }
    chain(slot);
    if (rows.size() > MEMBERS_PER_BUCKET * buckets) {
      addBucket();
    }
  }

  private void unindex(int slot) {
    int bucket = bucketOf(slot);
    int next = rows.chained(slot);
    if (heads[bucket] == slot) {
      heads[bucket] = next;
    } else {
      int before = heads[bucket];
      while (rows.chained(before) != slot) {
        before = rows.chained(before);
      }
      rows.setChained(before, next);
    }
    if (rows.size() == 1) {
      heads = NO_BUCKETS;
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
    rows.setChained(slot, heads[bucket]);
    heads[bucket] = slot;
  }

  /** Splits the bucket whose turn it is. */
  private void addBucket() {
    if (buckets == heads.length) {
      heads = Arrays.copyOf(heads, buckets + Math.max(MIN_BUCKETS / 2, buckets / 8));
    }
    int added = buckets++;
    heads[added] = MemberRows.NONE;
    int split = added - Integer.highestOneBit(added);
    int slot = heads[split];
    heads[split] = MemberRows.NONE;
    rechain(slot);
  }

  /** Undoes the last split. */
  private void removeBucket() {
    buckets--;
    rechain(heads[buckets]);
    if (buckets < heads.length / 2) {
      heads = Arrays.copyOf(heads, buckets);
    }
  }

  /** Puts a chain's members where they belong by now. */
  private void rechain(int first) {
    int slot = first;
    while (slot != MemberRows.NONE) {
      int next = rows.chained(slot);
      chain(slot);
      slot = next;
    }
  }

  private int bucketOf(int slot) {
    return bucket(rows.high(slot), rows.low(slot));
  }

  private int bucket(long addressHigh, long addressLow) {
    int round = Integer.highestOneBit(buckets);
    int bucket = hash(addressHigh, addressLow) & (2 * round - 1);
    return bucket < buckets ? bucket : bucket - round;
  }

  private static int hash(long addressHigh, long addressLow) {
    // Finaliser of MurmurHash3: neighbouring addresses must spread over the buckets.
    long bits = addressHigh * 0x9e3779b97f4a7c15L + addressLow;
    bits = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    bits = (bits ^ (bits >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) (bits ^ (bits >>> 33));
  }
}
