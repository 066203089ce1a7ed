package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.membership.Admission;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The membership through hours of joins, refreshes, replays, expiry and clock steps. */
class MembershipTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final GroupId LATE = new GroupId(2000);
  private static final GroupId UNKNOWN = new GroupId(3000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final Duration SKEW = Duration.ofSeconds(10);
  private static final IpAddress A = IpAddress.parse("192.0.2.1");
  private static final IpAddress C = IpAddress.parse("2001:db9::1");
  private static final IpAddress B = IpAddress.parse("2001:db8::1");

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership =
      new LiveMembership(
          List.of(
              GroupConfig.of(LATE, KEY, EXPIRE)
                  .withClockSkew(SKEW)
                  .withReadinessDelay(Duration.ofMinutes(1)),
              GroupConfig.of(GROUP, KEY, EXPIRE).withClockSkew(SKEW)),
          clock.scheduler());
  private final List<String> log = new ArrayList<>();

  private Admission announce(GroupId group, IpAddress address, Duration age) {
    long now = clock.epochMicros();
    return requireNonNull(membership.find(group.bits()))
        .accept(Datagrams.unsigned(group, address, now - age.toNanos() / 1_000), now);
  }

  private Admission accept(IpAddress address, long timestamp, long now) {
    return accept(membership, address, timestamp, now);
  }

  private static Admission accept(LiveMembership to, IpAddress address, long timestamp, long now) {
    return requireNonNull(to.find(GROUP.bits()))
        .accept(Datagrams.unsigned(GROUP, address, timestamp), now);
  }

  private Admission announce(IpAddress address) {
    return announce(GROUP, address, Duration.ZERO);
  }

  private void listen() {
    membership.subscribe(Set.of(GROUP, LATE, UNKNOWN), clock.scheduler(), this::note);
    clock.runDue();
    log.clear();
  }

  private void note(MembershipEvent event) {
    String what =
        switch (event) {
          case Joined joined -> "+" + joined.address();
          case Draining draining -> (draining.begun() ? "~" : "!") + draining.address();
          case Left left -> "-" + left.address();
          case Ready ready -> "ready " + ready.group();
          case State state -> "state " + state.snapshot();
        };
    log.add(clock.nanoTime() / 1_000_000 + " " + what);
  }

  @Test
  void groupsAreSortedAndBeginEmpty() {
    assertThat(membership.groups()).containsExactly(GROUP, LATE);
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    assertThat(membership.snapshot(GROUP).ready()).isTrue();
    assertThat(membership.snapshot(GROUP).version()).isZero();
    assertThat(membership.snapshot(LATE).ready()).isFalse();
    assertThat(membership.members(GROUP)).isEmpty();
  }

  @Test
  void aGroupThatIsNotConfiguredIsReadyAndEmpty() {
    assertThat(membership.snapshot(UNKNOWN).group()).isEqualTo(UNKNOWN);
    assertThat(membership.snapshot(UNKNOWN).ready()).isTrue();
    assertThat(membership.snapshot(UNKNOWN).addresses()).isEmpty();
    assertThat(membership.members(UNKNOWN)).isEmpty();
    assertThat(membership.find(UNKNOWN.bits())).isNull();
  }

  @Test
  void oneIdTwiceIsRefused() {
    GroupConfig config = GroupConfig.of(GROUP, KEY, EXPIRE).withClockSkew(SKEW);
    assertThatThrownBy(() -> new LiveMembership(List.of(config, config), clock.scheduler()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void aMemberLeavesExactlyAtItsDeadline() {
    listen();
    announce(GROUP, A, Duration.ofSeconds(4));
    clock.advance(Duration.ofSeconds(26).minusNanos(1));
    assertThat(membership.snapshot(GROUP).addresses()).containsExactly(A);
    clock.advance(Duration.ofNanos(1));

    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    assertThat(log).containsExactly("0 +192.0.2.1", "26000 -192.0.2.1");
  }

  @Test
  void aPartOfTheMembersIsThoseBehindAnAddress() {
    for (IpAddress each : List.of(A, B, C)) {
      announce(each);
    }

    assertThat(membership.members(GROUP, null, 2))
        .extracting(Member::address)
        .containsExactly(A, B);
    assertThat(membership.members(GROUP, A, 9)).extracting(Member::address).containsExactly(B, C);
    assertThat(membership.members(GROUP, IpAddress.parse("2001:db8::2"), 1))
        .extracting(Member::address)
        .containsExactly(C);
    assertThat(membership.members(GROUP, C, 1)).isEmpty();
    assertThat(membership.members(UNKNOWN, null, 1)).isEmpty();
  }

  @Test
  void anAnnouncementCountsFromWhenItWasMade() {
    announce(GROUP, A, Duration.ofSeconds(-10));
    announce(GROUP, B, Duration.ofSeconds(10));

    assertThat(membership.members(GROUP))
        .extracting(Member::address, Member::remaining)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(A, Duration.ofSeconds(40)),
            org.assertj.core.groups.Tuple.tuple(B, Duration.ofSeconds(20)));
    assertThat(membership.members(GROUP).get(0).expiresAt())
        .isEqualTo(clock.instant().plusSeconds(40));
  }

  @Test
  void refreshesKeepAMemberWithoutAnyEvent() {
    listen();
    for (int i = 0; i < 1_000; i++) {
      assertThat(announce(A)).isIn(Admission.JOINED, Admission.REFRESHED);
      clock.advance(Duration.ofSeconds(15));
    }
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(1);
    clock.advance(EXPIRE);

    assertThat(log)
        .containsExactly("0 +192.0.2.1", "60000 ready 2000", 999 * 15_000 + 30_000 + " -192.0.2.1");
  }

  @Test
  void replaysAndOlderAnnouncementsChangeNothing() {
    listen();
    long said = clock.epochMicros();
    assertThat(accept(A, said, said)).isEqualTo(Admission.JOINED);
    for (int second = 1; second <= 29; second++) {
      clock.advance(Duration.ofSeconds(1));
      long now = clock.epochMicros();
      assertThat(accept(A, said, now)).isEqualTo(Admission.REPLAY);
      assertThat(accept(A, said - 1, now)).isEqualTo(Admission.REPLAY);
    }
    clock.advance(Duration.ofSeconds(10));

    assertThat(log).containsExactly("0 +192.0.2.1", "30000 -192.0.2.1");
    assertThat(accept(A, said, clock.epochMicros())).isEqualTo(Admission.EXPIRED);
  }

  @Test
  void anAnnouncementWhoseLifeIsOverIsStale() {
    assertThat(announce(GROUP, A, EXPIRE)).isEqualTo(Admission.EXPIRED);
    assertThat(announce(GROUP, A, EXPIRE.minusNanos(1_000))).isEqualTo(Admission.JOINED);
    clock.advance(Duration.ofNanos(1_000));
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
  }

  /** When its own timer is late, the member's return must not hide that it was away. */
  @Test
  void whoComesBackAfterTheDeadlineHasLeftBefore() {
    List<String> events = new ArrayList<>();
    // Its tasks are never run, like those of a thread that is held up.
    LiveMembership stalled =
        new LiveMembership(
            List.of(GroupConfig.of(GROUP, KEY, EXPIRE).withClockSkew(SKEW)),
            new StalledScheduler(clock));
    stalled.subscribe(
        Set.of(GROUP), Runnable::run, event -> events.add(event.getClass().getSimpleName()));
    long said = clock.epochMicros();
    accept(stalled, A, said, said);
    accept(stalled, B, said, said);
    for (int i = 0; i < 100; i++) { // what comes shows that the listener as such is not held up
      clock.advance(EXPIRE.dividedBy(100));
      assertThat(accept(stalled, C, clock.epochMicros(), clock.epochMicros()))
          .isEqualTo(i == 0 ? Admission.JOINED : Admission.REFRESHED);
    }
    long now = clock.epochMicros();

    assertThat(accept(stalled, A, now, now)).isEqualTo(Admission.JOINED);
    assertThat(events).containsExactly("State", "Joined", "Joined", "Joined", "Left", "Joined");
    assertThat(stalled.snapshot(GROUP).addresses()).containsExactly(A, B, C);
  }

  @Test
  void readinessComesAfterItsDelayAndOnce() {
    listen();
    announce(LATE, A, Duration.ofSeconds(-10));
    clock.advance(Duration.ofSeconds(60).minusNanos(1));
    assertThat(membership.snapshot(LATE).ready()).isFalse();
    clock.advance(Duration.ofNanos(1));
    assertThat(membership.snapshot(LATE).ready()).isTrue();
    clock.advance(Duration.ofHours(1));

    assertThat(log).containsExactly("0 +192.0.2.1", "40000 -192.0.2.1", "60000 ready 2000");
    assertThat(membership.snapshot(LATE).version()).isEqualTo(3);
  }

  @Test
  void idleCostsNothing() {
    clock.advance(Duration.ofMinutes(1));
    assertThat(clock.pendingTasks()).isZero();

    for (int i = 0; i < 1_000; i++) {
      announce(GROUP, IpAddress.ofIpv4(i), Duration.ZERO);
      announce(LATE, IpAddress.ofIpv4(i), Duration.ZERO);
      clock.advance(Duration.ofMillis(1));
      assertThat(clock.pendingTasks()).as("one for each group and the pulse").isEqualTo(3);
    }
    clock.advance(EXPIRE);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void closingStopsTheClockwork() {
    listen();
    announce(A);
    membership.close();
    membership.close();
    clock.advance(Duration.ofHours(1));

    assertThat(membership.snapshot(GROUP).addresses()).containsExactly(A);
    assertThat(membership.snapshot(LATE).ready()).isFalse();
    assertThat(clock.pendingTasks()).isZero();
  }

  /**
   * Agents announce every ten seconds by a right clock; this host's wall clock is set forwards or
   * backwards by an hour, or to the edge of the skew, and later back again.
   */
  @ParameterizedTest
  @ValueSource(longs = {3_600, -3_600, 10, -10, 9, -9, 30, -30, 31_536_000})
  void aStepOfTheWallClockMovesNobody(long stepSeconds) {
    listen();
    Duration step = Duration.ofSeconds(stepSeconds);
    announceByTheRightClock(Duration.ZERO);
    clock.advance(Duration.ofSeconds(5));
    clock.stepWallClock(step);
    clock.advance(Duration.ofSeconds(5).minusNanos(1));
    assertThat(membership.snapshot(GROUP).addresses()).as("no expiry by the step").hasSize(2);
    clock.advance(Duration.ofNanos(1));

    // Ten minutes with the wrong clock.
    for (int i = 0; i < 60; i++) {
      announceByTheRightClock(step);
      if (stepSeconds >= -10 && stepSeconds <= 10) {
        assertThat(membership.snapshot(GROUP).addresses()).hasSize(2);
      }
      for (Member member : membership.members(GROUP)) {
        assertThat(member.remaining()).isLessThanOrEqualTo(EXPIRE.plus(SKEW));
      }
      clock.advance(Duration.ofSeconds(10));
    }
    clock.stepWallClock(step.negated());
    announceByTheRightClock(Duration.ZERO);
    assertThat(membership.snapshot(GROUP).addresses()).hasSize(2);
    // Nobody stays longer than this without being announced.
    clock.advance(EXPIRE.plus(SKEW));
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    assertThat(clock.pendingTasks()).isLessThanOrEqualTo(1);
  }

  /** As a listener does it: only what is within the skew gets so far. */
  private void announceByTheRightClock(Duration wrongBy) {
    if (wrongBy.abs().compareTo(SKEW) <= 0) {
      announce(GROUP, A, wrongBy);
      announce(GROUP, B, wrongBy);
    }
  }

  @Test
  void aForwardStepCutsNoMemberShort() {
    listen();
    announce(A); // until 30 s
    clock.advance(Duration.ofSeconds(1));
    clock.stepWallClock(SKEW);
    // Newer, but by this host's clock ten seconds old: would be due at 21 s.
    assertThat(announce(GROUP, A, SKEW)).isEqualTo(Admission.REFRESHED);
    clock.advance(Duration.ofSeconds(29).minusNanos(1));
    assertThat(membership.snapshot(GROUP).addresses()).containsExactly(A);
    clock.advance(Duration.ofNanos(1));

    assertThat(log).containsExactly("0 +192.0.2.1", "30000 -192.0.2.1");
  }

  @Test
  void aBackwardStepMakesNobodyImmortal() {
    listen();
    announce(A);
    clock.stepWallClock(SKEW.negated());
    // Seems to come from ten seconds ahead.
    assertThat(announce(GROUP, A, SKEW.negated().minusNanos(1_000))).isEqualTo(Admission.REFRESHED);
    clock.advance(Duration.ofSeconds(59));

    assertThat(log).containsExactly("0 +192.0.2.1", "40000 -192.0.2.1");
  }

  @Test
  void membersAreShownByTheWallClockAsItIs() {
    announce(A);
    Instant before = membership.members(GROUP).get(0).expiresAt();
    clock.stepWallClock(Duration.ofHours(1));

    assertThat(membership.members(GROUP).get(0).expiresAt()).isEqualTo(before.plusSeconds(3_600));
    assertThat(membership.members(GROUP).get(0).remaining()).isEqualTo(EXPIRE);
  }

  @Test
  void massExpiryLeavesNobodyBehind() {
    for (int i = 0; i < 5_000; i++) {
      announce(GROUP, IpAddress.ofIpv4(i), Duration.ZERO);
    }
    listen();
    clock.advance(EXPIRE);

    assertThat(log).hasSize(5_000).allMatch(line -> line.startsWith("30000 -"));
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(10_000);
  }
}
