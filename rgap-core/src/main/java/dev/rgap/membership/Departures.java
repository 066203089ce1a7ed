package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what those have said last who have left a group, for as long as something older could
 * be fresh: nobody comes back by a copy, by an announcement that was overtaken, or by one that
 * another listener passes on. A state machine that knows no clock: times, in nanoseconds, are
 * handed in.
 *
 * <p>Who fell silent has said that long ago, and so has everybody else of that time: only the
 * latest such timestamp is remembered, and counts for all addresses. Who said goodbye may have
 * announced just before, as others do now: each is remembered by its address. There is room for
 * some; if that is used up, the one that was said first counts for all addresses.
 *
 * <p>All of its methods are called with the membership's lock held.
 */
final class Departures {

  /**
   * A goodbye.
   *
   * @param timestampMicros when it was said, by its host's clock
   * @param at when it came
   */
  private record Farewell(long timestampMicros, long at) {}

  /** A timestamp that counts for some time. */
  private static final class Latest {
    private long timestampMicros = Long.MIN_VALUE;
    private long until;

    void raise(long to, long now, long end) {
      if (to > timestampMicros || until - now <= 0) {
        timestampMicros = to;
        until = end;
      }
    }

    long at(long now) {
      return now - until < 0 ? timestampMicros : Long.MIN_VALUE;
    }
  }

  /** What counts for all addresses. */
  private final Latest silent = new Latest();

  /** The latest goodbye. */
  private final Latest said = new Latest();

  /** In the order in which they came. */
  private final LinkedHashMap<IpAddress, Farewell> farewells = new LinkedHashMap<>();

  private long rememberNanos;
  private int most;

  /** Nobody has left. Nothing is remembered until {@link #remember} says for how long. */
  Departures(int most, long nowNanos) {
    this.most = most;
    silent.until = nowNanos;
    said.until = nowNanos;
  }

  /**
   * Remembers for this long what is said from now on.
   *
   * @param nanos not negative; 0, as in the beginning, for not at all
   */
  void remember(long nanos) {
    rememberNanos = nanos;
  }

  /** Remembers at most so many who have said goodbye; positive. */
  void limit(int atMost) {
    most = atMost;
  }

  /** Somebody has left who has said this last. */
  void silent(long timestampMicros, long nowNanos) {
    silent.raise(timestampMicros, nowNanos, nowNanos + rememberNanos);
  }

  /** An address has said goodbye, later than anything that is known of it. */
  void farewell(long high, long low, long timestampMicros, long nowNanos) {
    IpAddress address = new IpAddress(high, low);
    farewells.remove(address);
    while (farewells.size() >= most) {
      Map.@Nullable Entry<IpAddress, Farewell> first = farewells.pollFirstEntry();
      if (first != null) {
        silent(first.getValue().timestampMicros, nowNanos);
      }
    }
    farewells.putLast(address, new Farewell(timestampMicros, nowNanos));
    said.raise(timestampMicros, nowNanos, nowNanos + rememberNanos);
  }

  /** Whether this is a copy of the goodbye that is remembered of this address. */
  boolean isCopy(long high, long low, long timestampMicros) {
    if (farewells.isEmpty()) {
      return false;
    }
    Farewell known = farewells.get(new IpAddress(high, low));
    return known != null && timestampMicros == known.timestampMicros;
  }

  /** Who has said goodbye is a member again. */
  void cameBack(long high, long low) {
    if (!farewells.isEmpty()) {
      farewells.remove(new IpAddress(high, low));
    }
  }

  /** Whether this is no later than what counts for this address. */
  boolean isOld(long high, long low, long timestampMicros, long nowNanos) {
    if (timestampMicros <= silent.at(nowNanos)) {
      return true;
    }
    if (farewells.isEmpty()) {
      return false;
    }
    Farewell known = farewells.get(new IpAddress(high, low));
    return known != null && timestampMicros <= known.timestampMicros && over(known) - nowNanos > 0;
  }

  /** The latest timestamp of all that counts, or the least there is. */
  long latest(long nowNanos) {
    return Math.max(silent.at(nowNanos), said.at(nowNanos));
  }

  /** Whether somebody who has said goodbye is remembered: then {@link #nextDue} tells how long. */
  boolean isActive() {
    return !farewells.isEmpty();
  }

  /** When {@link #step} has something to do; only if it is active. */
  long nextDue() {
    return over(farewells.firstEntry().getValue());
  }

  /**
   * Forgets one who has said goodbye so long ago that it does not matter any more.
   *
   * @return whether there may be more to do
   */
  boolean step(long nowNanos) {
    if (!isActive() || nextDue() - nowNanos > 0) {
      return false;
    }
    farewells.pollFirstEntry();
    return true;
  }

  private long over(Farewell farewell) {
    return farewell.at + rememberNanos;
  }
}
