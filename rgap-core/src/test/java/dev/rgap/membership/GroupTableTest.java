package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

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

    Admission accept(Address address, long timestamp, long deadline, int maxMembers) {
      Life life = members.get(address);
      if (life == null) {
        if (members.size() >= maxMembers) {
          return Admission.FULL;
        }
        members.put(address, new Life(timestamp, deadline));
        return Admission.JOINED;
      }
      if (timestamp <= life.timestamp()) {
        return Admission.REPLAY;
      }
      members.put(address, new Life(timestamp, Math.max(deadline, life.deadline())));
      return Admission.REFRESHED;
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

    /** Removes a member, which must be there with this deadline. */
    void remove(Departure departure) {
      Life life = members.remove(departure.address());
      assertThat(life).isNotNull().extracting(Life::deadline).isEqualTo(departure.deadline());
    }

    long firstDeadline() {
      return members.values().stream().mapToLong(Life::deadline).min().orElseThrow();
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
    Map<Address, Long> deadlines = new HashMap<>();
    for (int high = 0; high < 2; high++) {
      for (int low = 0; low < addresses; low++) {
        Address address = new Address(high, low);
        table.show(
            high, low, (rows, slot, held, draining) -> deadlines.put(address, rows.deadline(slot)));
      }
    }
    return deadlines;
  }

  private static GroupTable table(long longestLife) {
    return new GroupTable(1_000_000, longestLife, 0);
  }

  private static Admission accept(
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
    int longestLifeSoFar = longestLife;
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
            long first = model.firstDeadline();
            assertThat(table.nextDue()).isLessThanOrEqualTo(first);
            assertThat(table.earliestDeadline(random.nextInt(10)))
                .isBetween(first - Math.max(now, longestLifeSoFar), first);
            assertThat(table.earliestDeadline(Integer.MAX_VALUE)).isEqualTo(first);
          }
        }
        case 3 -> {
          if (random.nextInt(20) == 0) {
            maxMembers = addresses / 4 + random.nextInt(2 * addresses);
            longestLife = List.of(50, 2_000, 20_000, 2_000_000).get(random.nextInt(4));
            longestLifeSoFar = Math.max(longestLifeSoFar, longestLife);
            table.change(maxMembers, longestLife, now);
          }
          for (int i = random.nextInt(10); i > 0 && table.tidy(now); i--) {}
        }
        case 4 -> {
          int count = random.nextInt(200) == 0 ? Integer.MAX_VALUE : random.nextInt(3);
          List<Departure> left = new ArrayList<>();
          while (left.size() < count && table.expel(noting(left))) {}
          assertThat(left).hasSize(Math.min(count, model.members.size()));
          left.forEach(model::remove);
        }
        default -> {
          long said = timestamp - (random.nextInt(4) == 0 ? random.nextInt(100) : 0);
          long deadline = now + 1 + random.nextInt(longestLife);
          List<Departure> left = new ArrayList<>();
          Admission outcome =
              table.accept(address.high(), address.low(), said, deadline, now, noting(left));
          // Who is overdue joins in its own place.
          int most = maxMembers;
          if (life != null && life.deadline() <= now && said > life.timestamp()) {
            most = Integer.MAX_VALUE;
            assertThat(left).containsExactly(new Departure(address, life.deadline()));
          } else if (!left.isEmpty()) {
            // It gave way to a new one.
            assertThat(outcome).isEqualTo(Admission.JOINED);
            assertThat(model.members).hasSize(maxMembers);
            long first = model.firstDeadline();
            assertThat(left).extracting(Departure::deadline).containsExactly(first);
            assertThat(first).isLessThanOrEqualTo(now);
          }
          left.forEach(model::remove);
          assertThat(outcome).isEqualTo(model.accept(address, said, deadline, most));
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
    assertThat(accept(table, 0, 19, 2, now + 12)).isEqualTo(Admission.REFRESHED);
    assertThat(expire(table, now + 19)).hasSize(4);
    assertThat(expire(table, now + 20)).hasSize(1);
  }

  @Test
  void aRefreshOnlyMovesTheDeadlineAway() {
    GroupTable table = table(10_000);
    assertThat(accept(table, 1, 2, 100, 1_000)).isEqualTo(Admission.JOINED);
    assertThat(table.accept(1, 2, 100, 5_000, 10, noting(new ArrayList<>())))
        .isEqualTo(Admission.REPLAY);
    assertThat(table.accept(1, 2, 99, 5_000, 10, noting(new ArrayList<>())))
        .isEqualTo(Admission.REPLAY);
    assertThat(accept(table, 1, 2, 101, 500)).isEqualTo(Admission.REFRESHED);
    assertThat(expire(table, 999)).isEmpty();
    assertThat(table.accept(1, 2, 101, 5_000, 999, noting(new ArrayList<>())))
        .isEqualTo(Admission.REPLAY);
    assertThat(expire(table, 1_000)).containsExactly(new Departure(new Address(1, 2), 1_000));
  }

  @Test
  void aFullTableKeepsItsMembersAndTakesNoOthers() {
    GroupTable table = new GroupTable(2, 1_000, 0);
    accept(table, 0, 1, 1, 100);
    accept(table, 0, 2, 1, 200);

    assertThat(table.accept(0, 3, 1, 300, 50, noting(new ArrayList<>()))).isEqualTo(Admission.FULL);
    assertThat(table.accept(0, 1, 2, 400, 50, noting(new ArrayList<>())))
        .isEqualTo(Admission.REFRESHED);
    assertThat(expire(table, 200)).hasSize(1);
    assertThat(accept(table, 0, 3, 1, 300)).isEqualTo(Admission.JOINED);
  }

  @Test
  void aNewMemberTakesThePlaceOfOneThatIsOverdue() {
    GroupTable table = new GroupTable(3, 1_000, 0);
    accept(table, 0, 2, 1, 200);
    accept(table, 0, 1, 1, 100);
    accept(table, 0, 3, 1, 900);
    List<Departure> left = new ArrayList<>();

    assertThat(table.accept(0, 4, 1, 950, 199, noting(left))).isEqualTo(Admission.JOINED);
    assertThat(left).containsExactly(new Departure(new Address(0, 1), 100));
    assertThat(table.accept(0, 5, 1, 950, 199, noting(left))).isEqualTo(Admission.FULL);
    assertThat(table.accept(0, 5, 1, 950, 200, noting(left))).isEqualTo(Admission.JOINED);
    assertThat(left).hasSize(2).last().isEqualTo(new Departure(new Address(0, 2), 200));
    assertThat(table.accept(0, 6, 1, 950, 899, noting(left))).isEqualTo(Admission.FULL);
    assertThat(left).hasSize(2);
    assertThat(table.size()).isEqualTo(3);
  }

  /** Finding those who are overdue may take more steps than one announcement may cost. */
  @Test
  void newMembersWorkOffAMassExpiry() {
    int many = 10_000;
    GroupTable table = new GroupTable(many, 1_000, 0);
    for (int i = 0; i < many; i++) {
      accept(table, 0, i, 1, 500);
    }
    List<Departure> left = new ArrayList<>();
    int tries = 0;
    for (int i = 0; i < many; i++) {
      int leftBefore = left.size();
      Admission outcome;
      do {
        outcome = table.accept(1, i, 1, 1_600, 600, noting(left));
        tries++;
        assertThat(left).hasSize(leftBefore + (outcome == Admission.JOINED ? 1 : 0));
      } while (outcome == Admission.FULL);
    }

    assertThat(tries).isLessThan(2 * many);
    assertThat(table.accept(2, 0, 1, 1_600, 600, noting(left))).isEqualTo(Admission.FULL);
    assertThat(left).hasSize(many);
  }

  @Test
  void moreMembersThanThereMayBeFromNowOnStay() {
    GroupTable table = table(1_000);
    for (int i = 0; i < 10; i++) {
      accept(table, 0, i, 1, 500 + i);
    }
    table.change(5, 1_000, 400);
    List<Departure> left = new ArrayList<>();

    assertThat(table.size()).isEqualTo(10);
    assertThat(table.accept(0, 9, 2, 900, 504, noting(left))).isEqualTo(Admission.REFRESHED);
    // Though some are overdue: nobody leaves unless somebody joins.
    assertThat(table.accept(0, 77, 1, 900, 504, noting(left))).isEqualTo(Admission.FULL);
    assertThat(left).isEmpty();
    assertThat(expire(table, 504)).hasSize(5);
    assertThat(table.accept(0, 77, 1, 900, 505, noting(left))).isEqualTo(Admission.JOINED);
    assertThat(left).containsExactly(new Departure(new Address(0, 5), 505));
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 1_000, 100_000, 100_000_000_000L})
  void membersKeepTheirDeadlinesWhenTheLongestLifeChanges(long longestLife) {
    GroupTable table = table(50_000);
    Random random = new Random(17);
    for (int i = 0; i < 3_000; i++) {
      accept(table, 0, i, 1, 1 + random.nextInt(50_000));
    }
    List<Departure> left = new ArrayList<>(expire(table, 10_000));
    table.change(1_000_000, longestLife, 10_100);
    for (int i = 0; i < 1_000; i++) {
      table.accept(1, i, 1, 10_100 + 1 + i % longestLife, 10_100, noting(left));
    }
    for (long now = 10_100; now <= 50_000; now += 25) {
      List<Departure> some = expire(table, now);
      long before = now - 25;
      assertThat(some).allMatch(departure -> departure.deadline() > before || before < 10_100);
      left.addAll(some);
    }

    assertThat(left).hasSize(4_000).extracting(Departure::deadline).isSorted();
    assertThat(table.size()).isZero();
  }

  @Test
  void aChangeWithoutANewLongestLifeLeavesTheOrderAsItIs() {
    GroupTable table = table(1_000);
    accept(table, 0, 1, 1, 500);
    table.change(1, 1_000, 100);

    assertThat(table.accept(0, 2, 1, 900, 100, noting(new ArrayList<>())))
        .isEqualTo(Admission.FULL);
    assertThat(expire(table, 499)).isEmpty();
    assertThat(expire(table, 500)).hasSize(1);
  }

  @Test
  void allCanBeExpelled() {
    GroupTable table = table(50_000);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 3_000; i++) {
        assertThat(accept(table, 0, i, 1, round * 50_000L + 1 + 16L * i))
            .isEqualTo(Admission.JOINED);
      }
      List<Departure> left = new ArrayList<>(expire(table, round * 50_000L + 1_000));
      assertThat(table.earliestDeadline(50)).isGreaterThan(0);
      while (table.expel(noting(left))) {
        assertThat(table.size()).isEqualTo(3_000 - left.size());
      }

      assertThat(left).hasSize(3_000).doesNotHaveDuplicates();
      assertThat(table.size()).isZero();
      assertThat(table.expel(noting(left))).isFalse();
    }
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
            .isEqualTo(Admission.JOINED);
      }
      assertThat(table.size()).isEqualTo(members);
      assertThat(expire(table, (round + 1) * 1_000L)).hasSize(members);
    }
  }

  /** Where members come from, some of them announced by others, while they come, stay and go. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void senderIsThatOfTheLastAnnouncement(boolean signatures) {
    Random random = new Random(19);
    GroupTable table = table(2_000);
    table.keepSignatures(signatures);
    Map<Address, Address> senders = new HashMap<>();
    long now = 0;
    for (int step = 1; step < 60_000; step++) {
      Address address = new Address(0, 1 + random.nextInt(1_500));
      if (random.nextInt(4) == 0) {
        now++;
        expire(table, now).forEach(left -> senders.remove(left.address()));
      } else if (random.nextInt(10) == 0) {
        boolean counts = table.leave(0, address.low(), step, now, (high, low, deadline) -> {});
        assertThat(counts).isTrue();
        senders.remove(address);
      } else {
        boolean byAnother = step > 20_000 && step < 40_000 && random.nextInt(50) == 0;
        Address sender = byAnother ? new Address(1, step) : address;
        Admission outcome =
            table.accept(
                0, address.low(), step, now + 1 + random.nextInt(1_900), now, noting(List.of()));
        assertThat(outcome.isTaken()).isTrue();
        long trail = Trail.of(now, 1, 0);
        table.setTrail(outcome == Admission.JOINED, trail, sender.high(), sender.low());
        senders.put(address, sender);
      }
      if (step % 10_000 == 0) {
        Map<Address, Address> known = new HashMap<>();
        for (int low = 1; low <= 1_500; low++) {
          Address each = new Address(0, low);
          table.show(
              0,
              low,
              (rows, slot, held, draining) ->
                  known.put(each, new Address(rows.senderHigh(slot), rows.senderLow(slot))));
        }
        assertThat(known).isEqualTo(senders);
      }
    }
  }
}
