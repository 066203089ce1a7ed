package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides for a group with a {@link Damping} who of those that are announced may join: a state
 * machine that knows no clock. Times, in nanoseconds, are handed in.
 *
 * <pre>
 *               first announcement                min_announcements
 *   unknown -----------------------------&gt; pending ------------------&gt; member
 *      ^  ^                                   |                        |   ^
 *      |  +------------ within ---------------+                 leaves |   | announced
 *      |                                                               v   |
 *      +------------------------- expire -------------------------- departed
 * </pre>
 *
 * <p>Whatever time it is, those who are pending were first heard in the order in which they stand
 * here, and those who have departed did so in theirs: so the first of each is the next one to be
 * forgotten. Members, pending and departed addresses together are at most {@code max_members}:
 * where there is no room for one that would be pending, a departed one is forgotten early.
 *
 * <p>All of its methods are called with the membership's lock held. {@link #turn} is told the time
 * before anything else is asked.
 */
final class Probation {

  /** What has been heard of an address that is no member. */
  private static final class Heard {
    final long firstAt;
    long timestampMicros;
    int announcements = 1;

    Heard(long firstAt, long timestampMicros) {
      this.firstAt = firstAt;
      this.timestampMicros = timestampMicros;
    }
  }

  private final GroupTable table;
  private final LinkedHashMap<IpAddress, Heard> pending = new LinkedHashMap<>();

  /** When they left. */
  private final LinkedHashMap<IpAddress, Long> departed = new LinkedHashMap<>();

  private int announcements;
  private long withinNanos;
  private long rememberNanos;
  private int maxMembers;
  private long now;

  /** Nobody is pending, and nobody known to have departed. */
  Probation(GroupConfig config, Damping damping, GroupTable table, long now) {
    this.now = now;
    this.table = table;
    change(config, damping);
  }

  /** Goes by another configuration from the next announcement on. */
  void change(GroupConfig config, Damping damping) {
    announcements = damping.minAnnouncements();
    withinNanos = damping.within().toNanos();
    rememberNanos = config.expire().toNanos();
    maxMembers = config.maxMembers();
  }

  /** How many addresses are pending. */
  int pending() {
    return pending.size();
  }

  /**
   * A genuine announcement.
   *
   * @return what becomes of it, which is {@link Admission#JOINED} if the table may have it: its
   *     address is a member, or may become one
   */
  Admission announced(long high, long low, long timestampMicros) {
    if (table.has(high, low)) {
      return Admission.JOINED;
    }
    if (table.departures().isOld(high, low, timestampMicros, now)) {
      return Admission.REPLAY;
    }
    IpAddress address = new IpAddress(high, low);
    Long left = departed.remove(address);
    if (left != null && now - left < rememberNanos) {
      return Admission.JOINED;
    }
    Heard known = pending.get(address);
    if (known != null && now - known.firstAt >= withinNanos) {
      pending.remove(address);
      known = null;
    }
    if (known == null) {
      if (isFull() && departed.pollFirstEntry() == null) {
        return Admission.FULL;
      }
      pending.put(address, new Heard(now, timestampMicros));
      return Admission.PENDING;
    }
    if (timestampMicros <= known.timestampMicros) {
      return Admission.REPLAY;
    }
    known.timestampMicros = timestampMicros;
    known.announcements++;
    if (known.announcements < announcements) {
      return Admission.PENDING;
    }
    pending.remove(address);
    return Admission.JOINED;
  }

  /** A member has left, at the time that was told last. */
  void left(long high, long low) {
    if (isFull()) {
      departed.pollFirstEntry();
    }
    if (!isFull()) {
      departed.putLast(new IpAddress(high, low), now);
    }
  }

  /** An address has said goodbye: it is not waiting any more. */
  void forget(long high, long low) {
    if (!pending.isEmpty()) {
      pending.remove(new IpAddress(high, low));
    }
  }

  /** Whether there are as many addresses as there may be. */
  private boolean isFull() {
    return (long) table.size() + pending.size() + departed.size() >= maxMembers;
  }

  /** Whether it waits for something: then {@link #nextDue} tells for what. */
  boolean isActive() {
    return !pending.isEmpty() || !departed.isEmpty();
  }

  /** When {@link #step} has something to do; only if it is active. */
  long nextDue() {
    Map.Entry<IpAddress, Heard> waiting = pending.firstEntry();
    Map.Entry<IpAddress, Long> left = departed.firstEntry();
    if (waiting == null) {
      return left == null ? Long.MAX_VALUE : left.getValue() + rememberNanos;
    }
    long over = waiting.getValue().firstAt + withinNanos;
    return left == null || over - (left.getValue() + rememberNanos) < 0
        ? over
        : left.getValue() + rememberNanos;
  }

  /** Time has passed: before anybody leaves or joins. */
  void turn(long time) {
    now = time;
  }

  /**
   * Forgets one whose time is over by now.
   *
   * @return whether there may be more to do
   */
  boolean step() {
    if (!isActive() || nextDue() - now > 0) {
      return false;
    }
    Map.Entry<IpAddress, Heard> waiting = pending.firstEntry();
    if (waiting != null && waiting.getValue().firstAt + withinNanos - now <= 0) {
      pending.pollFirstEntry();
    } else {
      departed.pollFirstEntry();
    }
    return true;
  }
}
