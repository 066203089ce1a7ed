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
 * <p>Members lie in slots of parallel arrays; an open-addressing index finds a slot by address. A
 * heap orders the slots by when they are to be looked at. It is lazy: a refresh only writes the
 * slot's deadline, and a slot that comes up before its deadline goes back with the new one. So a
 * refresh costs no ordering work, and each member is looked at no more than once per lifetime of an
 * announcement.
 */
final class GroupTable {

  /** What became of an announcement. */
  enum Outcome {
    JOINED,
    REFRESHED,
    /** Not newer than what the member said before; nothing was changed. */
    REPLAYED
  }

  /** Is told about members; the arguments are an address's halves. */
  interface Visitor {
    void member(long high, long low, long deadlineNanos);
  }

  private static final int INITIAL_CAPACITY = 8;
  private static final int FREE = 0;

  private long[] high = new long[INITIAL_CAPACITY];
  private long[] low = new long[INITIAL_CAPACITY];
  private long[] timestamp = new long[INITIAL_CAPACITY];
  private long[] deadline = new long[INITIAL_CAPACITY];

  /** When a slot is to be looked at; at most its deadline. The heap's order. */
  private long[] due = new long[INITIAL_CAPACITY];

  /** A binary heap of all used slots; slots [0, size) are used. */
  private int[] heap = new int[INITIAL_CAPACITY];

  /** Where a slot is in the heap. */
  private int[] heapPosition = new int[INITIAL_CAPACITY];

  /** Slot + 1 by address, or {@link #FREE}; its length is a power of two, at least half free. */
  private int[] index = new int[2 * INITIAL_CAPACITY];

  private int size;

  int size() {
    return size;
  }

  /**
   * Takes in a genuine announcement.
   *
   * @param deadlineNanos when it expires; later than now
   */
  Outcome accept(long addressHigh, long addressLow, long timestampMicros, long deadlineNanos) {
    int bucket = find(addressHigh, addressLow);
    if (index[bucket] != FREE) {
      int slot = index[bucket] - 1;
      if (timestampMicros <= timestamp[slot]) {
        return Outcome.REPLAYED;
      }
      timestamp[slot] = timestampMicros;
      // When this host's wall clock was set forward in between, the newer announcement has the
      // earlier deadline. What is known to be alive must not be cut short by that.
      if (deadlineNanos - deadline[slot] > 0) {
        deadline[slot] = deadlineNanos;
      }
      return Outcome.REFRESHED;
    }
    if (size == high.length) {
      grow();
      bucket = find(addressHigh, addressLow);
    }
    int slot = size++;
    high[slot] = addressHigh;
    low[slot] = addressLow;
    timestamp[slot] = timestampMicros;
    deadline[slot] = deadlineNanos;
    due[slot] = deadlineNanos;
    index[bucket] = slot + 1;
    siftUp(slot, slot);
    return Outcome.JOINED;
  }

  /**
   * When {@link #expireOne} has something to do; only if there are members. It may turn out then
   * that nobody leaves.
   */
  long nextDue() {
    return due[heap[0]];
  }

  /** The first member's deadline; only if there are members. */
  long earliestDeadline() {
    // Each refresh can make this put back one slot, so over time it costs no more than expiry does.
    while (due[heap[0]] != deadline[heap[0]]) {
      int slot = heap[0];
      due[slot] = deadline[slot];
      siftDown(0, slot);
    }
    return deadline[heap[0]];
  }

  /**
   * Removes the member with the earliest deadline, if that has come, and tells the visitor.
   *
   * @return whether there was one; if not, {@link #nextDue} is later than now or the table is empty
   */
  boolean expireOne(long nowNanos, Visitor left) {
    while (size > 0 && nextDue() - nowNanos <= 0) {
      int slot = heap[0];
      if (deadline[slot] != due[slot]) {
        // Refreshed since: back with it, even if it is due by now, for others may be due before it.
        due[slot] = deadline[slot];
        siftDown(0, slot);
        continue;
      }
      long leftHigh = high[slot];
      long leftLow = low[slot];
      long leftDeadline = deadline[slot];
      remove(slot);
      left.member(leftHigh, leftLow, leftDeadline);
      return true;
    }
    return false;
  }

  /** Removes the member of this address if its deadline has come, and tells the visitor. */
  void expire(long addressHigh, long addressLow, long nowNanos, Visitor left) {
    int slot = index[find(addressHigh, addressLow)] - 1;
    if (slot >= 0 && deadline[slot] - nowNanos <= 0) {
      long leftDeadline = deadline[slot];
      remove(slot);
      left.member(addressHigh, addressLow, leftDeadline);
    }
  }

  /** Shows all members, in no particular order. */
  void forEach(Visitor visitor) {
    for (int slot = 0; slot < size; slot++) {
      visitor.member(high[slot], low[slot], deadline[slot]);
    }
  }

  private void remove(int slot) {
    int hole = heapPosition[slot];
    int last = size - 1;
    // The heap first: its last entry fills the hole.
    int moved = heap[last];
    if (moved != slot) {
      siftDown(hole, moved);
      if (heapPosition[moved] == hole) {
        siftUp(hole, moved);
      }
    }
    unindex(find(high[slot], low[slot]));
    // Then the slots: the last one moves down, so that the used ones stay dense.
    if (slot != last) {
      index[find(high[last], low[last])] = slot + 1;
      high[slot] = high[last];
      low[slot] = low[last];
      timestamp[slot] = timestamp[last];
      deadline[slot] = deadline[last];
      due[slot] = due[last];
      heapPosition[slot] = heapPosition[last];
      heap[heapPosition[slot]] = slot;
    }
    size = last;
    if (size >= INITIAL_CAPACITY && size <= high.length / 4) {
      resize(high.length / 2);
    }
  }

  // --- the index ---------------------------------------------------------------------------------

  /** The bucket that holds the address, or the free one where it belongs. */
  private int find(long addressHigh, long addressLow) {
    int mask = index.length - 1;
    int bucket = hash(addressHigh, addressLow) & mask;
    while (index[bucket] != FREE) {
      int slot = index[bucket] - 1;
      if (low[slot] == addressLow && high[slot] == addressHigh) {
        break;
      }
      bucket = (bucket + 1) & mask;
    }
    return bucket;
  }

  /** Frees a bucket and moves the following ones of its run up, so that each is still found. */
  private void unindex(int bucket) {
    int mask = index.length - 1;
    int free = bucket;
    int next = (free + 1) & mask;
    while (index[next] != FREE) {
      int slot = index[next] - 1;
      int home = hash(high[slot], low[slot]) & mask;
      if (((next - home) & mask) >= ((next - free) & mask)) {
        index[free] = index[next];
        free = next;
      }
      next = (next + 1) & mask;
    }
    index[free] = FREE;
  }

  private static int hash(long addressHigh, long addressLow) {
    // Finaliser of MurmurHash3: neighbouring addresses must spread over the buckets.
    long bits = addressHigh * 0x9e3779b97f4a7c15L + addressLow;
    bits = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    bits = (bits ^ (bits >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) (bits ^ (bits >>> 33));
  }

  // --- the heap ----------------------------------------------------------------------------------

  private void siftUp(int from, int slot) {
    int position = from;
    while (position > 0) {
      int parent = (position - 1) >>> 1;
      if (due[slot] - due[heap[parent]] >= 0) {
        break;
      }
      place(position, heap[parent]);
      position = parent;
    }
    place(position, slot);
  }

  private void siftDown(int from, int slot) {
    int position = from;
    while (true) {
      int child = 2 * position + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && due[heap[child + 1]] - due[heap[child]] < 0) {
        child++;
      }
      if (due[slot] - due[heap[child]] <= 0) {
        break;
      }
      place(position, heap[child]);
      position = child;
    }
    place(position, slot);
  }

  private void place(int position, int slot) {
    heap[position] = slot;
    heapPosition[slot] = position;
  }

  // --- memory ------------------------------------------------------------------------------------

  private void grow() {
    resize(Math.multiplyExact(high.length, 2));
  }

  private void resize(int capacity) {
    high = Arrays.copyOf(high, capacity);
    low = Arrays.copyOf(low, capacity);
    timestamp = Arrays.copyOf(timestamp, capacity);
    deadline = Arrays.copyOf(deadline, capacity);
    due = Arrays.copyOf(due, capacity);
    heap = Arrays.copyOf(heap, capacity);
    heapPosition = Arrays.copyOf(heapPosition, capacity);
    index = new int[2 * capacity];
    for (int slot = 0; slot < size; slot++) {
      index[find(high[slot], low[slot])] = slot + 1;
    }
  }
}
