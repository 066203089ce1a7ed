package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Groups that come, go and change while the membership is at work. */
class ChangingGroupsTest {

  private static final GroupId GROUP = new GroupId(1);
  private static final GroupId LATER = new GroupId(2);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership =
      new LiveMembership(List.of(config(GROUP)), clock.scheduler());
  private final List<String> log = new ArrayList<>();

  private static GroupConfig config(GroupId id) {
    return GroupConfig.of(id, KEY, EXPIRE);
  }

  private void note(MembershipEvent event) {
    String what =
        switch (event) {
          case Joined joined -> "+" + (int) joined.address().low();
          case Draining draining -> "~" + (int) draining.address().low();
          case Left left -> "-" + (int) left.address().low() + " " + left.cause().label();
          case Ready ready -> "ready";
          case State state -> state.snapshot().ready() ? "=" : "= not ready";
        };
    log.add(event.group() + " " + what + " v" + event.snapshot().version());
  }

  private Admission announce(GroupId group, int address) {
    long now = clock.epochMicros();
    return requireNonNull(membership.find(group.bits()))
        .accept(Datagrams.unsigned(group, IpAddress.ofIpv4(address), now), now);
  }

  private List<IpAddress> members(GroupId group) {
    return membership.snapshot(group).addresses();
  }

  @Test
  void aSubscriberHearsOfAGroupThatComesLater() {
    membership.subscribe(Set.of(LATER), clock.scheduler(), this::note);
    clock.runDue();
    membership.add(config(LATER).withReadinessDelay(Duration.ofSeconds(5)));
    assertThat(announce(LATER, 1)).isEqualTo(Admission.JOINED);
    clock.advance(Duration.ofSeconds(5));

    assertThat(log).containsExactly("2 = v0", "2 = not ready v1", "2 +1 v2", "2 ready v3");
    assertThat(membership.groups()).containsExactly(GROUP, LATER);
  }

  @Test
  void whoSubscribesToAllHearsOfEachGroup() {
    membership.subscribeAll(clock.scheduler(), this::note);
    membership.add(config(LATER));
    announce(LATER, 1);
    announce(GROUP, 2);
    clock.runDue();
    membership.remove(GROUP);
    clock.runDue();

    assertThat(log)
        .containsExactly("1 = v0", "2 = v1", "2 +1 v2", "1 +2 v1", "1 -2 removed v2", "1 = v3");
  }

  @Test
  void aSubscriptionToAllCanBeClosed() {
    membership.subscribeAll(clock.scheduler(), this::note).close();
    membership.add(config(LATER));
    announce(GROUP, 2);
    announce(LATER, 1);
    clock.runDue();

    assertThat(log).isEmpty();
  }

  @Test
  void aGroupThatIsRemovedIsReadyAndEmptyAndTakesNobody() {
    membership.add(config(LATER).withReadinessDelay(Duration.ofHours(1)));
    membership.subscribe(Set.of(LATER), clock.scheduler(), this::note);
    Group handle = requireNonNull(membership.find(LATER.bits()));
    announce(LATER, 1);
    announce(LATER, 2);
    membership.remove(LATER);
    clock.runDue();

    assertThat(membership.find(LATER.bits())).isNull();
    assertThat(membership.groups()).containsExactly(GROUP);
    assertThat(members(LATER)).isEmpty();
    assertThat(membership.snapshot(LATER).ready()).isTrue();
    assertThat(membership.members(LATER)).isEmpty();
    assertThat(membership.remainingNanos(LATER)).isEqualTo(Long.MAX_VALUE);
    assertThat(log)
        .startsWith("2 = not ready v0", "2 +1 v1", "2 +2 v2")
        .endsWith("2 = v5")
        .hasSize(6);
    assertThat(log.subList(3, 5))
        .extracting(line -> line.substring(0, line.indexOf(" v")))
        .containsExactlyInAnyOrder("2 -1 removed", "2 -2 removed");
    // A datagram that had been looked at before the group went.
    long now = clock.epochMicros();
    byte[] late = Datagrams.unsigned(LATER, IpAddress.ofIpv4(3), now);
    assertThat(handle.accept(late, now)).isEqualTo(Admission.REMOVED);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void versionsGoOnWhenAGroupComesAgain() {
    announce(GROUP, 1);
    membership.remove(GROUP);
    long version = membership.snapshot(GROUP).version();
    membership.add(config(GROUP));
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(version + 1);
    announce(GROUP, 1);

    assertThat(members(GROUP)).containsExactly(IpAddress.ofIpv4(1));
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(version + 2);
  }

  @Test
  void aManyTimesChangedGroupIsNotForgottenInPieces() {
    for (int i = 0; i < 1_000; i++) {
      announce(GROUP, i);
    }
    membership.remove(GROUP);

    assertThat(members(GROUP)).isEmpty();
    clock.advance(EXPIRE);
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(2_001);
  }

  @Test
  void membersStayWhenTheirGroupIsReplaced() {
    membership.subscribe(Set.of(GROUP), clock.scheduler(), this::note);
    announce(GROUP, 1);
    clock.advance(Duration.ofSeconds(10));
    membership.replace(GroupConfig.of(GROUP, OTHER_KEY, Duration.ofSeconds(5)));
    assertThat(requireNonNull(membership.find(GROUP.bits())).config().key()).isEqualTo(OTHER_KEY);
    announce(GROUP, 2);
    clock.advance(Duration.ofSeconds(5));
    assertThat(members(GROUP)).containsExactly(IpAddress.ofIpv4(1));
    clock.advance(Duration.ofSeconds(15));

    assertThat(members(GROUP)).isEmpty();
    assertThat(log)
        .containsExactly("1 = v0", "1 +1 v1", "1 +2 v2", "1 -2 expired v3", "1 -1 expired v4");
  }

  @Test
  void aLongerLifeCountsForWhatComesFromNowOn() {
    announce(GROUP, 1);
    announce(GROUP, 2);
    membership.replace(GroupConfig.of(GROUP, KEY, Duration.ofDays(100)));
    clock.advance(Duration.ofSeconds(1));
    announce(GROUP, 2);
    clock.advance(Duration.ofDays(99));
    assertThat(members(GROUP)).containsExactly(IpAddress.ofIpv4(2));
    clock.advance(Duration.ofDays(1));
    assertThat(members(GROUP)).isEmpty();
  }

  @Test
  void aSmallerLimitSendsNobodyAway() {
    announce(GROUP, 1);
    announce(GROUP, 2);
    membership.replace(config(GROUP).withMaxMembers(1));
    clock.advance(Duration.ofSeconds(1));

    assertThat(announce(GROUP, 3)).isEqualTo(Admission.FULL);
    assertThat(announce(GROUP, 1)).isEqualTo(Admission.REFRESHED);
    assertThat(members(GROUP)).hasSize(2);
  }

  @Test
  void readinessGoesByTheDelayThatIsConfiguredNow() {
    membership.add(config(LATER).withReadinessDelay(Duration.ofMinutes(1)));
    clock.advance(Duration.ofSeconds(10));
    membership.replace(config(LATER).withReadinessDelay(Duration.ofSeconds(20)));
    clock.advance(Duration.ofSeconds(10).minusNanos(1));
    assertThat(membership.snapshot(LATER).ready()).isFalse();
    clock.advance(Duration.ofNanos(1));
    assertThat(membership.snapshot(LATER).ready()).isTrue();
    membership.replace(config(LATER).withReadinessDelay(Duration.ofHours(1)));
    assertThat(membership.snapshot(LATER).ready()).as("once ready, it stays so").isTrue();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void watchersAreToldOnceForAnyNumberOfChanges() {
    List<String> seen = new ArrayList<>();
    membership.watch(
        Set.of(GROUP, LATER),
        clock.scheduler(),
        () -> seen.add(members(GROUP).size() + " and " + members(LATER).size()));
    clock.runDue();
    announce(GROUP, 1);
    announce(GROUP, 2);
    membership.add(config(LATER));
    announce(LATER, 3);
    clock.runDue();
    announce(GROUP, 1); // a replay
    clock.runDue();
    clock.advance(EXPIRE);

    assertThat(seen).startsWith("0 and 0", "2 and 1").endsWith("0 and 0").hasSizeBetween(3, 4);
  }

  @Test
  void aWatcherThatIsClosedIsToldNothing() {
    membership.watch(Set.of(GROUP), clock.scheduler(), () -> log.add("told")).close();
    announce(GROUP, 1);
    clock.runDue();
    assertThat(log).isEmpty();
  }

  @Test
  void whatIsThereAlreadyIsRefusedAndSoIsWhatIsNot() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> membership.add(config(GROUP)))
        .withMessage("group 1 is configured already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> membership.replace(config(LATER)))
        .withMessage("group 2 is not configured");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> membership.remove(LATER))
        .withMessage("group 2 is not configured");
  }

  @Test
  void numbersOfEachGroup() {
    Metrics metrics = new Metrics();
    membership.register(metrics);
    membership.add(config(LATER).withReadinessDelay(Duration.ofHours(1)));
    announce(GROUP, 1);
    announce(GROUP, 2);
    clock.advance(Duration.ofSeconds(1));
    announce(GROUP, 2);
    clock.advance(Duration.ofSeconds(29));

    assertThat(metrics.snapshot().value("rgap_group_members", "group", "1")).isEqualTo(1);
    assertThat(metrics.snapshot().value("rgap_group_ready", "group", "1")).isEqualTo(1);
    assertThat(metrics.snapshot().value("rgap_group_ready", "group", "2")).isZero();
    assertThat(metrics.snapshot().value("rgap_group_joins_total", "group", "1")).isEqualTo(2);
    assertThat(
            metrics.snapshot().value("rgap_group_leaves_total", "group", "1", "cause", "expired"))
        .isEqualTo(1);
    membership.remove(GROUP);
    assertThat(metrics.snapshot().families().getFirst().samples()).hasSize(1);
  }
}
