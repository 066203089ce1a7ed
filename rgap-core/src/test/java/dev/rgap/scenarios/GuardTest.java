package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Admission;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who stays published when too many members fall silent, and until when. */
class GuardTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration EXPIRE = Duration.ofSeconds(15);
  private static final Duration HOLD = Duration.ofMinutes(5);
  private static final Guard GUARD = new Guard(1, 50, Duration.ofSeconds(10), HOLD);
  private static final GroupConfig CONFIG = GroupConfig.of(GROUP, KEY, EXPIRE).withGuard(GUARD);

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership = new LiveMembership(List.of(CONFIG), clock.scheduler());

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.membership");

  private Admission announce(int agent) {
    long now = clock.epochMicros();
    return Datagrams.accept(membership, GROUP, IpAddress.ofIpv4(agent), now, now);
  }

  /** Agents from one number to another announce each second, for a while. */
  private void run(int from, int to, Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      for (int agent = from; agent < to; agent++) {
        announce(agent);
      }
      clock.advance(SECOND);
    }
  }

  private int published() {
    return membership.snapshot(GROUP).addresses().size();
  }

  private long held() {
    return membership.members(GROUP).stream().filter(Member::held).count();
  }

  private double number(String family) {
    Metrics metrics = new Metrics();
    membership.register(metrics);
    return metrics.snapshot().value(family, "group", "1000");
  }

  @Test
  void asManyLeaveAsAreAllowed() {
    run(0, 10, Duration.ofSeconds(20));
    run(0, 5, Duration.ofSeconds(30));

    assertThat(published()).isEqualTo(5);
    assertThat(held()).isZero();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void thoseWhoAreTooManyAreHeldUntilTheGuardGivesIn() {
    run(0, 10, Duration.ofSeconds(20));
    run(0, 2, EXPIRE.minusSeconds(1));
    assertThat(published()).isEqualTo(5);
    assertThat(held()).isEqualTo(3);
    assertThat(log.lines())
        .containsExactly(
            "group 1000: more members fall silent within 10s than max_loss, 50%, allows: of 10"
                + " members 5 have left and 3 are held; who falls silent from now on stays"
                + " published, until 2026-01-02T03:09:39Z at the latest; does this host hear its"
                + " network?");
    assertThat(log.lines(Level.WARNING)).hasSize(1);

    run(0, 2, HOLD.minusSeconds(1));
    assertThat(published()).isEqualTo(5);
    run(0, 2, SECOND);
    assertThat(published()).isEqualTo(2);
    assertThat(held()).isZero();
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "group 1000: the guard ends after 5m, as hold is over: the guard gives in; held members"
                + " that leave: 3, members: 2");
  }

  @Test
  void heldMembersAreMarkedAndHaveNoTimeLeft() {
    run(0, 1, Duration.ofSeconds(20));
    assertThat(membership.remainingNanos(GROUP)).isEqualTo(EXPIRE.minusSeconds(1).toNanos());
    clock.advance(EXPIRE);

    assertThat(membership.members(GROUP))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("origin")
        .containsExactly(
            new Member(IpAddress.ofIpv4(0), clock.instant().minusSeconds(1), Duration.ZERO, true));
    assertThat(membership.remainingNanos(GROUP)).isZero();
    assertThat(number("rgap_group_held")).isEqualTo(1);
    assertThat(membership.held(GROUP)).isOne();
    assertThat(membership.held(new GroupId(99))).isZero();
    assertThat(number("rgap_group_guard_episodes_total")).isEqualTo(1);
    announce(0);
    assertThat(membership.remainingNanos(GROUP)).isEqualTo(EXPIRE.toNanos());
    assertThat(number("rgap_group_held")).isZero();
    assertThat(number("rgap_group_guard_episodes_total")).isEqualTo(1);
  }

  @Test
  void whoAnnouncesAgainIsAMemberWithoutHavingLeft() {
    run(0, 10, Duration.ofSeconds(20));
    long version = membership.snapshot(GROUP).version();
    clock.advance(Duration.ofSeconds(60));
    assertThat(held()).isEqualTo(10);
    for (int agent = 0; agent < 10; agent++) {
      assertThat(announce(agent)).isEqualTo(Admission.REFRESHED);
    }

    assertThat(held()).isZero();
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(version);
    run(0, 10, Duration.ofSeconds(11));
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "group 1000: the guard ends after 56s, as enough members are back; held members that"
                + " leave: 0, members: 10");
  }

  /** A host that is cut off from its network: the list stays whole, and not just half of it. */
  @Test
  void nobodyLeavesWhenNothingIsHeard() {
    run(0, 100, Duration.ofSeconds(20));
    clock.advance(HOLD.plus(EXPIRE).minusSeconds(2));
    assertThat(published()).isEqualTo(100);
    assertThat(held()).isEqualTo(100);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith(
            "group 1000: nothing is heard of any member for 15s: of 100 members 0 have left");
    clock.advance(Duration.ofSeconds(2));

    assertThat(published()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void itEndsEarlyWhenEnoughAreBack() {
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    assertThat(held()).isEqualTo(10);
    run(0, 5, Duration.ofSeconds(9));
    assertThat(published()).isEqualTo(10);
    run(0, 5, SECOND);

    assertThat(published()).isEqualTo(5);
    assertThat(log.lines(Level.INFO))
        .singleElement()
        .asString()
        .contains("as enough members are back; held members that leave: 5, members: 5");
  }

  @Test
  void itDoesNotEndEarlyWhenTooFewAreBack() {
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    run(0, 4, Duration.ofSeconds(250));

    assertThat(published()).isEqualTo(10);
  }

  @Test
  void joinsArePublishedAndMakeUpForLosses() {
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    assertThat(announce(10)).isEqualTo(Admission.JOINED);
    assertThat(published()).isEqualTo(11);
    run(10, 15, Duration.ofSeconds(12));

    assertThat(published()).isEqualTo(5);
  }

  /** As when all hosts get other addresses, one after the other. */
  @Test
  void nobodyIsHeldWhoIsReplaced() {
    run(0, 10, Duration.ofSeconds(20));
    run(10, 20, Duration.ofSeconds(30));

    assertThat(published()).isEqualTo(10);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void belowTheLeastNumberNobodyLeaves() {
    membership.replace(CONFIG.withGuard(new Guard(3, 100, Duration.ofSeconds(10), HOLD)));
    run(0, 4, Duration.ofSeconds(20));
    run(0, 1, Duration.ofSeconds(20));

    assertThat(published()).isEqualTo(3);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("group 1000: fewer members would be left than min_members, 3: of 4 members 1");
    run(0, 1, HOLD);
    assertThat(published()).isEqualTo(1);
  }

  @Test
  void onesThatComeAndGoAreNotHeldForLongerThanTheFirst() {
    run(0, 4, Duration.ofSeconds(20));
    clock.advance(EXPIRE.minusSeconds(1));
    assertThat(held()).isEqualTo(4);
    for (int i = 0; i < 15; i++) {
      announce(0);
      clock.advance(Duration.ofSeconds(20));
    }

    assertThat(published()).isLessThanOrEqualTo(1);
    assertThat(log.lines(Level.INFO)).hasSize(1);
  }

  @Test
  void aPauseDoesNotProlongIt() {
    run(0, 4, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    assertThat(held()).isEqualTo(4);
    clock.suspend(HOLD);
    clock.advance(SECOND);

    assertThat(published()).isZero();
  }

  /** What was sent meanwhile is lost, and that is not the agents' silence. */
  @Test
  void aPauseIsNoSilence() {
    announce(10);
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(i == 0 ? 0 : 7));
      for (int agent = 0; agent < 10; agent++) {
        announce(agent);
      }
    }
    clock.advance(Duration.ofMillis(500));
    clock.stop(Duration.ofMillis(6_600));
    clock.advance(Duration.ofMillis(6_500));
    assertThat(published()).isEqualTo(11);
    clock.advance(Duration.ofMillis(200));

    assertThat(published()).isEqualTo(10);
    assertThat(held()).isZero();
  }

  @Test
  void theWallClockDoesNotMatter() {
    run(0, 4, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    clock.stepWallClock(Duration.ofHours(-5));
    clock.advance(HOLD.minusSeconds(3));
    assertThat(published()).isEqualTo(4);
    clock.stepWallClock(Duration.ofHours(50));
    clock.advance(Duration.ofSeconds(3));

    assertThat(published()).isZero();
  }

  @Test
  void withoutAGuardThoseWhoAreHeldLeave() {
    run(0, 1_000, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    run(0, 10, SECOND);
    assertThat(published()).isEqualTo(1_000);
    membership.replace(CONFIG.withGuard(null));
    clock.runDue();

    assertThat(published()).isEqualTo(10);
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "group 1000: the guard ends after 2s, as there is no guard any more; held members that"
                + " leave: 990, members: 10");
    clock.advance(EXPIRE);
    assertThat(published()).isZero();
  }

  @Test
  void anotherGuardCountsFromTheBeginning() {
    run(0, 4, Duration.ofSeconds(20));
    clock.advance(EXPIRE.plusSeconds(60));
    membership.replace(CONFIG.withGuard(new Guard(1, 50, SECOND, Duration.ofSeconds(90))));
    clock.advance(Duration.ofSeconds(28));
    assertThat(published()).isEqualTo(4);
    membership.replace(CONFIG.withGuard(new Guard(1, 50, SECOND, Duration.ofSeconds(80))));
    clock.runDue();

    assertThat(published()).isZero();
  }

  @Test
  void aGuardThatComesLaterWatchesOverThoseWhoAreThere() {
    membership.replace(CONFIG.withGuard(null));
    run(0, 10, Duration.ofSeconds(20));
    membership.replace(CONFIG);
    run(0, 1, Duration.ofSeconds(20));

    assertThat(published()).isEqualTo(5);
  }

  @Test
  void whoMayBeNoMemberAnyMoreIsNotHeld() {
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    assertThat(held()).isEqualTo(10);
    membership.replace(CONFIG.withAddresses(List.of(IpNetwork.parse("0.0.0.0/30"))));
    clock.runDue();

    assertThat(membership.snapshot(GROUP).addresses())
        .containsExactly(
            IpAddress.ofIpv4(0), IpAddress.ofIpv4(1), IpAddress.ofIpv4(2), IpAddress.ofIpv4(3));
    clock.advance(HOLD);
    assertThat(published()).isZero();
  }

  @Test
  void whoMayBeNoMemberAnyMoreIsNoLoss() {
    run(0, 10, Duration.ofSeconds(20));
    membership.replace(CONFIG.withAddresses(List.of(IpNetwork.parse("0.0.0.0/30"))));
    run(0, 4, Duration.ofSeconds(20));

    assertThat(published()).isEqualTo(4);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aGroupThatIsRemovedKeepsNobody() {
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    assertThat(held()).isEqualTo(10);
    membership.remove(GROUP);

    assertThat(published()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void inAFullGroupHeldOnesGiveWayToNewOnes() {
    membership.replace(CONFIG.withMaxMembers(10));
    run(0, 10, Duration.ofSeconds(20));
    clock.advance(EXPIRE);
    for (int agent = 10; agent < 13; agent++) {
      assertThat(announce(agent)).isEqualTo(Admission.JOINED);
    }

    assertThat(published()).isEqualTo(10);
    assertThat(held()).isEqualTo(7);
  }

  @Test
  void aCopyOfWhatAHeldMemberSaidBringsItNotBack() {
    run(0, 2, Duration.ofSeconds(20));
    long said = clock.epochMicros() - 1_000_000;
    clock.advance(EXPIRE);
    clock.stepWallClock(EXPIRE.negated());

    assertThat(Datagrams.accept(membership, GROUP, IpAddress.ofIpv4(0), said, clock.epochMicros()))
        .isEqualTo(Admission.REPLAY);
    assertThat(held()).isEqualTo(2);
  }
}
