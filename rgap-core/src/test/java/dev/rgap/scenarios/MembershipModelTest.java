package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, against a model that does the same in the most obvious way. */
class MembershipModelTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final long EXPIRE_MICROS = 30_000_000;
  private static final long SKEW_MICROS = 10_000_000;

  private static final long REMEMBERED_NANOS = (EXPIRE_MICROS + SKEW_MICROS) * 1_000;

  private record Life(long timestamp, long deadlineNanos) {}

  private record Farewell(long timestamp, long until) {}

  /** A group: who is in it until when. Time is looked at whenever something is asked. */
  private static final class ModelGroup {
    final Map<IpAddress, Life> members = new HashMap<>();
    final int maxMembers;
    long changes;

    /** The latest timestamp of those who have left, and until when it counts. */
    long leftTimestamp = Long.MIN_VALUE;

    long leftUntil;

    /** Who has said goodbye, in the order in which they did. */
    final LinkedHashMap<IpAddress, Farewell> farewells = new LinkedHashMap<>();

    /** When those would have left who have said goodbye: until then they need their rows. */
    final List<Long> rowsOfOthers = new ArrayList<>();

    ModelGroup(int maxMembers) {
      this.maxMembers = maxMembers;
    }

    void expire(long nowNanos) {
      List<Life> left =
          members.values().stream()
              .filter(life -> life.deadlineNanos() <= nowNanos)
              .sorted(Comparator.comparingLong(Life::deadlineNanos))
              .toList();
      for (Life life : left) {
        silent(life.timestamp(), life.deadlineNanos());
      }
      changes += left.size();
      members.values().removeAll(left);
      farewells.values().removeIf(farewell -> farewell.until() <= nowNanos);
      rowsOfOthers.removeIf(deadline -> deadline <= nowNanos);
    }

    private void silent(long timestamp, long nowNanos) {
      if (timestamp > leftTimestamp || nowNanos >= leftUntil) {
        leftTimestamp = timestamp;
        leftUntil = nowNanos + REMEMBERED_NANOS;
      }
    }

    private boolean isOld(IpAddress address, long timestamp, long nowNanos) {
      Farewell farewell = farewells.get(address);
      return (timestamp <= leftTimestamp && nowNanos < leftUntil)
          || (farewell != null && timestamp <= farewell.timestamp());
    }

    boolean leave(IpAddress address, long timestamp, long nowNanos) {
      Life life = members.get(address);
      Farewell known = farewells.get(address);
      if (life == null && known != null && known.timestamp() == timestamp) {
        return true;
      }
      if (life == null ? isOld(address, timestamp, nowNanos) : timestamp <= life.timestamp()) {
        return false;
      }
      farewells.remove(address);
      if (farewells.size() == maxMembers) {
        silent(farewells.pollFirstEntry().getValue().timestamp(), nowNanos);
      }
      farewells.put(address, new Farewell(timestamp, nowNanos + REMEMBERED_NANOS));
      if (life != null) {
        changes++;
        members.remove(address);
        rowsOfOthers.add(life.deadlineNanos());
      }
      return true;
    }

    boolean accept(IpAddress address, long timestamp, long nowMicros, long nowNanos) {
      long deadline = nowNanos + (timestamp + EXPIRE_MICROS - nowMicros) * 1_000;
      Life life = members.get(address);
      if (life == null) {
        if (isOld(address, timestamp, nowNanos)
            || members.size() == maxMembers
            || members.size() + rowsOfOthers.size() >= 2 * maxMembers) {
          return false;
        }
        changes++;
        farewells.remove(address);
        members.put(address, new Life(timestamp, deadline));
        return true;
      }
      if (timestamp <= life.timestamp()) {
        return false;
      }
      members.put(address, new Life(timestamp, Math.max(deadline, life.deadlineNanos())));
      return true;
    }
  }

  /** Builds the membership up from events alone, and checks that they are in order. */
  private static final class Follower {
    final Map<GroupId, TreeSet<IpAddress>> groups = new HashMap<>();
    final Map<GroupId, Long> versions = new HashMap<>();

    void accept(MembershipEvent event) {
      GroupSnapshot snapshot = event.snapshot();
      TreeSet<IpAddress> known = groups.computeIfAbsent(event.group(), id -> new TreeSet<>());
      Long before = versions.put(event.group(), snapshot.version());
      switch (event) {
        case State state -> {
          assertThat(before).as("only at the beginning").isNull();
          known.addAll(state.snapshot().addresses());
        }
        case Joined joined -> assertThat(known.add(joined.address())).isTrue();
        case Left left -> assertThat(known.remove(left.address())).isTrue();
        case Ready ready -> assertThat(ready.snapshot().ready()).isTrue();
      }
      if (before != null) {
        assertThat(snapshot.version()).isEqualTo(before + 1);
      }
      assertThat(snapshot.addresses()).containsExactlyElementsOf(known);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatTheModelDoes(long seed) {
    Random random = new Random(seed);
    ManualClock clock = new ManualClock();
    List<GroupId> ids = List.of(new GroupId(0), new GroupId(-1), new GroupId(7));
    int addresses = List.of(3, 40, 400).get((int) (seed % 3));
    LiveMembership membership =
        new LiveMembership(
            ids.stream()
                .map(id ->
                    GroupConfig.of(id, KEY, Duration.ofSeconds(30))
                        .withClockSkew(Duration.ofSeconds(10))
                        .withReadinessDelay(Duration.ofSeconds(id.bits() == 7 ? 100 : 0))
                        .withMaxMembers(maxMembers(id)))
                .toList(),
            clock.scheduler());
    Follower follower = new Follower();
    membership.subscribe(Set.copyOf(ids), clock.scheduler(), follower::accept);
    Map<GroupId, ModelGroup> model = new HashMap<>();
    ids.forEach(id -> model.put(id, new ModelGroup(maxMembers(id))));

    for (int step = 0; step < 6_000; step++) {
      int what = random.nextInt(100);
      if (what < 25) {
        clock.advance(Duration.ofMillis(random.nextInt(2_000)));
      } else if (what < 27) {
        clock.advance(Duration.ofNanos(random.nextLong(30_000_000_000L)));
      } else if (what < 29) {
        clock.stepWallClock(Duration.ofMillis(random.nextInt(40_000) - 20_000));
      } else {
        GroupId id = ids.get(random.nextInt(ids.size()));
        IpAddress address = IpAddress.ofIpv4(random.nextInt(addresses));
        long now = clock.epochMicros();
        long timestamp = now + random.nextLong(2 * SKEW_MICROS + 1) - SKEW_MICROS;
        ModelGroup expected = group(model, id);
        expected.expire(clock.nanoTime());
        Group group = requireNonNull(membership.find(id.bits()));
        byte[] datagram = Datagrams.unsigned(id, address, timestamp);
        if (random.nextInt(4) == 0) {
          assertThat(group.leave(datagram, now, null) == Admission.LEFT)
              .isEqualTo(expected.leave(address, timestamp, clock.nanoTime()));
        } else {
          Admission admission = group.accept(datagram, now);
          assertThat(admission == Admission.JOINED || admission == Admission.REFRESHED)
              .isEqualTo(expected.accept(address, timestamp, now, clock.nanoTime()));
        }
      }
      for (GroupId id : ids) {
        ModelGroup expected = group(model, id);
        expected.expire(clock.nanoTime());
        GroupSnapshot snapshot = membership.snapshot(id);
        assertThat(snapshot.addresses())
            .containsExactlyElementsOf(new TreeSet<>(expected.members.keySet()));
        long readiness = id.bits() == 7 && snapshot.ready() ? 1 : 0;
        assertThat(snapshot.version()).isEqualTo(expected.changes + readiness);
      }
      if (step % 50 == 0) {
        ids.forEach(id -> checkMembers(membership, id, group(model, id), clock));
      }
    }
    clock.runDue();
    for (GroupId id : ids) {
      assertThat(follower.versions.get(id)).isEqualTo(membership.snapshot(id).version());
    }
    clock.advance(Duration.ofSeconds(40));
    ids.forEach(id -> assertThat(membership.snapshot(id).addresses()).isEmpty());
    assertThat(clock.pendingTasks()).isZero();
  }

  private static ModelGroup group(Map<GroupId, ModelGroup> model, GroupId id) {
    return model.computeIfAbsent(id, missing -> new ModelGroup(0));
  }

  /** The last of the groups is often full. */
  private static int maxMembers(GroupId id) {
    return id.bits() == 7 ? 30 : 1_000;
  }

  private static void checkMembers(
      LiveMembership membership, GroupId id, ModelGroup expected, ManualClock clock) {
    List<String> shown = new ArrayList<>();
    for (Member member : membership.members(id)) {
      shown.add(member.address() + " " + member.remaining().toNanos());
      assertThat(member.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(40));
    }
    assertThat(shown)
        .containsExactlyElementsOf(
            new TreeSet<>(expected.members.keySet())
                .stream()
                    .map(address -> {
                      Life life = expected.members.getOrDefault(address, new Life(0, 0));
                      return address + " " + (life.deadlineNanos() - clock.nanoTime());
                    })
                    .toList());
  }
}
