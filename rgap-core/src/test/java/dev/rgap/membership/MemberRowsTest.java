package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberRowsTest {

  private static final int PAGE = 256;

  private record Row(int slot, long number) {}

  private final MemberRows rows = new MemberRows();
  private final List<Row> model = new ArrayList<>();
  private long number;

  private void add() {
    number++;
    int slot = rows.add(number, -number, 2 * number, 3 * number);
    assertThat(rows.chained(slot)).isEqualTo(MemberRows.NONE);
    assertThat(rows.queued(slot)).isEqualTo(MemberRows.NONE);
    rows.setChained(slot, (int) number);
    rows.setQueued(slot, (int) -number);
    model.add(new Row(slot, number));
  }

  private void free(int index) {
    rows.free(model.get(index).slot());
    model.set(index, model.getLast());
    model.removeLast();
  }

  private void check() {
    assertThat(rows.size()).isEqualTo(model.size());
    assertThat(model).extracting(Row::slot).doesNotHaveDuplicates();
    for (Row row : model) {
      long expected = row.number();
      assertThat(rows.isOf(row.slot(), expected, -expected)).isTrue();
      assertThat(rows.timestamp(row.slot())).isEqualTo(2 * expected);
      assertThat(rows.deadline(row.slot())).isEqualTo(3 * expected);
      assertThat(rows.chained(row.slot())).isEqualTo((int) expected);
      assertThat(rows.queued(row.slot())).isEqualTo((int) -expected);
    }
    assertThat(rows.pages()).isGreaterThanOrEqualTo(Math.ceilDiv(model.size(), PAGE));
  }

  /** Grows to many pages and shrinks to few rows, again and again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRowStaysWhatItIsUntilItIsFreed(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 12; round++) {
      int goal = List.of(3_000, 0, 40, 7_000, 255, 257).get(round % 6);
      while (model.size() != goal) {
        boolean add = random.nextInt(10) < (model.size() < goal ? 8 : 2);
        if (add) {
          add();
        } else if (!model.isEmpty()) {
          free(random.nextInt(model.size()));
        }
      }
      check();
    }
  }

  @Test
  void slotsOfANewGroupAscend() {
    for (int i = 0; i < 3 * PAGE; i++) {
      add();
    }

    assertThat(model).extracting(Row::slot).isSorted();
    assertThat(rows.pages()).isEqualTo(3);
  }

  @Test
  void freedRowsAreGivenOutAgain() {
    for (int i = 0; i < 100 * PAGE; i++) {
      add();
    }
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      free(random.nextInt(model.size()));
      add();
    }

    assertThat(rows.pages()).isEqualTo(100);
    check();
  }

  /** One that counts its looks at pages. */
  private static final class Counted extends MemberRows {
    private int looks;

    @Override
    long[] page(int number) {
      looks++;
      return super.page(number);
    }
  }

  /** A join after a leave is as much work in a group of a million members as in a small one. */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_000_000})
  void workDoesNotGrowWithTheGroup(int members) {
    Counted counted = new Counted();
    int[] slots = new int[members];
    int most = 0;
    for (int i = 0; i < members; i++) {
      counted.looks = 0;
      slots[i] = counted.add(i, i, i, i);
      most = Math.max(most, counted.looks);
    }
    Random random = new Random(9);
    for (int i = 0; i < 20_000; i++) {
      int victim = random.nextInt(members);
      counted.looks = 0;
      counted.free(slots[victim]);
      most = Math.max(most, counted.looks);
      // Sometimes many leave before one joins.
      int other = random.nextInt(members);
      if (i % 3 == 0 && other != victim) {
        counted.free(slots[other]);
        slots[other] = counted.add(i, i, i, i);
      }
      counted.looks = 0;
      slots[victim] = counted.add(i, i, i, i);
      most = Math.max(most, counted.looks);
    }
    for (int i = 0; i < members; i++) {
      counted.looks = 0;
      counted.free(slots[i]);
      most = Math.max(most, counted.looks);
    }
    assertThat(most).isLessThanOrEqualTo(6);
    assertThat(counted.size()).isZero();
  }

  /** After a group has shrunk, those who come and go let go of the pages with few rows. */
  @Test
  void memoryShrinksWithTheGroup() {
    Random random = new Random(7);
    for (int i = 0; i < 100 * PAGE; i++) {
      add();
    }
    while (model.size() > 2 * PAGE) {
      free(random.nextInt(model.size()));
    }
    assertThat(rows.pages()).isGreaterThan(90);
    for (int i = 0; i < 16 * PAGE; i++) {
      free(random.nextInt(model.size()));
      add();
    }
    assertThat(rows.pages()).isLessThanOrEqualTo(4);
    check();

    while (!model.isEmpty()) {
      free(random.nextInt(model.size()));
    }
    assertThat(rows.pages()).isZero();
    add();
    assertThat(model).containsExactly(new Row(0, number));
  }
}
