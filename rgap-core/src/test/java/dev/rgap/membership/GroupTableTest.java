package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupTable.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTableTest {

  private record Address(long high, long low) {}

  private record Life(long timestamp, long deadline) {}

  private record Departure(Address address, long deadline) {}

  /** What the table is to do, in the most obvious way. */
  private static final class Model {
    final Map<Address, Life> members = new HashMap<>();

    Outcome accept(Address address, long timestamp, long deadline, int maxMembers) {
      Life life = members.get(address);
      if (life == null) {
        if (members.size() == maxMembers) {
          return Outcome.FULL;
        }
        members.put(address, new Life(timestamp, deadline));
        return Outcome.JOINED;
      }
      if (timestamp <= life.timestamp()) {
        return Outcome.REPLAYED;
      }
      members.put(address, new Life(timestamp, Math.max(deadline, life.deadline())));
      return Outcome.REFRESHED;
    }

    List<Departure> expire(long now) {
      List<Departure> left = new ArrayList<>();
      members.forEach((address, life) -> {
        if (life.deadline() <= now) {
          left.add(new Departure(address, life.deadline()));
        }
      });
      left.forEach(departure -> members.remove(departure.address()));
      return left;
    }
  }

  private static List<Departure> expire(GroupTable table, long now) {
    List<Departure> left = new ArrayList<>();
    while (table.expire(now, noting(left))) {}
    return left;
  }

  private static GroupTable.Visitor noting(List<Departure> departures) {
    return (high, low, deadline) -> departures.add(new Departure(new Address(high, low), deadline));
  }

  /** Of those addresses that are members. */
  private static Map<Address, Long> deadlines(GroupTable table, int addresses) {
    List<Departure> members = new ArrayList<>();
    for (int high = 0; high < 2; high++) {
      for (int low = 0; low < addresses; low++) {
        table.show(high, low, noting(members));
      }
    }
    Map<Address, Long> deadlines = new HashMap<>();
    members.forEach(member -> deadlines.put(member.address(), member.deadline()));
    return deadlines;
  }

  private static GroupTable table(long longestLife) {
    return new GroupTable(1_000_000, longestLife, 0);
  }

  private static Outcome accept(
      GroupTable table, long high, long low, long timestamp, long deadline) {
    return table.accept(high, low, timestamp, deadline, deadline - 1, noting(new ArrayList<>()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatTheModelDoes(long seed) {
    Random random = new Random(seed);
    int addresses = seed % 2 == 0 ? 20 : 2_000;
    int maxMembers = seed % 4 < 2 ? addresses : 4 * addresses;
    int longestLife = seed < 5 ? 2_000 : 20_000;
    GroupTable table = new GroupTable(maxMembers, longestLife, 0);
    Model model = new Model();
    long now = 0;
    long timestamp = 1_000_000;
    for (int step = 0; step < 40_000; step++) {
      // A wall clock that is set back and forth: newer announcements may have earlier deadlines.
      timestamp += random.nextInt(2_000) == 0 ? random.nextInt(4_000) - 2_000 : 1;
      Address address = new Address(random.nextInt(2), random.nextInt(addresses));
      Life life = model.members.get(address);
      switch (random.nextInt(20)) {
        case 0 -> {
          now += random.nextInt(longestLife / 7);
          List<Departure> left = expire(table, now);
          assertThat(left)
              .containsExactlyInAnyOrderElementsOf(model.expire(now))
              .extracting(Departure::deadline)
              .isSorted();
          assertThat(table.size() == 0 || table.nextDue() > now).isTrue();
        }
        case 1 -> {
          // Time goes on, and nobody has seen to those who are due. Once in a while, for long.
          now += random.nextInt(random.nextInt(50) == 0 ? 3 * longestLife : 20);
        }
        case 2 -> {
          if (table.size() > 0) {
            long first =
                model.members.values().stream().mapToLong(Life::deadline).min().orElseThrow();
            assertThat(table.nextDue()).isLessThanOrEqualTo(first);
            assertThat(table.earliestDeadline(random.nextInt(10)))
                .isBetween(first - Math.max(now, longestLife), first);
            assertThat(table.earliestDeadline(Integer.MAX_VALUE)).isEqualTo(first);
          }
        }
        default -> {
          long said = timestamp - (random.nextInt(4) == 0 ? random.nextInt(100) : 0);
          long deadline = now + 1 + random.nextInt(longestLife);
          List<Departure> left = new ArrayList<>();
          Outcome outcome =
              table.accept(address.high(), address.low(), said, deadline, now, noting(left));
          boolean over = life != null && life.deadline() <= now;
          assertThat(left).hasSize(over ? 1 : 0);
          if (over) {
            model.members.remove(address);
          }
          assertThat(outcome).isEqualTo(model.accept(address, said, deadline, maxMembers));
        }
      }
      assertThat(table.size()).isEqualTo(model.members.size());
      if (step % 1_000 == 0) {
        assertThat(deadlines(table, addresses))
            .isEqualTo(
                model.members.entrySet().stream()
                    .collect(
                        HashMap::new,
                        (map, entry) -> map.put(entry.getKey(), entry.getValue().deadline()),
                        HashMap::putAll));
      }
    }
    assertThat(expire(table, Long.MAX_VALUE / 2)).hasSize(model.members.size());
    assertThat(table.size()).isZero();
  }

  @Test
  void membersLeaveInTheOrderOfTheirDeadlines() {
    Random random = new Random(7);
    GroupTable table = table(2_000_000);
    for (int i = 0; i < 1_000; i++) {
      accept(table, 0, i, 1, random.nextInt(1_000_000));
    }
    for (int i = 0; i < 1_000; i += 2) {
      table.accept(0, i, 2, random.nextInt(2_000_000), -1, noting(new ArrayList<>()));
    }

    assertThat(expire(table, 2_000_000)).hasSize(1_000).extracting(Departure::deadline).isSorted();
  }

  @Test
  void theMonotonicClockMayPassTheEndOfItsRange() {
    long now = Long.MAX_VALUE - 10;
    GroupTable table = new GroupTable(100, 1_000, now);
    for (int i = 0; i < 20; i++) {
      table.accept(0, i, 1, now + 1 + i, now, noting(new ArrayList<>()));
    }

    assertThat(table.earliestDeadline(100)).isEqualTo(now + 1);
    assertThat(expire(table, now)).isEmpty();
    assertThat(expire(table, now + 15))
        .extracting(left -> left.address().low())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    assertThat(accept(table, 0, 19, 2, now + 12)).isEqualTo(Outcome.REFRESHED);
    assertThat(expire(table, now + 19)).hasSize(4);
    assertThat(expire(table, now + 20)).hasSize(1);
  }

  @Test
  void aRefreshOnlyMovesTheDeadlineAway() {
    GroupTable table = table(10_000);
    assertThat(accept(table, 1, 2, 100, 1_000)).isEqualTo(Outcome.JOINED);
    assertThat(table.accept(1, 2, 100, 5_000, 10, noting(new ArrayList<>())))
        .isEqualTo(Outcome.REPLAYED);
    assertThat(table.accept(1, 2, 99, 5_000, 10, noting(new ArrayList<>())))
        .isEqualTo(Outcome.REPLAYED);
    assertThat(accept(table, 1, 2, 101, 500)).isEqualTo(Outcome.REFRESHED);
    assertThat(expire(table, 999)).isEmpty();
    assertThat(table.accept(1, 2, 101, 5_000, 999, noting(new ArrayList<>())))
        .isEqualTo(Outcome.REPLAYED);
    assertThat(expire(table, 1_000)).containsExactly(new Departure(new Address(1, 2), 1_000));
  }

  @Test
  void aFullTableKeepsItsMembersAndTakesNoOthers() {
    GroupTable table = new GroupTable(2, 1_000, 0);
    accept(table, 0, 1, 1, 100);
    accept(table, 0, 2, 1, 200);

    assertThat(accept(table, 0, 3, 1, 300)).isEqualTo(Outcome.FULL);
    assertThat(table.accept(0, 1, 2, 400, 50, noting(new ArrayList<>())))
        .isEqualTo(Outcome.REFRESHED);
    assertThat(expire(table, 200)).hasSize(1);
    assertThat(accept(table, 0, 3, 1, 300)).isEqualTo(Outcome.JOINED);
  }

  @Test
  void eachStepIsShort() {
    GroupTable table = table(1_000);
    for (int i = 0; i < 5_000; i++) {
      accept(table, 0, i, 1, 500);
    }
    List<Departure> left = new ArrayList<>();
    int steps = 0;
    while (table.expire(600, noting(left))) {
      steps++;
      assertThat(left).hasSizeLessThanOrEqualTo(steps);
    }

    assertThat(left).hasSize(5_000);
    assertThat(steps).isBetween(5_000, 15_000);
  }

  @Test
  void aTableThatWasEmptyForLongBeginsAnew() {
    GroupTable table = table(1_000);
    accept(table, 0, 1, 1, 500);
    List<Departure> left = new ArrayList<>();
    while (left.isEmpty()) {
      table.expire(500, noting(left));
    }
    long now = 1_000_000_000_000L;
    table.accept(0, 2, 2, now + 700, now, noting(left));
    int steps = 0;
    while (table.expire(now + 700, noting(left))) {
      steps++;
    }

    assertThat(left).hasSize(2);
    assertThat(steps).isLessThan(5);
  }

  @Test
  void memoryIsGivenBackAndTakenAgain() {
    GroupTable table = table(1_000_000);
    Random random = new Random(3);
    for (int round = 0; round < 5; round++) {
      int members = List.of(3_000, 1, 700, 20_000, 10).get(round);
      for (int i = 0; i < members; i++) {
        assertThat(accept(table, round, i, 1, round * 1_000L + 1 + random.nextInt(900)))
            .isEqualTo(Outcome.JOINED);
      }
      assertThat(table.size()).isEqualTo(members);
      assertThat(expire(table, (round + 1) * 1_000L)).hasSize(members);
    }
  }
}
