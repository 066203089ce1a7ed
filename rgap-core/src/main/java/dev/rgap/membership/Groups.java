package dev.rgap.membership;

import dev.rgap.protocol.GroupId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configured groups at one time, to be found without making objects. Immutable. */
final class Groups {

  /** Sorted as signed numbers. */
  private final long[] ids;

  private final Group[] groups;
  private final List<GroupId> sorted;

  /** A directory of these groups, each id once. */
  Groups(Collection<Group> known) {
    groups = known.toArray(Group[]::new);
    Arrays.sort(groups, (a, b) -> Long.compare(a.id().bits(), b.id().bits()));
    ids = new long[groups.length];
    GroupId[] all = new GroupId[groups.length];
    for (int i = 0; i < groups.length; i++) {
      ids[i] = groups[i].id().bits();
      all[i] = groups[i].id();
    }
    Arrays.sort(all);
    sorted = List.of(all);
  }

  /** The group whose id has these bits, if it is configured. */
  @Nullable Group find(long idBits) {
    int found = Arrays.binarySearch(ids, idBits);
    return found < 0 ? null : groups[found];
  }

  /** The ids in ascending order. */
  List<GroupId> ids() {
    return sorted;
  }

  List<Group> all() {
    return List.of(groups);
  }
}
