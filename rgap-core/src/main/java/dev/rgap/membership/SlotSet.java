package dev.rgap.membership;

import java.util.BitSet;

/** Some of a group's {@link MemberRows rows}: a bit for each. */
final class SlotSet {

  private BitSet slots = new BitSet(0);
  private int size;

  int size() {
    return size;
  }

  boolean contains(int slot) {
    return size > 0 && slots.get(slot);
  }

  /** Puts in a slot that is not there. */
  void add(int slot) {
    slots.set(slot);
    size++;
  }

  /** Takes out a slot that is there. */
  void remove(int slot) {
    slots.clear(slot);
    if (--size == 0) {
      slots = new BitSet(0);
    }
  }

  /** Takes out a slot if it is there. */
  void discard(int slot) {
    if (contains(slot)) {
      remove(slot);
    }
  }

  /** The first slot from this one on, or {@link MemberRows#NONE}. */
  int next(int from) {
    return slots.nextSetBit(from);
  }

  /** How many there are from one slot to before another. */
  int countBetween(int from, int to) {
    int count = 0;
    for (int slot = next(from); slot != MemberRows.NONE && slot < to; slot = next(slot + 1)) {
      count++;
    }
    return count;
  }
}
