package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSetTest {

  private static final int MANY = 4 * AddressSet.CHUNK + 3;

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
}
