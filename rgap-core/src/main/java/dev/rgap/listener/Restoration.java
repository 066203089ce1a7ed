package dev.rgap.listener;

import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.SectionEnd;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what was kept of the members: each announcement through the {@link Gate}, which knows
 * what its key has signed, and each group's {@link SectionEnd}.
 *
 * <p>A group is ready at once if its section is whole and was so when it was written, at most
 * {@code expire} ago, and nothing of it was lost meanwhile: nobody's life has ended who had been
 * heard in the last half of {@code expire} before. For who was heard so shortly before may well be
 * alive.
 */
final class Restoration implements StateDirectory.Visitor {

  private final LiveMembership membership;
  private final Gate gate;
  private final boolean readyWhenRestored;
  private final long nowMicros;
  private final SectionEnd.Codec ends = new SectionEnd.Codec();

  // Of the section that is being read:
  private int records;
  private long groupBits;
  private int genuine;
  private boolean anyRestored;
  private long latestOver = Long.MIN_VALUE;

  // Of all:
  private int restored;
  private int over;
  private int fromFuture;
  private final Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
  private int sections;
  private int brokenEnds;

  /** Records of another group than the one before in the same section. */
  private int misplaced;

  private long writtenMicros = Long.MIN_VALUE;
  private final List<GroupId> ready = new ArrayList<>();

  /**
   * Nothing is restored yet.
   *
   * @param nowMicros the time by this host's wall clock
   */
  Restoration(LiveMembership membership, boolean readyWhenRestored, long nowMicros) {
    this.membership = membership;
    this.gate = new Gate(membership);
    this.readyWhenRestored = readyWhenRestored;
    this.nowMicros = nowMicros;
  }

  @Override
  public void record(byte[] bytes) {
    long bits = AnnouncementCodec.groupBits(bytes);
    if (records > 0 && bits != groupBits) {
      misplaced++;
    }
    records++;
    groupBits = bits;
    if (SectionEnd.isOne(bytes)) {
      sections++;
      end(bytes);
      records = 0;
      genuine = 0;
      anyRestored = false;
      latestOver = Long.MIN_VALUE;
      return;
    }
    Rejection rejection = gate.restore(bytes, nowMicros);
    if (rejection == null) {
      restored++;
      genuine++;
      anyRestored = true;
    } else if (rejection == Rejection.STALE) {
      long timestamp = AnnouncementCodec.timestampMicros(bytes);
      if (timestamp > nowMicros) {
        fromFuture++;
      } else {
        over++;
        genuine++;
        latestOver = Math.max(latestOver, timestamp);
      }
    } else {
      rejected.merge(rejection, 1, Integer::sum);
      // These are known and no loss: newer ones are there, or they are not wanted any more.
      genuine += rejection == Rejection.REPLAY || rejection == Rejection.ADDRESS ? 1 : 0;
    }
  }

  private void end(byte[] bytes) {
    Group group = membership.find(AnnouncementCodec.groupBits(bytes));
    if (group == null) {
      return;
    }
    SectionEnd end = decode(bytes, group);
    if (end == null) {
      brokenEnds++;
      return;
    }
    writtenMicros = Math.max(writtenMicros, end.writtenMicros());
    boolean complete = readyWhenRestored && isWhole(end, group.config());
    long missedMicros = anyRestored ? nowMicros - end.writtenMicros() : 0;
    boolean wasReady = membership.snapshot(end.group()).ready();
    group.restored(end.departedMicros(), missedMicros, complete);
    if (complete && !wasReady) {
      ready.add(end.group());
    }
  }

  private @Nullable SectionEnd decode(byte[] bytes, Group group) {
    for (int i = 0; i < group.keys().size(); i++) {
      SectionEnd end = ends.decode(bytes, group.keys().get(i).key());
      if (end != null) {
        return end;
      }
    }
    return null;
  }

  private boolean isWhole(SectionEnd end, GroupConfig group) {
    long age = nowMicros - end.writtenMicros();
    return end.whole()
        && end.members() == genuine
        && age >= 0
        && age <= group.expireMicros()
        && latestOver < end.writtenMicros() - group.expireMicros() / 2;
  }

  // --- what became of it -------------------------------------------------------------------------

  /** How many members were restored. */
  int restored() {
    return restored;
  }

  /**
   * What is wrong with what was read.
   *
   * @param groups how many it should have been of
   * @return an end of a sentence, or null if it is all right
   */
  @Nullable String damage(OptionalInt groups) {
    if (groups.isPresent() && groups.getAsInt() > sections) {
      return "was cut off";
    }
    int strange = count(Rejection.SIGNATURE) + count(Rejection.VERSION) + brokenEnds + misplaced;
    return strange == 0
        ? null
        : "has parts that were not written so, or with keys that the groups don't have any more ("
            + strange
            + ")";
  }

  /** Whether there is anything to say. */
  boolean isEmpty() {
    return restored == 0 && over == 0 && fromFuture == 0 && rejected.isEmpty() && ready.isEmpty();
  }

  /** What was restored, and what not and why. */
  String summary() {
    StringBuilder text = new StringBuilder();
    if (writtenMicros != Long.MIN_VALUE) {
      Duration age = Duration.ofMillis(Math.max(0, nowMicros - writtenMicros) / 1_000);
      text.append("written ").append(DurationText.format(age)).append(" ago: ");
    }
    text.append(restored).append(restored == 1 ? " member" : " members").append(" restored");
    say(text, over, "whose life is over");
    say(text, fromFuture, "from the future (this host's clock was set back)");
    say(text, count(Rejection.GROUP), "of groups that are not configured");
    say(text, count(Rejection.SIGNATURE), "that no key of the group has signed");
    say(text, count(Rejection.ADDRESS), "whose addresses are not allowed any more");
    say(text, count(Rejection.FULL), "for which the group has no room");
    if (!ready.isEmpty()) {
      text.append("; ready at once: ");
      text.append(
          ready.size() <= 10
              ? String.join(", ", ready.stream().map(GroupId::toString).toList())
              : ready.size() + " groups");
    }
    return text.toString();
  }

  private int count(Rejection rejection) {
    return rejected.getOrDefault(rejection, 0);
  }

  private static void say(StringBuilder text, int count, String which) {
    if (count > 0) {
      text.append("; left out: ").append(count).append(' ').append(which);
    }
  }
}
