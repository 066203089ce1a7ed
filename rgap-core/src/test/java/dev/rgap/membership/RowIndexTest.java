package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowIndexTest {

  private static final int MANY = 20_000;
  private static final int CHOSEN = 100_000;

  /** Of the hash's last bits, which make the bucket. */
  private static final long CHOICE_MASK = 0x7f;

  private record Address(long high, long low) {}

  /** Addresses as one network has them, or as somebody would choose who knows the table's hash. */
  enum Choice {
    IPV4,
    IPV4_APART,
    IPV6_ONE_NETWORK,
    IPV6_MANY_NETWORKS,
    IPV6_LARGE_NETWORKS,
    ADDED_UP,
    /** The halves put together by a multiplication and an addition, as hashes often begin. */
    MULTIPLIED,
    MULTIPLIED_BY_31,
    XORED,
    XORED_LARGE,
    /** What the finaliser gives to few buckets if it is used without a seed. */
    INVERTED;

    private Address address(long i) {
      return switch (this) {
        case IPV4 -> new Address(0, 0xffff_0a00_0000L + i);
        case IPV4_APART -> new Address(0, 0xffff_0a00_0000L + 256 * i);
        case IPV6_ONE_NETWORK -> new Address(0x20010db8_00000001L, i);
        case IPV6_MANY_NETWORKS -> new Address(0x20010db8_00000000L + i, 1);
        case IPV6_LARGE_NETWORKS -> new Address(i << 32, 1);
        case ADDED_UP -> new Address(i, 77 - i);
        case MULTIPLIED -> new Address(i, 77 - i * 0x9e3779b97f4a7c15L);
        case MULTIPLIED_BY_31 -> new Address(i, 77 - i * 31);
        case XORED -> new Address(i, 77 ^ i);
        case XORED_LARGE -> new Address(i << 40, 77 ^ i << 40);
        case INVERTED -> new Address(0, unmix(i << 40));
      };
    }

    private List<Address> addresses() {
      return LongStream.range(0, MANY).mapToObj(this::address).toList();
    }
  }

  private static long unmix(long number) {
    long bits = number;
    bits = (bits ^ (bits >>> 33)) * inverse(0xc4ceb9fe1a85ec53L);
    bits = (bits ^ (bits >>> 33)) * inverse(0xff51afd7ed558ccdL);
    return bits ^ (bits >>> 33);
  }

  /** Modulo 2 to the power of 64, by Newton's method. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  private static HashKey key(Random random) {
    return new HashKey(random.nextLong(), random.nextLong());
  }

  private static List<Integer> steps(RowIndex index, List<Address> addresses) {
    return addresses.stream().map(address -> index.stepsTo(address.high(), address.low())).toList();
  }

  private static RowIndex with(List<Address> addresses, MemberRows rows, RowIndex index) {
    for (Address address : addresses) {
      index.add(rows.add(address.high(), address.low(), 0, 0));
    }
    return index;
  }

  /** As numbers drawn by chance would, whatever the addresses are. */
  @ParameterizedTest
  @EnumSource
  void noChoiceOfAddressesMakesLongChains(Choice choice) {
    List<Address> addresses = choice.addresses();
    Random seeds = new Random(3);
    for (int i = 0; i < 20; i++) {
      MemberRows rows = new MemberRows();
      RowIndex index = with(addresses, rows, new RowIndex(rows, key(seeds)));
      List<Integer> steps = steps(index, addresses);

      assertThat(steps).allMatch(count -> count <= 20);
      assertThat(steps.stream().mapToInt(count -> count).average().orElseThrow()).isLessThan(2.2);
    }
  }

  /** As many as somebody may announce, all in few buckets of a table with this key. */
  private static List<Address> chosenAgainst(HashKey known) {
    List<Address> chosen = new ArrayList<>();
    for (long i = 0; chosen.size() < CHOSEN; i++) {
      Address address = new Address(0x20010db8_00000000L + i % 5, i);
      if ((known.hash(address.high(), address.low()) & CHOICE_MASK) == 0) {
        chosen.add(address);
      }
    }
    return chosen;
  }

  /** The work of finding each of 100,000 addresses that were chosen with another key in mind. */
  @Test
  void whatIsChosenAgainstOneKeyIsAsAnyOtherUnderAnother() {
    HashKey known = new HashKey(0, 0);
    List<Address> chosen = chosenAgainst(known);
    MemberRows rows = new MemberRows();
    List<Integer> bad = steps(with(chosen, rows, new RowIndex(rows, known)), chosen);
    assertThat(average(bad)).as("the choice works where the key is known").isGreaterThan(50);

    Random random = new Random(5);
    for (HashKey close :
        List.of(
            new HashKey(1, 0),
            new HashKey(0, 1),
            new HashKey(Long.MIN_VALUE, 0),
            new HashKey(0, Long.MIN_VALUE),
            key(random))) {
      MemberRows others = new MemberRows();
      List<Integer> steps = steps(with(chosen, others, new RowIndex(others, close)), chosen);
      assertThat(average(steps)).isLessThan(2.2);
      assertThat(steps).allMatch(count -> count <= 20);
    }
  }

  private static double average(List<Integer> steps) {
    return steps.stream().mapToInt(count -> count).average().orElseThrow();
  }

  @Test
  void eachTableHasAnOrderOfItsOwn() {
    List<Address> addresses = Choice.IPV4.addresses();
    MemberRows rows = new MemberRows();
    MemberRows others = new MemberRows();

    assertThat(steps(with(addresses, rows, new RowIndex(rows)), addresses))
        .isNotEqualTo(steps(with(addresses, others, new RowIndex(others)), addresses));
  }

  /** Past the ends of segments, up and down. */
  @Test
  void findsWhatIsThereAndNothingElse() {
    Random random = new Random(11);
    MemberRows rows = new MemberRows();
    RowIndex index = new RowIndex(rows, new HashKey(13, 14));
    List<Address> members = new ArrayList<>();
    long next = 0;
    for (int goal : new int[] {5_000, 4_000, 40_000, 10, 70_000, 16_000, 33_000, 0, 20_000, 1}) {
      while (members.size() != goal) {
        if (members.size() < goal) {
          Address address = new Address(next % 3, next++);
          assertThat(index.find(address.high(), address.low())).isEqualTo(MemberRows.NONE);
          index.add(rows.add(address.high(), address.low(), 0, 0));
          members.add(address);
        } else {
          int victim = random.nextInt(members.size());
          Address address = members.get(victim);
          members.set(victim, members.getLast());
          members.removeLast();
          int slot = index.find(address.high(), address.low());
          index.remove(slot);
          rows.free(slot);
          assertThat(index.find(address.high(), address.low())).isEqualTo(MemberRows.NONE);
        }
      }
      for (Address address : members) {
        int slot = index.find(address.high(), address.low());
        assertThat(rows.isOf(slot, address.high(), address.low())).isTrue();
      }
    }
  }
}
