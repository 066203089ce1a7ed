package dev.rgap.membership;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.AnnouncementCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  // --- senders -----------------------------------------------------------------------------------

  private static final long TRAIL = Trail.of(1_000_000_000L, 7, 20_000);
  private static final long TRAIL_WITHOUT_SKEW = Trail.of(1_000_000_000L, 7);
  private static final int HEADER = 4;

  private static void setSender(MemberRows rows, int slot, long high, long low) {
    rows.setTrail(slot, true, TRAIL, high, low);
  }

  /** Adds members that have announced themselves. */
  private void addPages(int count) {
    for (int i = 0; i < count * PAGE; i++) {
      add();
      setSender(rows, model.getLast().slot(), number, -number);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 6, 8", "true, 10, 12"})
  void onlyPagesWithOtherSendersHaveRoomForThem(boolean signatures, int plain, int wide) {
    rows.keepSignatures(signatures);
    addPages(3);
    rows.setTrail(model.getFirst().slot(), true, TRAIL_WITHOUT_SKEW, 0, 0);
    for (int page = 0; page < 3; page++) {
      assertThat(rows.page(page)).hasSize(HEADER + plain * PAGE);
    }
    setSender(rows, PAGE + 5, 1, 2);

    assertThat(rows.page(0)).hasSize(HEADER + plain * PAGE);
    assertThat(rows.page(1)).hasSize(HEADER + wide * PAGE);
    assertThat(rows.page(2)).hasSize(HEADER + plain * PAGE);
    check();
    for (Row row : model) {
      boolean other = row.slot() == PAGE + 5;
      boolean unknown = row.slot() == 0;
      long expected = unknown ? 0 : row.number();
      assertThat(rows.senderHigh(row.slot())).isEqualTo(other ? 1 : expected);
      assertThat(rows.senderLow(row.slot())).isEqualTo(other ? 2 : -expected);
    }
  }

  @Test
  void aPageThatWasDroppedHasNoRoomForSenders() {
    addPages(2);
    setSender(rows, PAGE, 1, 2);
    for (int i = 0; i < PAGE; i++) {
      free(model.size() - 1);
    }
    addPages(1);

    assertThat(rows.page(1)).hasSize(HEADER + 6 * PAGE);
    assertThat(rows.senderHigh(PAGE)).isEqualTo(rows.high(PAGE));
    check();
  }

  @Test
  void ofANewMemberNoSenderIsKnown() {
    addPages(1);
    setSender(rows, 5, 1, 2);
    rows.free(5);

    assertThat(rows.add(3, 4, 5, 6)).isEqualTo(5);
    assertThat(rows.senderHigh(5)).isZero();
    assertThat(rows.senderLow(5)).isZero();

    MemberRows others = new MemberRows();
    int slot = others.add(3, 4, 5, 6);
    assertThat(others.senderHigh(slot)).isZero();
    assertThat(others.senderLow(slot)).isZero();
  }

  /** A member with all that is told of it. */
  private static final class Told {
    final long high;
    final long low;
    long timestamp;
    long trail = Trail.UNKNOWN;
    long senderHigh;
    long senderLow;
    byte @Nullable [] signature;

    Told(long high, long low) {
      this.high = high;
      this.low = low;
    }

    byte[] written(byte[] datagram) {
      byte[] to = new byte[AnnouncementCodec.SIZE];
      AnnouncementCodec.write(77, timestamp, high, low, to, 0);
      for (int part = 0; part < 4; part++) {
        AnnouncementCodec.writeSignature(AnnouncementCodec.signature(datagram, part), part, to, 0);
      }
      return to;
    }
  }

  private static void checkTold(MemberRows rows, NavigableMap<Integer, Told> members) {
    assertThat(rows.size()).isEqualTo(members.size());
    members.forEach((slot, told) -> {
      assertThat(rows.isOf(slot, told.high, told.low)).isTrue();
      assertThat(rows.timestamp(slot)).isEqualTo(told.timestamp);
      assertThat(rows.trail(slot)).isEqualTo(told.trail);
      assertThat(rows.senderHigh(slot)).isEqualTo(told.senderHigh);
      assertThat(rows.senderLow(slot)).isEqualTo(told.senderLow);
      assertThat(rows.queued(slot)).isEqualTo((int) told.low);
    });
    byte[] to = new byte[PAGE * AnnouncementCodec.SIZE];
    for (int page = 0; page < rows.lastPage(); page++) {
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      for (Told told : members.subMap(page * PAGE, (page + 1) * PAGE).values()) {
        if (told.signature != null) {
          expected.writeBytes(told.written(told.signature));
        }
      }
      int written = rows.writePage(page, 77, to) * AnnouncementCodec.SIZE;
      assertThat(Arrays.copyOf(to, written)).isEqualTo(expected.toByteArray());
    }
  }

  /** Few have other senders, then many; groups grow, shrink, and keep signatures or not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsToldOfAMemberStaysWhateverOthersHave(long seed) {
    Random random = new Random(seed);
    MemberRows rows = new MemberRows();
    NavigableMap<Integer, Told> members = new TreeMap<>();
    boolean signatures = false;
    for (int round = 0; round < 30; round++) {
      int goal = List.of(1_500, 20, 300, 0, 3_000, 257).get(random.nextInt(6));
      int others = List.of(0, 1, 500).get(random.nextInt(3));
      for (int step = 0; step < 3_000; step++) {
        boolean grows = random.nextInt(10) < (members.size() < goal ? 8 : 2);
        if (members.isEmpty() || grows) {
          Told told = new Told(random.nextInt(3), random.nextInt());
          told.timestamp = random.nextLong();
          int slot = rows.add(told.high, told.low, told.timestamp, 0);
          rows.setQueued(slot, (int) told.low);
          assertThat(members.put(slot, told)).isNull();
        }
        Integer slot = members.ceilingKey(random.nextInt(members.lastKey() + 1));
        Told told = requireNonNull(members.get(slot));
        if (!grows && members.size() > goal) {
          rows.free(slot);
          members.remove(slot);
          continue;
        }
        boolean other = random.nextInt(1_000) < others;
        boolean unknown = random.nextInt(4) == 0;
        told.trail = unknown != (other && random.nextBoolean()) ? TRAIL_WITHOUT_SKEW : TRAIL;
        told.senderHigh = unknown ? 0 : other ? random.nextInt(2) : told.high;
        told.senderLow = unknown ? 0 : other ? random.nextInt(2) : told.low;
        rows.setTrail(slot, true, told.trail, told.senderHigh, told.senderLow);
        byte[] datagram = new byte[AnnouncementCodec.SIZE];
        random.nextBytes(datagram);
        rows.setSignature(slot, datagram);
        told.signature = signatures ? datagram : null;
        if (random.nextInt(10) == 0) {
          rows.clearSignature(slot);
          told.signature = null;
        }
        if (random.nextInt(2_000) == 0) {
          signatures = !signatures;
          rows.keepSignatures(signatures);
          members.values().forEach(each -> each.signature = null);
        }
      }
      checkTold(rows, members);
    }
  }
}
