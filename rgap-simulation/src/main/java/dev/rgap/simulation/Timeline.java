package dev.rgap.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one clock that all simulated clocks are made from, and what happens by it: one thing after
 * the other, in the order of time and, at one time, in the order in which it was planned.
 *
 * <p>There are two kinds of things: what programs and networks do, and what is done to them from
 * outside. Somebody outside may have to wait, as for the end of a program: then the former go on
 * and the latter wait as well.
 */
final class Timeline {

  /** Something that happens, unless it is cancelled before. */
  static final class Event {
    private final long at;
    private final long number;
    private @Nullable Runnable what;

    private Event(long at, long number, Runnable what) {
      this.at = at;
      this.number = number;
      this.what = what;
    }

    void cancel() {
      what = null;
    }
  }

  private static final int MOST_AT_ONCE = 1_000_000;

  private static final Comparator<Event> ORDER =
      Comparator.<Event>comparingLong(event -> event.at).thenComparingLong(event -> event.number);

  private final PriorityQueue<Event> inside = new PriorityQueue<>(ORDER);
  private final PriorityQueue<Event> outside = new PriorityQueue<>(ORDER);
  private final BooleanSupplier over;
  private long now;
  private long planned;

  /** How much has happened since the clock has moved. */
  private int atOnce;

  /**
   * Nothing is planned.
   *
   * @param over whether nothing is to happen any more
   */
  Timeline(BooleanSupplier over) {
    this.over = over;
  }

  /** Nanoseconds since the beginning. */
  long now() {
    return now;
  }

  /** Whether time does not pass any more, as more and more is done at once. */
  boolean isStuck() {
    return atOnce > MOST_AT_ONCE;
  }

  /** Plans what a program or a network does; what is late happens now. */
  Event at(long when, Runnable what) {
    Event event = new Event(Math.max(when, now), planned++, what);
    inside.add(event);
    return event;
  }

  /** Plans what is done to them. */
  void fromOutside(long when, Runnable what) {
    outside.add(new Event(Math.max(when, now), planned++, what));
  }

  /** Lets all happen until then. */
  void runUntil(long end) {
    while (!over.getAsBoolean()) {
      Event first = inside.peek();
      Event other = outside.peek();
      boolean isOutside = first == null || (other != null && ORDER.compare(other, first) < 0);
      Event next = isOutside ? other : first;
      if (next == null || next.at > end) {
        break;
      }
      happen(isOutside ? outside : inside);
    }
    now = Math.max(now, end);
  }

  /**
   * Lets what is inside happen while somebody outside waits.
   *
   * @return whether that has come true; at the end of the time it may not
   */
  boolean waitFor(BooleanSupplier condition, long end) {
    while (!condition.getAsBoolean()) {
      Event next = inside.peek();
      if (over.getAsBoolean() || next == null || next.at > end) {
        now = Math.max(now, end);
        return condition.getAsBoolean();
      }
      happen(inside);
    }
    return true;
  }

  private void happen(PriorityQueue<Event> of) {
    Event event = of.remove();
    Runnable what = event.what;
    if (what != null) {
      atOnce = event.at > now ? 0 : atOnce + 1;
      now = Math.max(now, event.at);
      what.run();
    }
  }
}
