package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The {@value #MOST} events that happened last. Each has a number; who reads has the number of the
 * one that it wants next, and nothing else. Safe for all threads.
 *
 * <pre>
 *   0 ........... begin ............. end
 *     forgotten         remembered     the next one
 * </pre>
 */
final class EventRing {

  /** How many are remembered. */
  static final int MOST = 4_096;

  private static final int FIRST_ROOM = 64;

  /** When and why a member has left. */
  record Leave(Instant time, Left.Cause cause) {}

  @GuardedBy("this")
  private Happening[] events = new Happening[FIRST_ROOM];

  @GuardedBy("this")
  private long end;

  /** How often all readers were told to end. */
  @GuardedBy("this")
  private int turn;

  @GuardedBy("this")
  private boolean closed;

  /** Adds one. */
  synchronized void add(Happening event) {
    if (end == events.length && end < MOST) {
      events = Arrays.copyOf(events, 2 * events.length);
    }
    events[index(end)] = event;
    end++;
    notifyAll();
  }

  @GuardedBy("this")
  private int index(long number) {
    return (int) (number % events.length);
  }

  /** The number of the oldest one that is remembered, or of the next if there is none. */
  synchronized long begin() {
    return Math.max(0, end - events.length);
  }

  /** The number that the next one will have. */
  synchronized long end() {
    return end;
  }

  /**
   * Those from a number on.
   *
   * @param from from {@link #begin} to {@link #end}; what has been forgotten since is left out
   */
  synchronized List<Happening> from(long from, int most) {
    List<Happening> found = new ArrayList<>();
    for (long number = Math.max(from, begin()); number < end && found.size() < most; number++) {
      found.add(events[index(number)]);
    }
    return found;
  }

  /** When an address has left a group, if it has and is remembered. */
  synchronized Optional<Leave> lastLeave(GroupId group, IpAddress address) {
    for (long number = end - 1; number >= begin(); number--) {
      Happening event = events[index(number)];
      Left.Cause cause = event.cause();
      if (cause != null && group.equals(event.group()) && address.equals(event.address())) {
        return Optional.of(new Leave(event.time(), cause));
      }
    }
    return Optional.empty();
  }

  /**
   * Waits until there is more than this, or readers are to end, or the time is over.
   *
   * @param number the next one's that is wanted
   */
  synchronized void await(long number, int readers, long millis) throws InterruptedException {
    long since = System.nanoTime();
    long left = millis;
    while (end <= number && turn == readers && !closed && left > 0) {
      wait(left);
      left = millis - (System.nanoTime() - since) / 1_000_000;
    }
  }

  /** What readers that begin now are called. */
  synchronized int readers() {
    return turn;
  }

  /** Whether readers may go on. */
  synchronized boolean goesOn(int readers) {
    return !closed && turn == readers;
  }

  /** Ends those who read; others may begin. */
  synchronized void endReaders() {
    turn++;
    notifyAll();
  }

  /** Ends those who read, and lets nobody begin. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
