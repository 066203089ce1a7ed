package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order records come, and who is next to whom. */
class OrderTest {

  private static final int DRAWS = 100_000;

  private final SplittableRandom random = new SplittableRandom(7);
  private final Order order = new Order();

  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "1, 2",
    "2, 2",
    "3, 3",
    "4, 5",
    "9, 11",
    "25, 29",
    "100, 101",
    "114, 127",
    "1024, 1031",
    "1000000, 1000003",
    "536870912, 536870923"
  })
  void theModulusIsPrime(int records, int prime) {
    assertThat(Order.prime(records)).isEqualTo(prime);
  }

  private int[] draw(int records) {
    order.shuffle(records, Order.prime(records), random);
    return drawn(records);
  }

  private int[] drawn(int records) {
    int[] drawn = new int[records];
    drawn[0] = order.first();
    for (int i = 1; i < records; i++) {
      drawn[i] = order.next();
    }
    return drawn;
  }

  @Test
  void eachRecordComesOnce() {
    for (int records = 1; records < 300; records++) {
      assertThat(sorted(draw(records))).isEqualTo(sorted(drawn(records))).isEqualTo(all(records));
      assertThat(drawn(records)).as("the same again").isEqualTo(drawn(records));
    }
  }

  @Test
  void eachRecordComesOnceAfterLeaps() {
    for (int records = 1; records < 300; records++) {
      order.leap(records, Order.prime(records), random);
      int[] drawn = drawn(records);
      assertThat(sorted(drawn)).isEqualTo(all(records));
      assertThat(drawn(records)).as("the same again").isEqualTo(drawn);
    }
  }

  @Test
  void afterThreeLeapsRecordsFollowAsTheyStand() {
    for (int i = 0; i < 1_000; i++) {
      int records = 4 + random.nextInt(100);
      order.leap(records, Order.prime(records), random);
      int[] drawn = drawn(records);
      List<Integer> expected = new ArrayList<>();
      for (int j = 1; j < records; j++) {
        expected.add((drawn[2] + j) % records);
      }
      expected.removeAll(List.of(drawn[0], drawn[1]));
      assertThat(Arrays.stream(drawn).skip(3).boxed()).containsExactlyElementsOf(expected);
    }
  }

  private static int[] sorted(int[] drawn) {
    return Arrays.stream(drawn).sorted().toArray();
  }

  private static int[] all(int records) {
    return IntStream.range(0, records).toArray();
  }

  /** At each place of the order, each record is as often as the others. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8, 10, 20, 24})
  void noRecordIsPreferred(int records) {
    int[][] seen = new int[records][records];
    for (int i = 0; i < DRAWS; i++) {
      int[] drawn = draw(records);
      for (int place = 0; place < records; place++) {
        seen[place][drawn[place]]++;
      }
    }
    double expected = (double) DRAWS / records;
    double chance = 8 * Math.sqrt(expected); // eight standard deviations and more
    for (int[] place : seen) {
      for (int count : place) {
        assertThat((double) count).isBetween(expected - chance, expected + chance);
      }
    }
  }

  /** A step that is coprime to the number would lead to one, two or four of them only. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 6, 8, 10, 12, 30})
  void clientsOfADeadMemberAreSharedByTheOthers(int records) {
    int[] next = new int[records];
    int dead = records / 2;
    int orphans = 0;
    for (int i = 0; i < DRAWS; i++) {
      order.shuffle(records, Order.prime(records), random);
      if (order.first() == dead) {
        next[order.next()]++;
        orphans++;
      }
    }
    double share = orphans / (records - 1.0);
    for (int i = 0; i < records; i++) {
      if (i != dead) {
        assertThat((double) next[i]).as("member %s", i).isBetween(share * 0.5, share * 2.2);
      }
    }
  }

  /** Members of one network stand side by side, and may all be dead at once. */
  @Test
  void clientsOfADeadNetworkAreSharedByTheOthers() {
    int records = 40;
    int[] clients = new int[records];
    for (int i = 0; i < DRAWS; i++) {
      order.shuffle(records, Order.prime(records), random);
      int member = order.first();
      while (member < records / 2) {
        member = order.next();
      }
      clients[member]++;
    }
    double share = DRAWS / (records / 2.0);
    for (int i = records / 2; i < records; i++) {
      assertThat((double) clients[i]).as("member %s", i).isBetween(share * 0.7, share * 1.5);
    }
  }
}
