package dev.rgap.outputs.dns;

import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.HostClock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The serial of a zone's SOA record, which grows when the zone's groups have changed (RFC 1982):
 * the second, since 1970, in which an answer first showed the change. Safe for all threads.
 *
 * <p>Serials have to go on growing after a restart, and all that is kept over a restart is the
 * clock. So they do not run ahead of it: many changes between two answers are one, and what is not
 * asked for its serial, a negative answer, gets another one only when the clock has one. Who asks
 * for the SOA record twice in a second does get one more if there was a change, up to {@value
 * #MOST_AHEAD} seconds ahead. A clock that was set back makes them grow by one, once a second.
 */
final class ZoneSerial {

  private static final int MOST_AHEAD = 10;

  /** How many groups are looked at each time that somebody asks. */
  private static final int FEW = 16;

  /** How often the others are, and any number of them for the sake of negative answers. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * A serial.
   *
   * @param versions the groups' versions that it stands for, added up
   * @param grownAt when it was made
   * @param lookedAt when the groups were looked at last
   */
  private record Serial(int number, long versions, long grownAt, long lookedAt) {}

  private final Membership membership;
  private final HostClock clock;
  private final Set<GroupId> groups = new LinkedHashSet<>();
  private volatile Serial latest;

  /** Begins now, without groups. */
  ZoneSerial(Membership membership, HostClock clock) {
    this.membership = membership;
    this.clock = clock;
    long now = clock.nanoTime();
    latest = new Serial(seconds(), 0, now, now - LOOK_NANOS);
  }

  /** Begins after another one, which this one takes the place of: nobody may miss the change. */
  void follow(ZoneSerial before) {
    int next = before.number(false) + 1;
    Serial first = latest;
    if (next - first.number > 0) {
      latest = new Serial(next, first.versions, first.grownAt, first.lookedAt);
    }
  }

  /** Adds a group, before the first serial is asked for. */
  void add(GroupId group) {
    groups.add(group);
  }

  private int seconds() {
    return (int) TimeUnit.MICROSECONDS.toSeconds(clock.epochMicros()); // it wraps as serials do
  }

  /**
   * The serial as it is now, unsigned.
   *
   * @param asked whether the SOA record is what was asked for
   */
  int number(boolean asked) {
    Serial known = latest;
    boolean fresh = clock.nanoTime() - known.lookedAt < LOOK_NANOS;
    return fresh && !(asked && groups.size() <= FEW) ? known.number : look(asked);
  }

  private synchronized int look(boolean asked) {
    Serial known = latest;
    long now = clock.nanoTime();
    long versions = 0;
    for (GroupId group : groups) {
      versions += membership.snapshot(group).version();
    }
    int ahead = known.number - seconds();
    boolean grows =
        versions != known.versions
            && (ahead < (asked ? MOST_AHEAD : 0) || now - known.grownAt >= SECOND_NANOS);
    latest =
        grows
            ? new Serial(known.number + Math.max(1, -ahead), versions, now, now)
            : new Serial(known.number, known.versions, known.grownAt, now);
    return latest.number;
  }
}
