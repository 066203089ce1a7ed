package dev.rgap.membership;

import java.util.Arrays;

/**
 * Knows which member of a group is due next.
 *
 * <pre>
 *              now                          bucket:  a list of the members that were due in a
 *               |                                    32nd of the longest life there is
 *   | . . . . . . | . . . | . | . . . . | | . |  →  time
 *    `-----v-----' `-----------v-------------'
 *     near: a heap   calendar: 31 lists, without order
 * </pre>
 *
 * <p>A refresh only writes the member's deadline; its place is that of an earlier deadline until it
 * comes up there, and is then put where it belongs. So a refresh costs no ordering, and only
 * members that are about to leave are ever in the heap: in normal operation hardly any.
 *
 * <p>The work is done in steps that each take about as long as one member does, so that whoever
 * does it can make a pause at any time.
 */
final class ExpiryQueue {

  /** A step's answer: nothing is to be done before {@link #nextDue}. */
  static final int IDLE = -1;

  /** A step's answer: something was done, nobody's deadline has come so far. */
  static final int BUSY = -2;

  private static final int BUCKETS = 32;
  private static final int MIN_HEAP = 8;

  /** In place of what an empty queue doesn't need. Never written to. */
  private static final int[] NO_SLOTS = {};

  private static final long[] NO_TIMES = {};

  private final MemberRows rows;

  /** What a bucket spans, in nanoseconds. */
  private final long width;

  /** Buckets are numbered by the time since here. */
  private final long origin;

  /** The first slot of each bucket, by the bucket's number modulo their count. */
  private int[] calendar = NO_SLOTS;

  /** Members of this bucket and of the ones before it are in the heap or in {@link #coming}. */
  private long current;

  /** The members of the current bucket that are yet to be put into the heap. */
  private int coming = MemberRows.NONE;

  // A binary heap: when a slot is to be looked at, which is at or before its deadline.
  private long[] nearDue = NO_TIMES;
  private int[] nearSlot = NO_SLOTS;
  private int near;

  /**
   * @param longestLifeNanos how far ahead deadlines are; positive. Those that are farther ahead
   *     cost more steps.
   * @param nowNanos any point in time near the present
   */
  ExpiryQueue(MemberRows rows, long longestLifeNanos, long nowNanos) {
    this.rows = rows;
    this.width = longestLifeNanos / (BUCKETS - 2) + 1;
    this.origin = nowNanos;
  }

  /** Puts a new member in. */
  void add(int slot, long nowNanos) {
    if (calendar.length == 0) {
      calendar = new int[BUCKETS];
      Arrays.fill(calendar, MemberRows.NONE);
    }
    if (rows.size() == 1) {
      // The only one: no bucket before the present one matters.
      current = bucket(nowNanos);
    }
    place(slot);
  }

  private void place(int slot) {
    long deadline = rows.deadline(slot);
    long bucket = bucket(deadline);
    if (bucket <= current) {
      push(deadline, slot);
      return;
    }
    // What is too far ahead, as this queue lags behind, comes up early and goes on from there.
    int index = index(Math.min(bucket, current + BUCKETS - 1));
    rows.setQueued(slot, calendar[index]);
    calendar[index] = slot;
  }

  /** At or before the first deadline: when there is work again. Only if there are members. */
  long nextDue() {
    if (coming != MemberRows.NONE) {
      long began = start(current);
      return near > 0 && nearDue[0] - began < 0 ? nearDue[0] : began;
    }
    return near > 0 ? nearDue[0] : start(nextBucket());
  }

  /**
   * The first deadline, or, if it takes too many steps to find that out, a time before it by no
   * more than a 15th of the longest life, unless deadlines are farther ahead than that. Only if
   * there are members.
   */
  long earliestDeadline(int atMostSteps) {
    for (int i = 0; i < atMostSteps; i++) {
      if (coming != MemberRows.NONE) {
        placeNextComing();
      } else if (near == 0) {
        turnTo(nextBucket());
      } else if (nearDue[0] == rows.deadline(nearSlot[0])) {
        return nearDue[0];
      } else {
        place(pop());
      }
    }
    return nextDue();
  }

  /**
   * Does a step of the work.
   *
   * @return the slot of the member with the first deadline, if it has come, no longer in the queue;
   *     or {@link #BUSY} or {@link #IDLE}
   */
  int step(long nowNanos) {
    if (coming != MemberRows.NONE) {
      placeNextComing();
      return BUSY;
    }
    if (near > 0) {
      long due = nearDue[0];
      if (due - nowNanos > 0) {
        return IDLE;
      }
      int slot = pop();
      if (rows.deadline(slot) == due) {
        return slot;
      }
      // Refreshed since: back with it, even if it is due by now, for others may be due before it.
      place(slot);
      return BUSY;
    }
    long next = nextBucket();
    if (next == current) {
      calendar = NO_SLOTS;
      return IDLE;
    }
    if (start(next) - nowNanos > 0) {
      return IDLE;
    }
    turnTo(next);
    return BUSY;
  }

  /**
   * Takes out a member, whatever its deadline.
   *
   * @return its slot, or {@link MemberRows#NONE} if there is none left
   */
  int take() {
    if (near > 0) {
      // A heap without its last place is one.
      int slot = nearSlot[--near];
      giveBackIfEmpty();
      return slot;
    }
    if (coming == MemberRows.NONE) {
      long next = nextBucket();
      if (next == current) {
        calendar = NO_SLOTS;
        return MemberRows.NONE;
      }
      turnTo(next);
    }
    int slot = coming;
    coming = rows.queued(slot);
    return slot;
  }

  private void placeNextComing() {
    int slot = coming;
    coming = rows.queued(slot);
    place(slot);
  }

  private void turnTo(long bucket) {
    current = bucket;
    coming = calendar[index(bucket)];
    calendar[index(bucket)] = MemberRows.NONE;
  }

  /** The first bucket in the calendar that is not empty, or the current one if all are. */
  private long nextBucket() {
    if (calendar.length == 0) {
      return current;
    }
    for (long bucket = current + 1; bucket < current + BUCKETS; bucket++) {
      if (calendar[index(bucket)] != MemberRows.NONE) {
        return bucket;
      }
    }
    return current;
  }

  private long bucket(long timeNanos) {
    return Math.floorDiv(timeNanos - origin, width);
  }

  private long start(long bucket) {
    return origin + bucket * width;
  }

  private static int index(long bucket) {
    return (int) Math.floorMod(bucket, (long) BUCKETS);
  }

  // --- the heap ----------------------------------------------------------------------------------

  private void push(long due, int slot) {
    if (near == nearDue.length) {
      int capacity = Math.max(MIN_HEAP, near + near / 2);
      nearDue = Arrays.copyOf(nearDue, capacity);
      nearSlot = Arrays.copyOf(nearSlot, capacity);
    }
    int position = near++;
    while (position > 0) {
      int parent = (position - 1) >>> 1;
      if (isBefore(nearDue[parent], nearSlot[parent], due, slot)) {
        break;
      }
      nearDue[position] = nearDue[parent];
      nearSlot[position] = nearSlot[parent];
      position = parent;
    }
    nearDue[position] = due;
    nearSlot[position] = slot;
  }

  private int pop() {
    final int first = nearSlot[0];
    near--;
    long due = nearDue[near];
    int slot = nearSlot[near];
    int position = 0;
    while (true) {
      int child = 2 * position + 1;
      if (child >= near) {
        break;
      }
      if (child + 1 < near
          && isBefore(nearDue[child + 1], nearSlot[child + 1], nearDue[child], nearSlot[child])) {
        child++;
      }
      if (isBefore(due, slot, nearDue[child], nearSlot[child])) {
        break;
      }
      nearDue[position] = nearDue[child];
      nearSlot[position] = nearSlot[child];
      position = child;
    }
    nearDue[position] = due;
    nearSlot[position] = slot;
    giveBackIfEmpty();
    return first;
  }

  private void giveBackIfEmpty() {
    if (near == 0) {
      nearDue = NO_TIMES;
      nearSlot = NO_SLOTS;
    }
  }

  /**
   * Those who are due at the same time leave in the order of their slots, mostly that of joining.
   */
  private static boolean isBefore(long due, int slot, long otherDue, int otherSlot) {
    return due == otherDue ? slot < otherSlot : due - otherDue < 0;
  }
}
