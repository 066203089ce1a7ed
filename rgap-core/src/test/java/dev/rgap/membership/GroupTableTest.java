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

    Outcome accept(Address address, long timestamp, long deadline) {
      Life life = members.get(address);
      if (life == null) {
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
    while (table.expireOne(
        now, (high, low, deadline) -> left.add(new Departure(new Address(high, low), deadline)))) {}
    return left;
  }

  private static Map<Address, Long> deadlines(GroupTable table) {
    Map<Address, Long> deadlines = new HashMap<>();
    table.forEach((high, low, deadline) -> deadlines.put(new Address(high, low), deadline));
    return deadlines;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void doesWhatTheModelDoes(long seed) {
    Random random = new Random(seed);
    int addresses = seed % 2 == 0 ? 20 : 2_000;
    GroupTable table = new GroupTable();
    Model model = new Model();
    long now = 0;
    long timestamp = 1_000_000;
    for (int step = 0; step < 40_000; step++) {
      // A wall clock that is set back and forth: newer announcements may have earlier deadlines.
      timestamp += random.nextInt(2_000) == 0 ? random.nextInt(4_000) - 2_000 : 1;
      Address address = new Address(random.nextInt(2), random.nextInt(addresses));
      switch (random.nextInt(20)) {
        case 0 -> {
          now += random.nextInt(300);
          List<Departure> left = expire(table, now);
          assertThat(left).containsExactlyInAnyOrderElementsOf(model.expire(now));
          assertThat(table.size() == 0 || table.nextDue() > now).isTrue();
        }
        case 1 -> {
          List<Departure> left = new ArrayList<>();
          table.expire(
              address.high(),
              address.low(),
              now,
              (high, low, deadline) -> left.add(new Departure(new Address(high, low), deadline)));
          Life life = model.members.get(address);
          boolean due = life != null && life.deadline() <= now;
          assertThat(left).hasSize(due ? 1 : 0);
          if (due) {
            model.members.remove(address);
          }
        }
        default -> {
          long said = timestamp - (random.nextInt(4) == 0 ? random.nextInt(100) : 0);
          long deadline = now + 1 + random.nextInt(2_000);
          assertThat(table.accept(address.high(), address.low(), said, deadline))
              .isEqualTo(model.accept(address, said, deadline));
        }
      }
      assertThat(table.size()).isEqualTo(model.members.size());
      if (step % 1_000 == 0) {
        assertThat(deadlines(table))
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
    GroupTable table = new GroupTable();
    for (int i = 0; i < 1_000; i++) {
      table.accept(0, i, 1, random.nextInt(1_000_000));
    }
    for (int i = 0; i < 1_000; i += 2) {
      table.accept(0, i, 2, random.nextInt(2_000_000));
    }

    assertThat(expire(table, 2_000_000)).hasSize(1_000).extracting(Departure::deadline).isSorted();
  }

  @Test
  void theMonotonicClockMayPassTheEndOfItsRange() {
    GroupTable table = new GroupTable();
    long now = Long.MAX_VALUE - 10;
    for (int i = 0; i < 20; i++) {
      table.accept(0, i, 1, now + 1 + i);
    }

    assertThat(table.nextDue()).isEqualTo(now + 1);
    assertThat(expire(table, now)).isEmpty();
    assertThat(expire(table, now + 15))
        .extracting(left -> left.address().low())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    assertThat(table.accept(0, 19, 2, now + 12)).isEqualTo(Outcome.REFRESHED);
    assertThat(expire(table, now + 19)).hasSize(4);
    assertThat(expire(table, now + 20)).hasSize(1);
  }

  @Test
  void aRefreshOnlyMovesTheDeadlineAway() {
    GroupTable table = new GroupTable();
    assertThat(table.accept(1, 2, 100, 1_000)).isEqualTo(Outcome.JOINED);
    assertThat(table.accept(1, 2, 100, 5_000)).isEqualTo(Outcome.REPLAYED);
    assertThat(table.accept(1, 2, 99, 5_000)).isEqualTo(Outcome.REPLAYED);
    assertThat(table.accept(1, 2, 101, 500)).isEqualTo(Outcome.REFRESHED);
    assertThat(expire(table, 999)).isEmpty();
    assertThat(table.accept(1, 2, 101, 5_000)).isEqualTo(Outcome.REPLAYED);
    assertThat(expire(table, 1_000)).containsExactly(new Departure(new Address(1, 2), 1_000));
  }
}
