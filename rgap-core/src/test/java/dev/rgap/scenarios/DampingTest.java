package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** New addresses that have to be announced more than once. */
class DampingTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration EXPIRE = Duration.ofSeconds(15);
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final GroupConfig CONFIG =
      GroupConfig.of(GROUP, KEY, EXPIRE).withDamping(new Damping(3, WITHIN));

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership = new LiveMembership(List.of(CONFIG), clock.scheduler());

  private Admission announce(int agent) {
    return announce(agent, clock.epochMicros());
  }

  private Admission announce(int agent, long timestamp) {
    return Datagrams.accept(
        membership, GROUP, IpAddress.ofIpv4(agent), timestamp, clock.epochMicros());
  }

  private void join(int agent) {
    for (int i = 0; i < 3; i++) {
      announce(agent);
      clock.advance(SECOND);
    }
    assertThat(membership.snapshot(GROUP).addresses()).contains(IpAddress.ofIpv4(agent));
  }

  private int published() {
    return membership.snapshot(GROUP).addresses().size();
  }

  private double pending() {
    Metrics metrics = new Metrics();
    membership.register(metrics);
    double shown = metrics.snapshot().value("rgap_group_pending", "group", "1000");
    assertThat(membership.pending(GROUP)).isEqualTo((int) shown);
    return shown;
  }

  @Test
  void anAddressIsPublishedWhenItWasAnnouncedOftenEnough() {
    assertThat(announce(1)).isEqualTo(Admission.PENDING);
    clock.advance(SECOND);
    assertThat(announce(1)).isEqualTo(Admission.PENDING);
    assertThat(published()).isZero();
    assertThat(pending()).isEqualTo(1);
    clock.advance(WITHIN.minusSeconds(1).minusNanos(1_000));
    assertThat(announce(1)).isEqualTo(Admission.JOINED);

    assertThat(published()).isEqualTo(1);
    assertThat(pending()).isZero();
    assertThat(announce(1, clock.epochMicros() + 1)).isEqualTo(Admission.REFRESHED);
  }

  @Test
  void whatComesTooLateIsTheFirstAgain() {
    announce(1);
    clock.advance(SECOND);
    announce(1);
    clock.advance(WITHIN.minusSeconds(1));
    assertThat(pending()).isZero();
    assertThat(clock.pendingTasks()).isZero();
    assertThat(announce(1)).isEqualTo(Admission.PENDING);
    clock.advance(SECOND);
    assertThat(announce(1)).isEqualTo(Admission.PENDING);
    clock.advance(SECOND);

    assertThat(announce(1)).isEqualTo(Admission.JOINED);
  }

  @Test
  void copiesDoNotCount() {
    long said = clock.epochMicros();
    assertThat(announce(1, said)).isEqualTo(Admission.PENDING);
    assertThat(announce(1, said)).isEqualTo(Admission.REPLAY);
    assertThat(announce(1, said - 1)).isEqualTo(Admission.REPLAY);
    assertThat(announce(1, said + 1)).isEqualTo(Admission.PENDING);

    assertThat(announce(1, said + 2)).isEqualTo(Admission.JOINED);
  }

  @Test
  void whoWasAMemberALittleWhileAgoIsOneAtOnce() {
    join(1);
    clock.advance(EXPIRE.minusSeconds(1));
    assertThat(published()).isZero();
    clock.advance(EXPIRE.minusSeconds(1));
    assertThat(announce(1)).isEqualTo(Admission.JOINED);
    clock.advance(EXPIRE.multipliedBy(2));

    assertThat(published()).isZero();
    assertThat(announce(1)).isEqualTo(Admission.PENDING);
  }

  @Test
  void whatMembersSaidBeforeTheyLeftDoesNotCount() {
    join(1);
    long said = clock.epochMicros() - 1_000_000;
    clock.advance(EXPIRE.minusSeconds(1));
    clock.stepWallClock(EXPIRE.negated());

    assertThat(announce(2, said)).isEqualTo(Admission.REPLAY);
    assertThat(pending()).isZero();
  }

  @Test
  void thoseWhoWaitTakeRoom() {
    membership.replace(CONFIG.withMaxMembers(3));
    join(1);
    assertThat(announce(2)).isEqualTo(Admission.PENDING);
    assertThat(announce(3)).isEqualTo(Admission.PENDING);
    assertThat(announce(4)).isEqualTo(Admission.FULL);
    assertThat(pending()).isEqualTo(2);
    announce(1);
    clock.advance(WITHIN);

    assertThat(announce(4)).isEqualTo(Admission.PENDING);
  }

  @Test
  void thoseWhoHaveLeftTakeNoRoom() {
    membership.replace(CONFIG.withMaxMembers(2));
    join(1);
    join(2);
    clock.advance(EXPIRE);
    assertThat(announce(3)).isEqualTo(Admission.PENDING);
    assertThat(announce(2)).isEqualTo(Admission.JOINED);

    assertThat(announce(1)).isEqualTo(Admission.FULL);
  }

  @Test
  void membersStayWhenDampingComesAndGoes() {
    join(1);
    announce(2);
    membership.replace(CONFIG.withDamping(null));
    assertThat(pending()).isZero();
    assertThat(announce(2, clock.epochMicros() + 1)).isEqualTo(Admission.JOINED);
    membership.replace(CONFIG);
    assertThat(published()).isEqualTo(2);
    assertThat(announce(1)).isEqualTo(Admission.REFRESHED);
    assertThat(announce(3)).isEqualTo(Admission.PENDING);
    membership.replace(CONFIG.withDamping(new Damping(2, WITHIN)));

    assertThat(announce(3, clock.epochMicros() + 1)).isEqualTo(Admission.JOINED);
  }

  @Test
  void aGroupThatIsRemovedForgetsThoseWhoWait() {
    announce(1);
    membership.remove(GROUP);

    assertThat(clock.pendingTasks()).isZero();
  }
}
