package dev.rgap.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.GroupId;
import dev.rgap.transport.Sender;
import java.lang.System.Logger.Level;

/**
 * Names the groups in the log that others use on the same address and that are not configured here:
 * each once, and at most {@value #MAX_NAMED} of them. They are neighbours rather than faults, but
 * whoever misses a member sees here that it announces to another group. Strangers choose the ids,
 * so there is neither memory nor a line for further ones. Safe for all threads.
 */
final class ForeignGroups {

  static final int MAX_NAMED = 32;

  private static final System.Logger LOG = System.getLogger(ForeignGroups.class.getName());

  /** The ids' bits. */
  @GuardedBy("this")
  private final long[] named = new long[MAX_NAMED];

  @GuardedBy("this")
  private int count;

  @GuardedBy("this")
  private boolean full;

  /** What is to be said of a group. */
  private enum Verdict {
    NOTHING,
    NAME,
    NO_MORE
  }

  /**
   * Takes note of an announcement.
   *
   * @param source the label of the source at which it arrived
   */
  void heard(long groupBits, String source, Sender sender) {
    switch (verdict(groupBits)) {
      case NOTHING -> {}
      case NAME ->
          LOG.log(
              Level.INFO,
              "{0}: announcements for group {1} come from {2}; it is not configured here, and they"
                  + " are only counted from now on",
              source,
              new GroupId(groupBits),
              sender.label());
      case NO_MORE ->
          LOG.log(
              Level.INFO,
              "{0}: announcements come for more than {1} groups that are not configured here;"
                  + " further groups are not named",
              source,
              MAX_NAMED);
    }
  }

  /** Nothing is logged while the lock is held. */
  private synchronized Verdict verdict(long groupBits) {
    for (int i = 0; i < count; i++) {
      if (named[i] == groupBits) {
        return Verdict.NOTHING;
      }
    }
    if (count < MAX_NAMED) {
      named[count++] = groupBits;
      return Verdict.NAME;
    }
    if (full) {
      return Verdict.NOTHING;
    }
    full = true;
    return Verdict.NO_MORE;
  }
}
