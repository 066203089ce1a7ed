package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many members each group had in the last hour, every {@value #SECONDS} s. Of {@value
 * #MOST_GROUPS} groups at most, those with the lowest ids when they came: the others have no
 * history. Safe for all threads.
 */
final class SizeRing {

  /** How many are remembered of a group. */
  static final int MOST = 120;

  static final int SECONDS = 30;
  static final Duration INTERVAL = Duration.ofSeconds(SECONDS);

  static final int MOST_GROUPS = 2_048;

  /** Of a group. */
  private static final class Sizes {
    final int[] sizes = new int[MOST];

    /** How many were noted ever. */
    int noted;
  }

  private final Membership membership;

  @GuardedBy("this")
  private final Map<GroupId, Sizes> all = new HashMap<>();

  SizeRing(Membership membership) {
    this.membership = membership;
  }

  /** Notes how many there are now. To be called once in each interval. */
  void note() {
    List<GroupId> groups = membership.groups();
    synchronized (this) {
      all.keySet().retainAll(new HashSet<>(groups));
      for (GroupId group : groups) {
        Sizes sizes = all.get(group);
        if (sizes == null && all.size() < MOST_GROUPS) {
          sizes = new Sizes();
          all.put(group, sizes);
        }
        if (sizes != null) {
          sizes.sizes[sizes.noted % MOST] = membership.snapshot(group).addresses().size();
          sizes.noted++;
        }
      }
    }
  }

  /** The oldest first; null if the group has no history. */
  synchronized int @Nullable [] of(GroupId group) {
    Sizes known = all.get(group);
    if (known == null) {
      return null;
    }
    int[] found = new int[Math.min(known.noted, MOST)];
    for (int i = 0; i < found.length; i++) {
      found[i] = known.sizes[(known.noted - found.length + i) % MOST];
    }
    return found;
  }
}
