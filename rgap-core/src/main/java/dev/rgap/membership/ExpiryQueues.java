package dev.rgap.membership;

import org.jspecify.annotations.Nullable;

/**
 * Knows which member of a group is due next, also while the longest life there is changes: members
 * move from the {@link ExpiryQueue} of before to the one of now some at a time, so that nobody has
 * to wait for all of them.
 */
final class ExpiryQueues {

  private final MemberRows rows;
  private ExpiryQueue queue;

  /** How many members are in it. */
  private int inQueue;

  /** The one of before; null if nobody is in it any more. */
  private @Nullable ExpiryQueue former;

  private int inFormer;

  /**
   * @param longestLifeNanos how far ahead deadlines are; positive. Those that are farther ahead
   *     cost more steps.
   * @param nowNanos any point in time near the present
   */
  ExpiryQueues(MemberRows rows, long longestLifeNanos, long nowNanos) {
    this.rows = rows;
    this.queue = new ExpiryQueue(rows, longestLifeNanos, nowNanos);
  }

  /** Deadlines are that far ahead from now on. {@link #move} has something to do then. */
  void change(long longestLifeNanos, long nowNanos) {
    while (move(nowNanos)) {} // nothing, unless somebody was in a hurry
    former = inQueue == 0 ? null : queue;
    inFormer = inQueue;
    queue = new ExpiryQueue(rows, longestLifeNanos, nowNanos);
    inQueue = 0;
  }

  /**
   * Moves a member to where it belongs since the last change.
   *
   * @return whether there are more to be moved
   */
  boolean move(long nowNanos) {
    ExpiryQueue emptied = former;
    if (emptied == null) {
      return false;
    }
    add(emptied.take(), nowNanos);
    leftFormer();
    return former != null;
  }

  private void leftFormer() {
    if (--inFormer == 0) {
      former = null;
    }
  }

  /** Puts a member in. */
  void add(int slot, long nowNanos) {
    queue.add(slot, nowNanos);
    inQueue++;
  }

  /** At or before the first deadline: when there is work again. Only if there are members. */
  long nextDue() {
    return first().nextDue();
  }

  /** The queue with the earlier work. */
  private ExpiryQueue first() {
    ExpiryQueue other = former;
    return other == null || (inQueue > 0 && queue.nextDue() - other.nextDue() < 0) ? queue : other;
  }

  /** As {@link ExpiryQueue#earliestDeadline}, with as many steps in each queue. */
  long earliestDeadline(int atMostSteps) {
    ExpiryQueue other = former;
    if (other == null) {
      return queue.earliestDeadline(atMostSteps);
    }
    long first = other.earliestDeadline(atMostSteps);
    if (inQueue == 0) {
      return first;
    }
    long another = queue.earliestDeadline(atMostSteps);
    return another - first < 0 ? another : first;
  }

  /** As {@link ExpiryQueue#step}. */
  int step(long nowNanos) {
    ExpiryQueue first = first();
    int slot = first.step(nowNanos);
    if (slot >= 0) {
      left(first);
    }
    return slot;
  }

  /** As {@link ExpiryQueue#take}. */
  int take() {
    ExpiryQueue emptied = former == null ? queue : former;
    int slot = emptied.take();
    if (slot != MemberRows.NONE) {
      left(emptied);
    }
    return slot;
  }

  private void left(ExpiryQueue by) {
    if (by == queue) {
      inQueue--;
    } else {
      leftFormer();
    }
  }
}
