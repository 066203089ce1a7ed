package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Guard;
import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How few members a guard may let a group have, as far as that can be told from looking at what is
 * published now and then: when a leave was between two looks is not known, and so not quite how
 * many there were a window before it. Between two looks somebody may join at the begin only.
 */
final class LeastAllowed {

  private record Look(long at, int size) {}

  private static final int SLICES = 32;

  private final long expireNanos;
  private final List<Look> looks = new ArrayList<>();
  private Set<IpAddress> published = Set.of();
  private @Nullable Guard guard;
  private long lastLook;
  private long heard;
  private int losses;

  /** Of a group without members. Times are in nanoseconds. */
  LeastAllowed(long expireNanos, @Nullable Guard guard, long now) {
    this.expireNanos = expireNanos;
    this.lastLook = now;
    change(guard, now);
  }

  /** The guard is another one from now on; it knows nothing of the time before a new window. */
  void change(@Nullable Guard to, long now) {
    Guard was = guard;
    guard = to;
    if (to != null && was == null) {
      heard = now;
    }
    if (to != null && (was == null || !was.window().equals(to.window()))) {
      forget(now);
    }
  }

  private void forget(long now) {
    looks.clear();
    looks.add(new Look(now, published.size()));
  }

  /** A member was heard, or could not be. */
  void heard(long now) {
    heard = now;
  }

  /** How often somebody has left though there was a guard that did not give in. */
  int losses() {
    return losses;
  }

  /**
   * Looks at the members.
   *
   * @param ended whether the guard has given in since the last look, or has seen enough
   */
  void look(Set<IpAddress> now, boolean ended, long at) {
    boolean left = !now.containsAll(published);
    published = Set.copyOf(now);
    Guard limits = guard;
    if (limits != null && left && !ended) {
      losses++;
      assertThat(lastLook - heard).as("nobody leaves in silence").isLessThan(expireNanos / 2);
      int before = leastBefore(limits.window().toNanos(), at);
      int kept = before - before * limits.maxLossPercent() / 100;
      assertThat(now).hasSizeGreaterThanOrEqualTo(Math.max(limits.minMembers(), kept));
    }
    if (ended) {
      forget(at);
    }
    looks.add(new Look(at, now.size()));
    lastLook = at;
  }

  /**
   * The least number that there may have been when a window began that ended since the last look.
   */
  private int leastBefore(long windowNanos, long at) {
    long from = lastLook - windowNanos - windowNanos / SLICES;
    while (looks.size() > 1 && looks.get(1).at <= from) {
      looks.removeFirst();
    }
    int least = Integer.MAX_VALUE;
    for (Look look : looks) {
      least = Math.min(least, look.size);
      if (look.at > at - windowNanos) {
        break;
      }
    }
    return least;
  }
}
