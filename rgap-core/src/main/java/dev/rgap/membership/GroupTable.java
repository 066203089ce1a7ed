package dev.rgap.membership;

import dev.rgap.protocol.AnnouncementCodec;
import org.jspecify.annotations.Nullable;

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
 *     |   expire:        | ^
 *     +-- deadline ≤ now +-|-- expire, if a Keeper keeps it --> held --+
 *     +------- expel ----+ +---------------- accept: newer ------------+
 *     +------------------------------------------- release, expel -----+
 * </pre>
 *
 * <p>{@link MemberRows} hold the members; a {@link RowIndex} finds a row by its address; an {@link
 * ExpiryQueue} knows who is due. Rows grow and shrink by a page, the index by a bucket: no
 * announcement ever has to wait for a table to be copied.
 */
final class GroupTable {

  /** Is told about members; the arguments are an address's halves. */
  interface Visitor {
    void member(long high, long low, long deadlineNanos);
  }

  /** Decides about those whose deadline has come. */
  interface Keeper {
    /** Whether the member leaves; if not, it is held from now on. */
    boolean letsGo(long high, long low);
  }

  /** Is shown a member. */
  interface Sight {
    /**
     * A member.
     *
     * @param slot its row
     * @param held whether its deadline has come and it was kept
     * @param draining whether it is marked
     */
    void member(MemberRows rows, int slot, boolean held, boolean draining);
  }

  /** Steps of expiry that are done to make room for a new member: few, as it is one datagram. */
  private static final int STEPS_FOR_ROOM = 16;

  /** Goodbyes that are remembered, if there may be as many members. */
  private static final int LEAST_FAREWELLS = 1_000;

  private final MemberRows rows = new MemberRows();
  private final RowIndex index = new RowIndex(rows);
  private int maxMembers;
  private long longestLifeNanos;
  private final ExpiryQueues queue;

  /** Members that are due and stay: in no queue. */
  private final SlotSet held = new SlotSet();

  /** Rows of those who have left before they were due: in the queue, and in nothing else. */
  private final SlotSet gone = new SlotSet();

  /** Members that are marked as those who drain. */
  private final SlotSet draining = new SlotSet();

  private final Departures departures;
  private @Nullable Keeper keeper;

  /** The row that was changed by the last announcement. */
  private int touched = MemberRows.NONE;

  /** How often something has changed that is worth to be kept. */
  private long changes;

  /**
   * A table without members.
   *
   * @param maxMembers how many there can be; positive
   * @param longestLifeNanos how far ahead deadlines can be; positive
   * @param nowNanos the time
   */
  GroupTable(int maxMembers, long longestLifeNanos, long nowNanos) {
    this.maxMembers = maxMembers;
    this.longestLifeNanos = longestLifeNanos;
    this.queue = new ExpiryQueues(rows, longestLifeNanos, nowNanos);
    this.departures = new Departures(farewells(maxMembers), nowNanos);
  }

  /**
   * Applies a changed configuration. All members stay, with their deadlines, even if they are more
   * than there can be, or due later than new ones can be. If the longest life is another, {@link
   * #tidy} has something to do.
   *
   * @param maxMembers how many there can be; positive
   * @param longestLifeNanos how far ahead new deadlines can be; positive
   */
  void change(int maxMembers, long longestLifeNanos, long nowNanos) {
    this.maxMembers = maxMembers;
    departures.limit(farewells(maxMembers));
    if (longestLifeNanos != this.longestLifeNanos) {
      this.longestLifeNanos = longestLifeNanos;
      queue.change(longestLifeNanos, nowNanos);
    }
  }

  /**
   * Does a step of what is to be done since the longest life is another, so that finding out who is
   * due costs as little as ever.
   *
   * @return whether there is more to do
   */
  boolean tidy(long nowNanos) {
    return queue.move(nowNanos);
  }

  /** How many goodbyes are remembered by their address, in a group of so many members at most. */
  private static int farewells(int maxMembers) {
    return Math.min(maxMembers, Math.max(LEAST_FAREWELLS, maxMembers / 8));
  }

  /** What those have said last who have left. */
  Departures departures() {
    return departures;
  }

  /**
   * Has somebody decide from now on whether those leave whose deadline has come; null for nobody:
   * then they do.
   */
  void keep(@Nullable Keeper by) {
    keeper = by;
  }

  /** How many members there are, with those that are held. */
  int size() {
    return rows.size() - gone.size();
  }

  /** How many of the members are held. */
  int held() {
    return held.size();
  }

  /** How many of the members are marked as those who drain. */
  int draining() {
    return draining.size();
  }

  /** Whether this address is a member that is marked so. */
  boolean isDraining(long addressHigh, long addressLow) {
    int slot = draining() == 0 ? MemberRows.NONE : index.find(addressHigh, addressLow);
    return slot != MemberRows.NONE && draining.contains(slot);
  }

  /**
   * Marks the member whose announcement was taken in last as one that drains, or as one that does
   * not.
   *
   * @return whether that is a change
   */
  boolean mark(boolean drains) {
    if (draining.contains(touched) == drains) {
      return false;
    }
    if (drains) {
      draining.add(touched);
    } else {
      draining.remove(touched);
    }
    return true;
  }

  /** How many of the members are not held. */
  int live() {
    return size() - held.size();
  }

  /** Whether {@link #nextDue} and {@link #expire} have something to look at. */
  boolean isWaiting() {
    return rows.size() > held.size();
  }

  /**
   * Takes in a genuine announcement, which makes its address a member, keeps it one, or changes
   * nothing: as it is not newer than what it, or one that has left, said before, or as there are as
   * many members as there may be. If its address is a member whose deadline has come, the visitor
   * is told that it leaves, and it joins anew. If there are as many members as there can be, a new
   * one may take the place of one whose deadline has come: the visitor is told about that one, too;
   * one that is held has to give way in the same manner. Nobody leaves unless somebody joins. If
   * there is a {@link Keeper}, who comes at its deadline or later has not left.
   *
   * <p>Nobody joins by an announcement that is {@linkplain Departures#isOld old}.
   *
   * @param deadlineNanos when it expires; later than now
   */
  Admission accept(
      long addressHigh,
      long addressLow,
      long timestampMicros,
      long deadlineNanos,
      long nowNanos,
      Visitor left) {
    int slot = index.find(addressHigh, addressLow);
    if (slot == MemberRows.NONE) {
      if (departures.isOld(addressHigh, addressLow, timestampMicros, nowNanos)) {
        return Admission.REPLAY;
      }
      if (!makesRoom(nowNanos, left)) {
        return Admission.FULL;
      }
      slot = rows.add(addressHigh, addressLow, timestampMicros, deadlineNanos);
      touched(slot);
      index.add(slot);
      queue.add(slot, nowNanos);
      departures.cameBack(addressHigh, addressLow);
      return Admission.JOINED;
    }
    long known = rows.deadline(slot);
    if (timestampMicros <= rows.timestamp(slot)) {
      return Admission.REPLAY; // whose deadline has come leaves without that
    }
    rows.setTimestamp(slot, timestampMicros);
    touched(slot);
    if (held.contains(slot)) {
      held.remove(slot);
      rows.setDeadline(slot, deadlineNanos);
      queue.add(slot, nowNanos);
      return Admission.REFRESHED;
    }
    boolean over = known - nowNanos <= 0 && keeper == null;
    if (over) {
      draining.discard(slot);
      left.member(addressHigh, addressLow, known);
    }
    // When this host's wall clock was set forward in between, the newer announcement has the
    // earlier deadline. What is known to be alive must not be cut short by that.
    if (deadlineNanos - known > 0) {
      rows.setDeadline(slot, deadlineNanos);
    }
    return over ? Admission.JOINED : Admission.REFRESHED;
  }

  private void touched(int slot) {
    touched = slot;
    changes++;
  }

  /** Whether this address is a member. */
  boolean has(long addressHigh, long addressLow) {
    return index.find(addressHigh, addressLow) != MemberRows.NONE;
  }

  /** Whether another member may join, if need be in place of one whose deadline has come. */
  private boolean makesRoom(long nowNanos, Visitor left) {
    for (int i = 0; i < STEPS_FOR_ROOM && size() <= maxMembers && !hasRoom(); i++) {
      if (!release(nowNanos, left) && !expire(nowNanos, left)) {
        break;
      }
    }
    return hasRoom();
  }

  /** The rows of those who come and go need memory, too. */
  private boolean hasRoom() {
    return size() < maxMembers && rows.size() < 2L * maxMembers;
  }

  /**
   * When {@link #expire} has something to do; only if there are members that are not held. It may
   * turn out then that nobody leaves.
   */
  long nextDue() {
    return queue.nextDue();
  }

  /**
   * The first member's deadline, or, if it takes too many steps to find that out, a time before it
   * by no more than a 15th of the longest life (more, if that was once longer and members of then
   * are left). Only if there are members that are not held.
   */
  long earliestDeadline(int atMostSteps) {
    return queue.earliestDeadline(atMostSteps);
  }

  /**
   * Does a step of what is to be done by now: removes the member with the earliest deadline, if
   * that has come, and tells the visitor, unless it is kept; or makes headway in finding it.
   *
   * @return whether there may be more to do; if not, {@link #nextDue} is later than now or there
   *     are no members
   */
  boolean expire(long nowNanos, Visitor left) {
    int slot = queue.step(nowNanos);
    if (slot >= 0) {
      if (gone.contains(slot)) {
        forget(slot);
      } else if (keeper == null || keeper.letsGo(rows.high(slot), rows.low(slot))) {
        departures.silent(rows.timestamp(slot), nowNanos);
        remove(slot, left);
      } else {
        held.add(slot);
      }
    }
    return slot != ExpiryQueue.IDLE;
  }

  /**
   * Removes a member that is held, and tells the visitor.
   *
   * @return whether there was one
   */
  boolean release(long nowNanos, Visitor left) {
    int slot = held.next(0);
    if (slot == MemberRows.NONE) {
      return false;
    }
    releaseRow(slot, nowNanos, left);
    return true;
  }

  /**
   * Looks at the next of those that are held, and removes it and tells the visitor if it is for
   * none of the addresses that may be members.
   *
   * @param from the slot at which to go on, at first 0
   * @return where to go on; negative if that was all
   */
  int sift(int from, GroupConfig allowed, long nowNanos, Visitor left) {
    int slot = held.next(from);
    if (slot == MemberRows.NONE) {
      return -1;
    }
    if (!allowed.allows(rows.high(slot), rows.low(slot))) {
      releaseRow(slot, nowNanos, left);
    }
    return slot + 1;
  }

  private void releaseRow(int slot, long nowNanos, Visitor left) {
    held.remove(slot);
    departures.silent(rows.timestamp(slot), nowNanos);
    remove(slot, left);
  }

  /**
   * An address says goodbye: if it is a member, it is none any more, and the visitor is told. A
   * copy of a goodbye changes nothing.
   *
   * @return whether it counts: if not, something later is known of the address
   */
  boolean leave(
      long addressHigh, long addressLow, long timestampMicros, long nowNanos, Visitor left) {
    int slot = index.find(addressHigh, addressLow);
    if (slot == MemberRows.NONE && departures.isCopy(addressHigh, addressLow, timestampMicros)) {
      return true;
    }
    if (slot == MemberRows.NONE
        ? departures.isOld(addressHigh, addressLow, timestampMicros, nowNanos)
        : timestampMicros <= rows.timestamp(slot)) {
      return false;
    }
    departures.farewell(addressHigh, addressLow, timestampMicros, nowNanos);
    changes++;
    if (slot != MemberRows.NONE) {
      long deadline = rows.deadline(slot);
      index.remove(slot);
      draining.discard(slot);
      if (held.contains(slot)) {
        held.remove(slot);
        rows.free(slot);
      } else {
        rows.clearSignature(slot);
        gone.add(slot);
      }
      left.member(addressHigh, addressLow, deadline);
    }
    return true;
  }

  /** Gives up the row of one who left long ago, which is no longer in the queue. */
  private void forget(int slot) {
    gone.remove(slot);
    rows.free(slot);
  }

  /**
   * Removes a member, whatever its deadline, and tells the visitor; or makes headway in finding
   * one.
   *
   * @return whether there may be more
   */
  boolean expel(Visitor left) {
    int slot = queue.take();
    if (slot != MemberRows.NONE && gone.contains(slot)) {
      forget(slot);
      return true;
    }
    if (slot == MemberRows.NONE) {
      slot = held.next(0);
      if (slot == MemberRows.NONE) {
        return false;
      }
      held.remove(slot);
    }
    remove(slot, left);
    return true;
  }

  /** Removes a member that is no longer in the queue, and not held. */
  private void remove(int slot, Visitor left) {
    long high = rows.high(slot);
    long low = rows.low(slot);
    long deadline = rows.deadline(slot);
    index.remove(slot);
    draining.discard(slot);
    rows.free(slot);
    changes++;
    left.member(high, low, deadline);
  }

  /** Shows the member of this address, if there is one. */
  void show(long addressHigh, long addressLow, Sight sight) {
    int slot = index.find(addressHigh, addressLow);
    if (slot != MemberRows.NONE) {
      sight.member(rows, slot, held.contains(slot), draining.contains(slot));
    }
  }

  /**
   * Notes where the announcement came from that was taken in last.
   *
   * @param joined whether it has made its address a member
   */
  void setTrail(boolean joined, long trail, long senderHigh, long senderLow) {
    rows.setTrail(touched, joined, trail, senderHigh, senderLow);
  }

  // --- what is kept on disk ----------------------------------------------------------------------

  /** Has room for the signatures of announcements from now on, or not any more. */
  void keepSignatures(boolean kept) {
    rows.keepSignatures(kept);
  }

  /**
   * Keeps the signature of the announcement that was taken in last, if there is room for it. One
   * that says more than version 1 can't be said again from what a row has.
   */
  void setSignature(byte[] datagram) {
    if (AnnouncementCodec.version(datagram) == AnnouncementCodec.VERSION) {
      rows.setSignature(touched, datagram);
    } else {
      rows.clearSignature(touched);
    }
  }

  /** How often announcements were taken in or members have left: the same if nothing was. */
  long changes() {
    return changes;
  }

  /** How many parts there are, which are numbered from 0. */
  int parts() {
    return rows.lastPage();
  }

  /**
   * Writes the announcements of a part of the members, as they came, one after the other; not of
   * those of whom the signature is not known.
   *
   * @param to has room for {@link MemberRows#PAGE_ROWS} of them
   * @return how many there were
   */
  int writeMembers(int part, long groupBits, byte[] to) {
    return rows.writePage(part, groupBits, to);
  }

  /** How many members are in a part. */
  int membersIn(int part) {
    int first = part * MemberRows.PAGE_ROWS;
    return rows.sizeOfPage(part) - gone.countBetween(first, first + MemberRows.PAGE_ROWS);
  }
}
