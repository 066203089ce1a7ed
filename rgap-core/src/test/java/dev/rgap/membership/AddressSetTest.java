package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSetTest {

  private static final int MANY = 40 * AddressLeaf.MAX_ADDRESSES + 3;

  private static AddressSet with(AddressSet set, IpAddress address) {
    return set.with(address.high(), address.low());
  }

  private static AddressSet without(AddressSet set, IpAddress address) {
    return set.without(address.high(), address.low());
  }

  /** Grows to several chunks and shrinks to none, several times. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isASortedSet(long seed) {
    Random random = new Random(seed);
    TreeSet<IpAddress> model = new TreeSet<>();
    AddressSet set = AddressSet.EMPTY;
    boolean growing = true;
    for (int step = 0; step < 12_000; step++) {
      growing = model.isEmpty() || (growing ? model.size() < 1_500 : false);
      boolean add = random.nextInt(10) < (growing ? 8 : 2);
      IpAddress address = new IpAddress(random.nextInt(3) - 1, random.nextInt(3_000) - 1_500);
      if (add && model.add(address)) {
        set = with(set, address);
      } else if (!add && !model.isEmpty()) {
        IpAddress near = model.ceiling(address);
        IpAddress victim = near == null ? model.last() : near;
        model.remove(victim);
        set = without(set, victim);
      }
      assertThat(set.contains(address)).isEqualTo(model.contains(address));
      assertThat(set.size()).isEqualTo(model.size());
      if (step % 250 == 0) {
        assertThat(set).containsExactlyElementsOf(model);
      }
    }
    assertThat(set).containsExactlyElementsOf(model);
  }

  @Test
  void holdsAscendingAndDescendingAddresses() {
    AddressSet up = AddressSet.EMPTY;
    AddressSet down = AddressSet.EMPTY;
    List<IpAddress> expected = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      expected.add(IpAddress.ofIpv4(i));
      up = with(up, IpAddress.ofIpv4(i));
      down = with(down, IpAddress.ofIpv4(MANY - 1 - i));
    }

    assertThat(up).isEqualTo(expected).isEqualTo(down).hasSameHashCodeAs(expected);
    for (int i = 0; i < MANY; i++) {
      up = without(up, IpAddress.ofIpv4(i));
      down = without(down, IpAddress.ofIpv4(MANY - 1 - i));
    }
    assertThat(up).isEmpty();
    assertThat(down).isEmpty();
  }

  @Test
  void aChangeLeavesTheOriginalAlone() {
    IpAddress one = IpAddress.parse("10.0.0.1");
    IpAddress two = IpAddress.parse("10.0.0.2");
    AddressSet single = with(AddressSet.EMPTY, one);
    AddressSet both = with(single, two);

    assertThat(without(both, one)).containsExactly(two);
    assertThat(both).containsExactly(one, two);
    assertThat(single).containsExactly(one);
    assertThat(AddressSet.EMPTY).isEmpty();
  }

  @Test
  void misuseIsAnError() {
    IpAddress one = IpAddress.parse("10.0.0.1");
    AddressSet single = with(AddressSet.EMPTY, one);

    assertThatThrownBy(() -> with(single, one)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> without(AddressSet.EMPTY, one))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> without(single, IpAddress.parse("10.0.0.2")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> single.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> single.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> single.add(one)).isInstanceOf(UnsupportedOperationException.class);
  }

  /** How the addresses come and go. */
  enum Order {
    ASCENDING,
    DESCENDING,
    RANDOM
  }

  /** How many high halves the addresses have. */
  enum Highs {
    SHARED,
    FEW,
    SCATTERED
  }

  private static List<IpAddress> addresses(Highs highs, int count, Random random) {
    TreeSet<IpAddress> addresses = new TreeSet<>();
    while (addresses.size() < count) {
      long high =
          switch (highs) {
            case SHARED -> 0x20010db8_00000001L;
            case FEW -> random.nextInt(5) - 2L;
            case SCATTERED -> random.nextLong();
          };
      addresses.add(new IpAddress(high, random.nextLong()));
    }
    return new ArrayList<>(addresses);
  }

  private static List<IpAddress> inOrder(Order order, List<IpAddress> sorted, Random random) {
    List<IpAddress> list = new ArrayList<>(order == Order.DESCENDING ? sorted.reversed() : sorted);
    if (order == Order.RANDOM) {
      Collections.shuffle(list, random);
    }
    return list;
  }

  /** All ways to grow and to empty a set of several levels; all versions stay what they were. */
  @ParameterizedTest
  @EnumSource
  void isATreeSet(Highs highs) {
    for (Order growth : Order.values()) {
      for (Order decline : Order.values()) {
        Random random = new Random(7);
        List<IpAddress> sorted = addresses(highs, MANY, random);
        IdentityHashMap<AddressSet, List<IpAddress>> versions = new IdentityHashMap<>();
        TreeSet<IpAddress> model = new TreeSet<>();
        AddressSet set = AddressSet.EMPTY;
        for (IpAddress address : inOrder(growth, sorted, random)) {
          set = with(set, address);
          model.add(address);
          if (model.size() % 331 == 0) {
            versions.put(set, List.copyOf(model));
          }
        }
        assertIs(set, sorted);
        for (IpAddress address : inOrder(decline, sorted, random)) {
          set = without(set, address);
          model.remove(address);
          if (model.size() % 331 == 0) {
            versions.put(set, List.copyOf(model));
          }
        }
        assertThat(set).isEmpty();
        versions.forEach(AddressSetTest::assertIs);
      }
    }
  }

  private static void assertIs(AddressSet set, List<IpAddress> expected) {
    List<IpAddress> visited = new ArrayList<>();
    set.forEach(visited::add);
    assertThat(visited).isEqualTo(expected);
    assertThat(new ArrayList<>(set)).isEqualTo(expected);
    assertThat(set.stream().toList()).isEqualTo(expected);
    assertThat(set).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      IpAddress address = expected.get(i);
      assertThat(set.get(i)).isEqualTo(address);
      assertThat(set.contains(address)).isTrue();
      assertThat(set.contains(new IpAddress(address.high(), ~address.low()))).isFalse();
    }
  }

  @Test
  void ordersHalvesAsUnsignedNumbers() {
    List<IpAddress> sorted = new ArrayList<>();
    for (String text :
        List.of("::", "::7fff:0:0:0", "::8000:0:0:0", "7fff::", "8000::", "ffff::")) {
      sorted.add(IpAddress.parse(text));
    }
    AddressSet set = AddressSet.EMPTY;
    for (IpAddress address : sorted.reversed()) {
      set = with(set, address);
    }

    assertThat(set).containsExactlyElementsOf(sorted);
  }

  @Test
  void anIteratorEnds() {
    Iterator<IpAddress> iterator = with(AddressSet.EMPTY, IpAddress.parse("::1")).iterator();
    iterator.next();

    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
    assertThat(AddressSet.EMPTY.iterator().hasNext()).isFalse();
  }

  private static Set<long[]> leaves(AddressSet set) {
    Set<long[]> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
    set.forEachLeaf(leaves::add);
    return leaves;
  }

  @Test
  void aChangeSharesAllOtherLeaves() {
    Random random = new Random(11);
    List<IpAddress> all = addresses(Highs.FEW, MANY, random);
    Collections.shuffle(all, random);
    AddressSet set = AddressSet.EMPTY;
    for (IpAddress address : all) {
      set = with(set, address);
    }
    for (IpAddress address : all.subList(0, 1_000)) {
      AddressSet smaller = without(set, address);
      AddressSet restored = with(smaller, address);
      assertThat(leavesOfItsOwn(smaller, set)).isOne();
      assertThat(leavesOfItsOwn(restored, smaller)).isBetween(1, 2);
      set = restored;
    }
  }

  private static int leavesOfItsOwn(AddressSet set, AddressSet origin) {
    Set<long[]> leaves = leaves(set);
    leaves.removeAll(leaves(origin));
    return leaves.size();
  }

  @ParameterizedTest
  @EnumSource
  void leavesAreFullAfterAscendingAddresses(Highs highs) {
    AddressSet set = AddressSet.EMPTY;
    for (IpAddress address : addresses(highs, MANY, new Random(13))) {
      set = with(set, address);
    }

    assertThat(leaves(set)).hasSize(Math.ceilDiv(MANY, AddressLeaf.MAX_ADDRESSES));
  }

  @Test
  void leavesAreJoinedAsTheyEmpty() {
    List<IpAddress> all = addresses(Highs.SCATTERED, MANY, new Random(17));
    AddressSet set = AddressSet.EMPTY;
    for (IpAddress address : all) {
      set = with(set, address);
    }
    Collections.shuffle(all, new Random(19));
    for (IpAddress address : all.subList(100, MANY)) {
      set = without(set, address);
    }

    assertThat(leaves(set)).hasSizeLessThan(16);
  }

  @Test
  void aSharedHighHalfIsStoredOnceALeaf() {
    AddressSet set = AddressSet.EMPTY;
    for (int i = 0; i < AddressLeaf.MAX_ADDRESSES - 1; i++) {
      set = with(set, IpAddress.ofIpv4(i));
    }
    AddressSet mixed = with(set, IpAddress.parse("2001:db8::1"));

    assertThat(leaves(set)).allMatch(leaf -> leaf.length == 2 + AddressLeaf.MAX_ADDRESSES - 1);
    assertThat(leaves(mixed)).allMatch(leaf -> leaf.length == 1 + 2 * AddressLeaf.MAX_ADDRESSES);
    assertThat(leaves(without(mixed, IpAddress.parse("2001:db8::1"))))
        .allMatch(leaf -> leaf.length == 2 + AddressLeaf.MAX_ADDRESSES - 1);
  }

  @ParameterizedTest
  @EnumSource
  void aListIteratorGoesEitherWayFromAnywhere(Highs highs) {
    List<IpAddress> expected = new ArrayList<>(addresses(highs, 500, new Random(23)));
    AddressSet set = AddressSet.EMPTY;
    for (IpAddress address : expected) {
      set = with(set, address);
    }
    Collections.sort(expected);
    Random random = new Random(29);
    for (int start : new int[] {0, 1, 47, 48, 250, 499, 500}) {
      ListIterator<IpAddress> actual = set.listIterator(start);
      ListIterator<IpAddress> model = expected.listIterator(start);
      for (int step = 0; step < 300; step++) {
        assertThat(actual.hasNext()).isEqualTo(model.hasNext());
        assertThat(actual.hasPrevious()).isEqualTo(model.hasPrevious());
        assertThat(actual.nextIndex()).isEqualTo(model.nextIndex());
        assertThat(actual.previousIndex()).isEqualTo(model.previousIndex());
        if (model.hasNext() && (random.nextInt(3) > 0 || !model.hasPrevious())) {
          assertThat(actual.next()).isEqualTo(model.next());
        } else {
          assertThat(actual.previous()).isEqualTo(model.previous());
        }
      }
    }
    assertThat(set.subList(100, 300).stream().toList()).isEqualTo(expected.subList(100, 300));
  }
}
