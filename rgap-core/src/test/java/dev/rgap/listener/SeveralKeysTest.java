package dev.rgap.listener;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupKeys;
import dev.rgap.membership.KeyUse;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The gate to a group that accepts several keys. */
class SeveralKeysTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey STRANGE = PreSharedKey.parseHex("ff".repeat(32));

  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final ManualClock clock = new ManualClock();
  private final List<PreSharedKey> keys = keys();
  private final GroupConfig group =
      GroupConfig.of(ID, keys.getFirst(), Duration.ofSeconds(30)).withKeys(keys);
  private final LiveMembership membership = new LiveMembership(List.of(group), clock.scheduler());
  private final Gate gate = new Gate(membership);

  private static List<PreSharedKey> keys() {
    List<PreSharedKey> keys = new ArrayList<>();
    for (int i = 0; i < GroupConfig.MAX_KEYS; i++) {
      keys.add(PreSharedKey.parseHex("%064x".formatted(i)));
    }
    return keys;
  }

  private byte[] datagram(int address, PreSharedKey key) {
    return signer.sign(new Announcement(ID, clock.epochMicros(), IpAddress.ofIpv4(address)), key);
  }

  private @Nullable Rejection admit(byte[] datagram) {
    return gate.admit(datagram, datagram.length, clock.epochMicros());
  }

  private List<Long> announcements() {
    return membership.keyUses(ID).stream().map(KeyUse::announcements).toList();
  }

  @Test
  void letsInWhatIsSignedWithAnyOfThemAndNothingElse() {
    for (int i = 0; i < keys.size(); i++) {
      assertThat(admit(datagram(i, keys.get(i)))).isNull();
      assertThat(admit(datagram(i + 100, STRANGE))).isEqualTo(Rejection.SIGNATURE);
    }
    assertThat(membership.snapshot(ID).addresses()).hasSize(keys.size());
    assertThat(announcements()).containsOnly(1L);
  }

  /** Whoever is asked first decides nothing: all agents change their keys, and back. */
  @Test
  void theKeyOfAnAddressMayChangeAtAnyTime() {
    for (int round = 0; round < keys.size() * 3; round++) {
      clock.advance(Duration.ofSeconds(1));
      for (int address = 0; address < 300; address++) {
        PreSharedKey key = keys.get((address * 7 + round * 5) % keys.size());
        assertThat(admit(datagram(address, key))).isNull();
      }
    }
    assertThat(membership.snapshot(ID).addresses()).hasSize(300);
  }

  @Test
  void isHeldAgainstTheKeyFirstThatHasSignedForTheAddressBefore() {
    GroupKeys known = requireNonNull(membership.find(ID.bits())).keys();
    byte[] genuine = datagram(1, keys.get(5));
    assertThat(known.likely(genuine)).isZero();
    admit(genuine);

    assertThat(known.likely(datagram(1, keys.get(2)))).isEqualTo(5);
    assertThat(admit(datagram(1, STRANGE))).isEqualTo(Rejection.SIGNATURE);
    assertThat(known.likely(genuine)).as("a forgery teaches nothing").isEqualTo(5);
  }

  @Test
  void countsWhatIsNewAndWhoeverMayBeInTheGroup() {
    membership.replace(
        group.withMaxMembers(1).withAddresses(List.of(IpNetwork.parse("0.0.0.0/24"))));
    byte[] first = datagram(1, keys.get(1));
    assertThat(admit(first)).isNull();
    assertThat(admit(first)).isEqualTo(Rejection.REPLAY);
    assertThat(admit(datagram(2, keys.get(2)))).as("would come in later").isEqualTo(Rejection.FULL);
    assertThat(admit(datagram(1 << 8, keys.get(3)))).isEqualTo(Rejection.ADDRESS);
    assertThat(gate.check(datagram(1, keys.get(4)), 66, clock.epochMicros())).isNull();

    assertThat(announcements()).containsExactly(0L, 1L, 1L, 0L, 0L, 0L, 0L, 0L);
  }

  @Test
  void aKeyThatStaysKeepsItsNumberAndOneThatGoesIsForgotten() {
    assertThat(admit(datagram(1, keys.get(3)))).isNull();
    assertThat(admit(datagram(2, keys.get(4)))).isNull();
    membership.replace(group.withKeys(List.of(STRANGE, keys.get(4))));

    assertThat(announcements()).containsExactly(0L, 1L);
    clock.advance(Duration.ofSeconds(1));
    assertThat(admit(datagram(1, keys.get(3)))).isEqualTo(Rejection.SIGNATURE);
    assertThat(admit(datagram(2, keys.get(4)))).isNull();
    assertThat(announcements()).containsExactly(0L, 2L);
    assertThat(membership.keyUses(new GroupId(7))).isEmpty();
  }

  /** Otherwise a sender could make this host collect garbage. */
  @Test
  void allocatesNothing() {
    byte[][] all = {datagram(1, keys.get(0)), datagram(1, keys.get(7)), datagram(1, STRANGE)};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long now = clock.epochMicros();

    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000; i++) {
        for (byte[] datagram : all) {
          gate.check(datagram, datagram.length, now);
        }
      }
      fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
    }
    // Less than a byte a call: what the measurement itself costs.
    assertThat(fewest).isLessThan(1_000);
  }
}
