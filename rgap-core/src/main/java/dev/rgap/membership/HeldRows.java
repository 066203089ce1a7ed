package dev.rgap.membership;

import java.util.BitSet;

/**
 * The slots of those members of a group that are due and stay published: a bit for each row. Such a
 * row is in no {@link ExpiryQueue}.
 */
final class HeldRows {

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

  /** The first slot from this one on, or {@link MemberRows#NONE}. */
  int next(int from) {
    return slots.nextSetBit(from);
  }
}
