package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.listener.Gate;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.scenarios.GroupModel.Life;
import dev.rgap.scenarios.GroupModel.Said;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** So many datagrams may come again. */
  private static final int PAST = 500;

  private record Datagram(GroupId group, Said said) {}

  /** Builds the membership up from events alone, and checks that they are in order. */
  private static final class Follower {
    final Map<GroupId, TreeSet<IpAddress>> groups = new HashMap<>();
    final Map<GroupId, TreeSet<IpAddress>> draining = new HashMap<>();
    final Map<GroupId, Long> versions = new HashMap<>();

    void accept(MembershipEvent event) {
      GroupSnapshot snapshot = event.snapshot();
      TreeSet<IpAddress> known = groups.computeIfAbsent(event.group(), id -> new TreeSet<>());
      TreeSet<IpAddress> drain = draining.computeIfAbsent(event.group(), id -> new TreeSet<>());
      Long before = versions.put(event.group(), snapshot.version());
      switch (event) {
        case State state -> {
          assertThat(before).as("only at the beginning").isNull();
          known.addAll(state.snapshot().addresses());
        }
        case Joined joined -> assertThat(known.add(joined.address())).isTrue();
        case Draining drains ->
            assertThat(
                    drains.begun() ? drain.add(drains.address()) : drain.remove(drains.address()))
                .isTrue();
        case Left left -> {
          assertThat(known.remove(left.address())).isTrue();
          drain.remove(left.address());
        }
        case Ready ready -> assertThat(ready.snapshot().ready()).isTrue();
      }
      if (before != null) {
        assertThat(snapshot.version()).isEqualTo(before + 1);
      }
      assertThat(snapshot.addresses()).containsExactlyElementsOf(known);
      assertThat(snapshot.draining()).isEqualTo(drain.size());
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
                        .withDraining(draining(id))
                        .withReadinessDelay(Duration.ofSeconds(id.bits() == 7 ? 100 : 0))
                        .withMaxMembers(maxMembers(id)))
                .toList(),
            clock.scheduler());
    Follower follower = new Follower();
    membership.subscribe(Set.copyOf(ids), clock.scheduler(), follower::accept);
    Map<GroupId, GroupModel> model = new HashMap<>();
    ids.forEach(id -> model.put(id, model(id, clock)));
    AnnouncementSigner signer = new AnnouncementSigner();
    Gate gate = new Gate(membership);
    List<Datagram> past = new ArrayList<>();

    for (int step = 0; step < 6_000; step++) {
      int what = random.nextInt(100);
      if (what < 25) {
        clock.advance(Duration.ofMillis(random.nextInt(2_000)));
      } else if (what < 27) {
        clock.advance(Duration.ofNanos(random.nextLong(30_000_000_000L)));
      } else if (what < 29) {
        clock.stepWallClock(Duration.ofMillis(random.nextInt(40_000) - 20_000));
      } else {
        boolean replay = what < 50 && !past.isEmpty();
        Datagram datagram =
            replay
                ? past.get(random.nextInt(past.size()))
                : say(ids.get(random.nextInt(ids.size())), random, addresses, clock);
        if (!replay) {
          past.add(datagram);
          past.subList(0, Math.max(0, past.size() - PAST)).clear();
        }
        GroupModel expected = requireNonNull(model.get(datagram.group()));
        expected.expire(clock.nanoTime());
        long now = clock.epochMicros();
        byte[] bytes = datagram.said().sign(signer, datagram.group(), KEY);
        Rejection rejection = gate.admit(bytes, bytes.length, now);
        assertThat(rejection == null)
            .isEqualTo(expected.hear(datagram.said(), now, clock.nanoTime()));
      }
      for (GroupId id : ids) {
        GroupModel expected = requireNonNull(model.get(id));
        expected.expire(clock.nanoTime());
        GroupSnapshot snapshot = membership.snapshot(id);
        assertThat(snapshot.addresses()).containsExactlyElementsOf(expected.addresses());
        assertThat(snapshot.draining()).isEqualTo(expected.draining().size());
        long readiness = id.bits() == 7 && snapshot.ready() ? 1 : 0;
        assertThat(snapshot.version()).isEqualTo(expected.changes + readiness);
      }
      if (step % 50 == 0) {
        ids.forEach(id -> checkMembers(membership, id, requireNonNull(model.get(id)), clock));
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

  private static Datagram say(GroupId id, Random random, int addresses, ManualClock clock) {
    IpAddress address = IpAddress.ofIpv4(random.nextInt(addresses));
    long timestamp =
        clock.epochMicros()
            + random.nextLong(2 * GroupModel.SKEW_MICROS + 1)
            - GroupModel.SKEW_MICROS;
    int state = random.nextInt(10);
    return new Datagram(
        id,
        new Said(
            address,
            timestamp,
            state < 5
                ? null
                : state < 6
                    ? AnnouncedState.UP
                    : state < 8 ? AnnouncedState.DRAINING : AnnouncedState.LEAVING));
  }

  private static GroupModel model(GroupId id, ManualClock clock) {
    return new GroupModel(maxMembers(id), draining(id) == DrainingPolicy.KEEP, clock.nanoTime());
  }

  /** One of the groups does not keep them. */
  private static DrainingPolicy draining(GroupId id) {
    return id.bits() == -1 ? DrainingPolicy.REMOVE : DrainingPolicy.KEEP;
  }

  /** The last of the groups is often full. */
  private static int maxMembers(GroupId id) {
    return id.bits() == 7 ? 30 : 1_000;
  }

  private static void checkMembers(
      LiveMembership membership, GroupId id, GroupModel expected, ManualClock clock) {
    List<String> shown = new ArrayList<>();
    for (Member member : membership.members(id)) {
      shown.add(member.address() + " " + member.remaining().toNanos() + " " + member.draining());
      assertThat(member.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(40));
    }
    assertThat(shown)
        .containsExactlyElementsOf(
            expected.addresses().stream()
                .map(address -> {
                  Life life = requireNonNull(expected.members.get(address));
                  long remaining = life.deadlineNanos() - clock.nanoTime();
                  return address + " " + remaining + " " + life.said().drains();
                })
                .toList());
  }
}
