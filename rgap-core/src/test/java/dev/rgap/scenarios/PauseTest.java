package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Group;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that is kept from running, in all ways in which that happens. */
class PauseTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final GroupId DELAYED = new GroupId(2000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(6);
  private static final Duration DELAY = Duration.ofSeconds(3);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final int AGENTS = 5;

  /** Within this time it is known that the host has slept. */
  private static final Duration NOTICED = Duration.ofMillis(250);

  /** What keeps a listener from running. */
  enum How {
    STOPPED,
    SUSPENDED
  }

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership =
      new LiveMembership(
          List.of(
              GroupConfig.of(GROUP, KEY, EXPIRE),
              GroupConfig.of(DELAYED, KEY, EXPIRE).withReadinessDelay(DELAY)),
          clock.scheduler());
  private final List<String> events = new ArrayList<>();

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.membership", Level.DEBUG);

  private Admission announce(GroupId group, int agent, Duration age) {
    long now = clock.epochMicros();
    long made = now - age.toNanos() / 1_000;
    if (made <= now - EXPIRE.toNanos() / 1_000) {
      return Admission.EXPIRED; // the gate lets nothing of that age pass
    }
    return requireNonNull(membership.find(group.bits()))
        .accept(Datagrams.unsigned(group, IpAddress.ofIpv4(agent), made), now);
  }

  private void announceAll() {
    for (int agent = 0; agent < AGENTS; agent++) {
      announce(GROUP, agent, Duration.ZERO);
      announce(DELAYED, agent, Duration.ZERO);
    }
  }

  /** Agents announce for a while, the first of them half a second before the end. */
  private void run() {
    for (int i = 0; i < 5; i++) {
      announceAll();
      clock.advance(INTERVAL);
    }
    announceAll();
    clock.advance(Duration.ofMillis(500));
    membership.subscribe(
        Set.of(GROUP, DELAYED),
        clock.scheduler(),
        event -> {
          if (event instanceof Joined || event instanceof Left) {
            events.add(event.getClass().getSimpleName());
          }
        });
    clock.runDue();
  }

  private void pause(How how, Duration length) {
    if (how == How.STOPPED) {
      clock.stop(length);
    } else {
      clock.suspend(length);
    }
  }

  private int members(GroupId group) {
    return membership.snapshot(group).addresses().size();
  }

  // --- who is there ------------------------------------------------------------------------------

  /** Their alarm is due before the first beat after the sleep. */
  @Test
  void thoseWhoAreDueRightAfterTheHostHasFallenAsleepHaveTheTimeToReport() {
    run();
    clock.advance(EXPIRE.minusMillis(510)); // 10 ms before they are due, and just after a beat
    clock.suspend(Duration.ofSeconds(20));
    clock.advance(Duration.ofMillis(20));
    announceAll();
    clock.advance(INTERVAL);

    assertThat(events).isEmpty();
    assertThat(members(GROUP)).isEqualTo(AGENTS);
  }

  /** The timer is first, or what waits in the sockets: nobody can know. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void freshAnnouncementsThatWaitAreTakenInBeforeAnybodyLeaves(boolean timerFirst) {
    run();
    clock.stop(Duration.ofSeconds(20));
    if (timerFirst) {
      clock.runDue();
    }
    for (long age = 19_500; age >= 0; age -= 2_000) {
      for (int agent = 0; agent < AGENTS; agent++) {
        announce(GROUP, agent, Duration.ofMillis(age));
        announce(DELAYED, agent, Duration.ofMillis(age));
      }
    }
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(1));
      announceAll();
      clock.runDue();
    }
    assertThat(members(GROUP)).isEqualTo(AGENTS);
    assertThat(members(DELAYED)).isEqualTo(AGENTS);
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void nobodyLeavesWhileEverybodyHasTheTimeToReportAnew(How how) {
    run();
    pause(how, Duration.ofHours(1)); // and nothing waits
    clock.advance(Duration.ofMillis(1_900));
    announceAll();
    for (int i = 0; i < 10; i++) {
      clock.advance(INTERVAL);
      announceAll();
    }
    assertThat(members(GROUP)).isEqualTo(AGENTS);
    assertThat(members(DELAYED)).isEqualTo(AGENTS);
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void whoDoesNotReportLeavesAsAtAFreshListener(How how) {
    run();
    pause(how, Duration.ofMinutes(1));
    clock.runDue();
    announce(GROUP, 0, Duration.ZERO);
    announce(DELAYED, 0, Duration.ZERO);
    clock.advance(DELAY.minusNanos(1));
    assertThat(members(DELAYED)).isEqualTo(AGENTS);
    clock.advance(Duration.ofNanos(1));
    assertThat(members(DELAYED)).as("not for the rest of its time awake").isEqualTo(1);

    announce(GROUP, 0, Duration.ZERO);
    clock.advance(EXPIRE.minus(DELAY).minusNanos(1));
    assertThat(members(GROUP)).isEqualTo(AGENTS);
    clock.advance(Duration.ofNanos(1));
    assertThat(members(GROUP)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void aShortPauseAllowsForWhatWasLostInIt(How how) {
    run(); // all are due in 5.5 s
    pause(how, Duration.ofSeconds(5));
    clock.advance(Duration.ofMillis(4_999));
    assertThat(members(GROUP)).isEqualTo(AGENTS);
    clock.advance(Duration.ofMillis(1).plus(NOTICED).plus(NOTICED));
    assertThat(members(GROUP)).isZero();
  }

  /** One that is stopped again and again keeps who lives, and not for ever who does not. */
  @ParameterizedTest
  @EnumSource(How.class)
  void manyPausesMakeNobodyImmortal(How how) {
    run();
    int listened = 0;
    while (members(GROUP) == AGENTS && listened < 100) {
      pause(how, Duration.ofSeconds(20));
      clock.runDue();
      announce(GROUP, 0, Duration.ZERO);
      clock.advance(Duration.ofSeconds(1));
      listened++;
    }
    assertThat(members(GROUP)).isEqualTo(1);
    assertThat(listened).as("seconds: twice the time of a fresh listener").isBetween(6, 13);
    assertThat(events).containsOnly("Left");
  }

  @Test
  void theRestOfAMembersTimeIsNeverLessThanNothing() {
    run();
    clock.stop(Duration.ofMinutes(1));
    assertThat(membership.remainingNanos(GROUP)).isEqualTo(EXPIRE.toNanos());
    clock.advance(Duration.ofSeconds(1));
    assertThat(membership.remainingNanos(GROUP)).isEqualTo(EXPIRE.minusSeconds(1).toNanos());
    assertThat(membership.members(DELAYED))
        .allMatch(member -> member.remaining().equals(DELAY.minusSeconds(1)));
  }

  // --- readiness ---------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(How.class)
  void aPauseIsNoPartOfTheReadinessDelay(How how) {
    clock.advance(Duration.ofSeconds(1));
    pause(how, Duration.ofSeconds(4));
    clock.advance(Duration.ofMillis(1_999));
    assertThat(membership.snapshot(DELAYED).ready()).isFalse();
    pause(how, Duration.ofHours(4));
    clock.advance(DELAY.minusNanos(1));
    assertThat(membership.snapshot(DELAYED).ready()).as("begins anew").isFalse();
    clock.advance(Duration.ofNanos(1).plus(NOTICED));
    assertThat(membership.snapshot(DELAYED).ready()).isTrue();
  }

  // --- what is none ------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {3_600, -3_600, 86_400 * 365, 5, -5})
  void aStepOfTheWallClockIsNoSleep(long seconds) {
    run();
    clock.stepWallClock(Duration.ofSeconds(seconds));
    clock.advance(Duration.ofMillis(5_499));
    assertThat(members(GROUP)).isEqualTo(AGENTS);
    clock.advance(Duration.ofMillis(1));
    assertThat(members(GROUP)).isZero();
    assertThat(count("rgap_pauses_total")).isZero();
  }

  @Test
  void sleepWithoutMembersIsNone() {
    clock.advance(Duration.ofMinutes(1));
    clock.suspend(Duration.ofHours(1));
    clock.advance(Duration.ofMinutes(1));
    announce(GROUP, 1, Duration.ZERO);
    clock.advance(EXPIRE.minusNanos(1));
    assertThat(members(GROUP)).isEqualTo(1);
    clock.advance(Duration.ofNanos(1));
    assertThat(members(GROUP)).isZero();
    assertThat(count("rgap_pauses_total")).isZero();
  }

  // --- what is said ------------------------------------------------------------------------------

  private double count(String name) {
    Metrics metrics = new Metrics();
    membership.register(metrics);
    MetricsSnapshot.Value value =
        metrics.snapshot().families().stream()
            .filter(family -> family.name().equals(name))
            .findFirst()
            .orElseThrow()
            .samples()
            .getFirst()
            .value();
    return ((MetricsSnapshot.Reading) value).value();
  }

  @Test
  void pausesAreCountedAndSaidOnce() {
    run();
    clock.stop(Duration.ofSeconds(20));
    clock.advance(Duration.ofSeconds(2));
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("was kept from running for 20s")
        .contains("stays one until everybody has had the time to report");
    for (int i = 0; i < 10; i++) {
      announceAll();
      clock.suspend(Duration.ofSeconds(3));
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(log.lines()).as("not every time").hasSize(1);
    announceAll();
    for (int i = 0; i < 30; i++) {
      clock.advance(INTERVAL);
      announceAll();
    }
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().getLast()).contains("in 10 pauses");
    assertThat(count("rgap_pauses_total")).isEqualTo(11);
    assertThat(count("rgap_paused_seconds_total")).isBetween(50.0, 56.0);
  }

  // --- a clockwork that fails -------------------------------------------------------------------

  /** Runs the clock's tasks until it is told to fail. */
  private static final class Failing implements Scheduler {
    private final Scheduler real;
    private boolean fails;

    Failing(ManualClock clock) {
      real = clock.scheduler();
    }

    @Override
    public HostClock clock() {
      return real.clock();
    }

    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      if (fails) {
        throw new OutOfMemoryError("no more");
      }
      return real.at(deadlineNanos, task);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorThatEndsTheClockworkIsToldOnce(boolean atAnAnnouncement) {
    Failing failing = new Failing(clock);
    List<Throwable> told = new ArrayList<>();
    LiveMembership other =
        new LiveMembership(List.of(GroupConfig.of(GROUP, KEY, EXPIRE)), failing, told::add);
    Group group = requireNonNull(other.find(GROUP.bits()));
    long now = clock.epochMicros();
    byte[] datagram = Datagrams.unsigned(GROUP, IpAddress.ofIpv4(1), now);
    if (atAnAnnouncement) {
      failing.fails = true;
      assertThatThrownBy(() -> group.accept(datagram, now)).isInstanceOf(OutOfMemoryError.class);
    } else {
      group.accept(datagram, now);
      failing.fails = true;
      assertThatThrownBy(() -> clock.advance(EXPIRE)).isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(told).singleElement().isInstanceOf(OutOfMemoryError.class);
  }

  /** Its thread is gone without a word; announcements still come. */
  @Test
  void aTimerThatNeverCallsIsNoticed() {
    List<Throwable> told = new ArrayList<>();
    LiveMembership other =
        new LiveMembership(
            List.of(GroupConfig.of(GROUP, KEY, EXPIRE)), new StalledScheduler(clock), told::add);
    for (int i = 0; i < 10 * 120; i++) {
      if (i == 10 * 59) {
        assertThat(told).isEmpty();
      }
      long now = clock.epochMicros();
      requireNonNull(other.find(GROUP.bits()))
          .accept(Datagrams.unsigned(GROUP, IpAddress.ofIpv4(1), now), now);
      clock.advance(Duration.ofMillis(100));
    }
    assertThat(told).singleElement().asString().contains("has not run for 1m");
  }

  // --- clocks that were set back -----------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 3_600})
  void aClockThatWasSetBackRevivesNobodyByACopy(int seconds) {
    long made = clock.epochMicros();
    byte[] last = Datagrams.unsigned(GROUP, IpAddress.ofIpv4(1), made);
    byte[] lastButOne = Datagrams.unsigned(GROUP, IpAddress.ofIpv4(2), made - 1_000_000);
    accept(lastButOne);
    accept(last);
    clock.advance(EXPIRE);
    assertThat(members(GROUP)).isZero();
    clock.stepWallClock(Duration.ofSeconds(-seconds));
    for (int i = 0; i < 2 * EXPIRE.toMillis(); i++) {
      assertThat(accept(last)).isIn(Admission.REPLAY, Admission.EXPIRED);
      assertThat(accept(lastButOne)).isIn(Admission.REPLAY, Admission.EXPIRED);
      clock.advance(Duration.ofMillis(1));
    }
  }

  private Admission accept(byte[] datagram) {
    return requireNonNull(membership.find(GROUP.bits())).accept(datagram, clock.epochMicros());
  }

  /** A copy that comes while its member is due, but has not left yet, changes nothing, either. */
  @Test
  void aCopyThatComesAtTheDeadlineRevivesNobody() {
    long made = clock.epochMicros();
    byte[] last = Datagrams.unsigned(GROUP, IpAddress.ofIpv4(1), made);
    accept(last);
    clock.advance(EXPIRE.minusMillis(1));
    clock.stepWallClock(Duration.ofSeconds(-3));
    clock.stop(Duration.ofMillis(2));
    assertThat(accept(last)).isEqualTo(Admission.REPLAY);
    clock.runDue();
    assertThat(members(GROUP)).isZero();
  }

  /** Agents and listener had one wrong clock: when it is put right, they find together again. */
  @Test
  void aClockThatAllHadWrongKeepsNobodyOutForLong() {
    clock.stepWallClock(Duration.ofDays(1));
    announceAll();
    clock.stepWallClock(Duration.ofDays(-1));
    for (int i = 0; i < 10; i++) {
      clock.advance(INTERVAL);
      announceAll();
    }
    assertThat(members(GROUP)).isEqualTo(AGENTS);
  }
}
