package dev.rgap.outputs.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import dev.rgap.outputs.SwitchedMembership;
import dev.rgap.outputs.publish.Step.Outcome;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The loop by itself, with a step that notes when it was made and does what a test has said. */
class StatePublisherTest {

  private static final GroupId FIRST = new GroupId(1);
  private static final GroupId SECOND = new GroupId(2);

  /** Becomes ready after {@link #DELAY}. */
  private static final GroupId LATE = new GroupId(3);

  private static final GroupId UNKNOWN = new GroupId(99);
  private static final Duration DELAY = Duration.ofSeconds(10);
  private static final Duration EXPIRE = Duration.ofHours(1);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Debounce DEBOUNCE = new Debounce(millis(100), millis(500));

  private static final RetryPolicy ENDLESS =
      RetryPolicy.endless(Duration.ofSeconds(1), Duration.ofSeconds(5));
  private static final RetryPolicy THREE =
      RetryPolicy.limited(3, millis(200), millis(300), "waiting for a change");

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs.publish", Level.DEBUG);
  private final ManualClock clock = new ManualClock();
  private final SwitchedMembership membership =
      new SwitchedMembership(live(FIRST, SECOND, LATE), clock);
  private final Metrics metrics = new Metrics();
  private OutputContext context =
      OutputContext.of(
          new OutputId("none"), Membership.fixed(Map.of()), clock.scheduler(), metrics);
  private final Deque<Step> script = new ArrayDeque<>();
  private final List<String> steps = new ArrayList<>();
  private final long start = clock.nanoTime();

  private LiveMembership live(GroupId... groups) {
    List<GroupConfig> configs = new ArrayList<>();
    for (GroupId group : groups) {
      Duration delay = group.equals(LATE) ? DELAY : Duration.ZERO;
      configs.add(GroupConfig.of(group, KEY, EXPIRE).withReadinessDelay(delay));
    }
    return new LiveMembership(configs, clock.scheduler());
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private StatePublisher start(
      Debounce debounce, Optional<Duration> interval, RetryPolicy policy, GroupId... groups) {
    context = OutputContext.of(new OutputId("tested"), membership, clock.scheduler(), metrics);
    StatePublisher publisher =
        new StatePublisher(context, Set.of(groups), debounce, interval, policy, this::step);
    publisher.start();
    clock.runDue();
    return publisher;
  }

  /** Notes the time in milliseconds, and the size of each group. */
  private Outcome step(List<GroupSnapshot> groups) throws IOException {
    List<Integer> sizes = groups.stream().map(group -> group.addresses().size()).toList();
    steps.add((clock.nanoTime() - start) / 1_000_000 + " " + sizes);
    Step next = script.poll();
    return next == null ? Outcome.PUBLISHED : next.run(groups);
  }

  private void then(Outcome outcome) {
    script.add(groups -> outcome);
  }

  private void thenFail(String... messages) {
    for (String message : messages) {
      script.add(groups -> {
        throw new IOException(message);
      });
    }
  }

  private void join(GroupId group, int address) {
    long now = clock.epochMicros();
    Datagrams.accept(membership.live(), group, IpAddress.ofIpv4(address), now, now);
  }

  private double runs(String result) {
    return metrics.snapshot().value("rgap_output_runs_total", "result", result);
  }

  private double failing() {
    return metrics.snapshot().value("rgap_output_failing");
  }

  private double lastSuccess() {
    return metrics.snapshot().value("rgap_output_last_success_timestamp_seconds");
  }

  /** Asked for how it is, an output tells of its last attempt, and how long they take. */
  @Test
  void eachAttemptIsReported() {
    script.add(groups -> {
      clock.stop(millis(1_500));
      throw new IOException("the disk is full");
    });
    try (StatePublisher _ = start(DEBOUNCE, Optional.of(Duration.ofMinutes(1)), ENDLESS, FIRST)) {
      Duration took = millis(1_500);
      assertThat(context.lastReport().orElseThrow().error()).isEqualTo("the disk is full");
      assertThat(context.lastReport().orElseThrow().took()).isEqualTo(took);

      clock.advance(Duration.ofMinutes(5));
      OutputReport good = context.lastReport().orElseThrow();
      assertThat(good.error()).isEmpty();
      assertThat(good.took()).isZero();
      assertThat(metrics.snapshot().toString()).contains("rgap_output_duration_seconds");
    }
  }

  // --- when a step is made -----------------------------------------------------------------------

  @Test
  void afterQuietOrAtTheLatestAfterAWhile() {
    try (StatePublisher _ = start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(1_000));
      for (int i = 0; i < 10; i++) {
        join(FIRST, i);
        clock.advance(millis(60));
      }
      clock.advance(millis(1_000));

      assertThat(steps).containsExactly("100 [0]", "1500 [9]", "1640 [10]");
      assertThat(runs("published")).isEqualTo(3);
    }
  }

  @Test
  void atOnceAndAtEachIntervalIfThereIsOne() {
    then(Outcome.PUBLISHED);
    then(Outcome.UNCHANGED);
    try (StatePublisher _ = start(DEBOUNCE, Optional.of(millis(3_000)), ENDLESS, FIRST)) {
      clock.advance(millis(5_950));
      join(FIRST, 1); // the interval comes before the debounce, and leaves it nothing to do
      clock.advance(millis(3_000));

      assertThat(steps).containsExactly("0 [0]", "3000 [0]", "6000 [1]");
      assertThat(runs("published")).isEqualTo(2);
      assertThat(runs("unchanged")).isEqualTo(1);
    }
  }

  @Test
  void allChangesDuringAStepAreDealtWithByOneMore() {
    script.add(groups -> {
      join(FIRST, 1);
      join(FIRST, 2);
      return Outcome.PUBLISHED;
    });
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(10_000));

      assertThat(steps).containsExactly("0 [0]", "0 [2]");
    }
  }

  @Test
  void notBeforeTheGroupIsReady() {
    try (StatePublisher _ = start(DEBOUNCE, Optional.of(millis(3_000)), ENDLESS, LATE)) {
      join(LATE, 1);
      clock.advance(DELAY.minusMillis(1));
      assertThat(steps).isEmpty();
      assertThat(failing()).isZero();
      assertThat(lastSuccess()).isZero();

      clock.advance(millis(1_000));
      assertThat(steps).containsExactly("10100 [1]");
      assertThat(lastSuccess()).isEqualTo((clock.epochMicros() - 899_000) / 1e6);
    }
  }

  @Test
  void notBeforeAllGroupsAreReady() {
    try (StatePublisher _ = start(DEBOUNCE, Optional.empty(), ENDLESS, SECOND, LATE, FIRST)) {
      join(FIRST, 1);
      join(SECOND, 1);
      join(SECOND, 2);
      clock.advance(DELAY);
      assertThat(steps).isEmpty();
      clock.advance(DELAY);
      join(LATE, 1);
      clock.advance(DELAY);

      assertThat(steps)
          .as("in the order of the ids")
          .containsExactly("10100 [1, 2, 0]", "20100 [1, 2, 1]");
    }
  }

  /** No event tells what became of it, but the one who watches asks. */
  @Test
  void whenAGroupIsNotConfiguredAnyMore() {
    join(FIRST, 1);
    join(SECOND, 1);
    try (StatePublisher _ = start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST, SECOND)) {
      clock.advance(millis(1_000));
      membership.switchTo(live(SECOND, LATE));
      clock.advance(millis(1_000));
      membership.changed();
      clock.advance(millis(1_000));
      membership.switchTo(live(FIRST, SECOND));
      join(FIRST, 2);
      join(SECOND, 2);
      membership.changed();
      clock.advance(millis(1_000));

      assertThat(steps).containsExactly("100 [1, 1]", "1100 [0, 0]", "3100 [1, 1]");
    }
  }

  @Test
  void onceForAGroupThatIsNotConfigured() {
    try (StatePublisher _ = start(DEBOUNCE, Optional.empty(), ENDLESS, UNKNOWN)) {
      clock.advance(millis(1_000));
      membership.changed();
      clock.advance(millis(1_000));

      assertThat(steps).containsExactly("100 [0]");
    }
  }

  @Test
  void onlyByTheIntervalIfThereIsNoGroup() {
    try (StatePublisher _ = start(DEBOUNCE, Optional.of(millis(3_000)), ENDLESS)) {
      clock.advance(millis(6_000));

      assertThat(steps).containsExactly("0 []", "3000 []", "6000 []");
    }
  }

  // --- what follows a failure --------------------------------------------------------------------

  @Test
  void triesWithoutEndAfterGrowingPauses() {
    thenFail("full", "full", "full", "full", "full");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      assertThat(failing()).isEqualTo(1);
      clock.advance(millis(60_000));

      assertThat(steps)
          .containsExactly("0 [0]", "1000 [0]", "3000 [0]", "7000 [0]", "12000 [0]", "17000 [0]");
      assertThat(log.lines())
          .containsExactly("tested: full; trying again", "tested: works again, after 5 failures");
      assertThat(runs("failed")).isEqualTo(5);
      assertThat(failing()).isZero();

      thenFail("full");
      join(FIRST, 1);
      clock.advance(millis(60_000));
      assertThat(steps).as("a short pause again").endsWith("60000 [1]", "61000 [1]");
    }
  }

  @Test
  void saysEachFailureOnce() {
    thenFail("full", "full", "read-only", "read-only", "full");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(60_000));

      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: full; trying again",
              "tested: read-only; trying again",
              "tested: full; trying again");
      assertThat(log.lines(Level.INFO)).containsExactly("tested: works again, after 5 failures");
    }
  }

  /** Names of temporary files, numbers of processes: others at each attempt, for the same cause. */
  @Test
  void aNameThatIsAlwaysAnotherIsNoOtherFailure() {
    thenFail(
        "nginx: [emerg] 4711#4711: no such host in /etc/.hosts.rgap-kAbQxZ",
        "nginx: [emerg] 815#815: no such host in /etc/.hosts.rgap-trewq",
        "nginx: [emerg] 33#33: no such host in /etc/.hosts.rgap-17",
        "the disk is full");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(60_000));

      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: nginx: [emerg] 4711#4711: no such host in /etc/.hosts.rgap-kAbQxZ;"
                  + " trying again",
              "tested: the disk is full; trying again");
    }
  }

  @Test
  void whatIsAlwaysAnotherIsSaidOnceAMinuteAfterTheFirstOnes() {
    for (char c = 'a'; c <= 'y'; c++) {
      thenFail("no " + c); // at 0 s, 1 s, 3 s, 7 s, and then every 5 s: for 112 s
    }
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(115_000));

      // The fifth at 12 s, and the next one a minute later.
      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: no a; trying again",
              "tested: no b; trying again",
              "tested: no c; trying again",
              "tested: no d; trying again",
              "tested: no e; trying again",
              "tested: no q; trying again");
    }
  }

  /** One that changes all the time must not make an output that fails busy. */
  @Test
  void aChangeIsTriedAtOnceButDoesNotShortenThePauses() {
    thenFail("full", "full", "full", "full");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(1_500));
      join(FIRST, 1);
      clock.advance(millis(60_000));

      assertThat(steps).containsExactly("0 [0]", "1000 [0]", "1500 [1]", "5500 [1]", "10500 [1]");
    }
  }

  @Test
  void theIntervalTakesThePlaceOfTheRetry() {
    thenFail("full");
    try (StatePublisher _ = start(DEBOUNCE, Optional.of(millis(900)), ENDLESS, FIRST)) {
      clock.advance(millis(1_500));

      assertThat(steps).containsExactly("0 [0]", "900 [0]");
    }
  }

  @Test
  void whatIsRefusedWaitsForTheNextChange() {
    then(Outcome.refused("nonsense", "nothing happens"));
    then(Outcome.refused("nonsense", "nothing happens"));
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(60_000));
      assertThat(steps).containsExactly("0 [0]");
      assertThat(failing()).isEqualTo(1);
      join(FIRST, 1);
      clock.advance(millis(60_000));
      join(FIRST, 2);
      clock.advance(millis(60_000));

      assertThat(steps).containsExactly("0 [0]", "60000 [1]", "120000 [2]");
      assertThat(runs("refused")).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly(
              "tested: nonsense; nothing happens", "tested: works again, after 2 failures");
    }
  }

  @Test
  void aLimitedNumberOfAttempts() {
    thenFail("no", "no", "no");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), THREE, FIRST)) {
      clock.advance(millis(60_000));
      assertThat(steps).containsExactly("0 [0]", "200 [0]", "500 [0]");
      assertThat(failing()).isEqualTo(1);
      assertThat(runs("failed")).isEqualTo(3);
      assertThat(log.lines())
          .containsExactly(
              "tested: no; attempt 1 of 3",
              "tested: no; attempt 2 of 3",
              "tested: no; all 3 attempts have failed; waiting for a change");

      log.clear();
      thenFail("no");
      join(FIRST, 1);
      clock.advance(millis(60_000));
      assertThat(steps).endsWith("60000 [1]", "60200 [1]");
      assertThat(log.lines(Level.DEBUG)).containsExactly("tested: no; attempt 1 of 3");
      assertThat(log.lines(Level.INFO)).containsExactly("tested: works again, after 1 failure");
    }
  }

  @Test
  void aChangeGetsAllAttemptsAndTheFirstPause() {
    thenFail("no", "no", "no", "no", "no");
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), THREE, FIRST)) {
      clock.advance(millis(300));
      join(FIRST, 1);
      clock.advance(millis(60_000));

      assertThat(steps).containsExactly("0 [0]", "200 [0]", "300 [1]", "500 [1]", "800 [1]");
      assertThat(log.lines(Level.ERROR)).hasSize(1);
    }
  }

  /** A change that is still waiting is seen by the attempt that comes first. */
  @Test
  void anAttemptTakesThePlaceOfAChangeThatWaits() {
    thenFail("no", "no", "no");
    try (StatePublisher _ = start(DEBOUNCE, Optional.empty(), THREE, FIRST)) {
      clock.advance(millis(250)); // at 100 it has failed, and will be tried again at 300
      join(FIRST, 1);
      clock.advance(millis(60_000));

      assertThat(steps).containsExactly("100 [0]", "300 [1]", "500 [1]", "800 [1]");
      assertThat(log.lines(Level.ERROR)).isEmpty();
    }
  }

  @Test
  void aFaultOfTheStepIsAFailureLikeOthers() {
    for (int i = 0; i < 3; i++) {
      script.add(groups -> {
        throw new IllegalStateException("bug");
      });
    }
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(60_000));

      assertThat(steps).hasSize(4);
      assertThat(log.linesWithCause(Level.ERROR))
          .containsExactly(
              "tested: unexpected: java.lang.IllegalStateException: bug; trying again:"
                  + " java.lang.IllegalStateException: bug");
    }
  }

  @Test
  void notEvenAnErrorEndsTheLoop() {
    script.add(groups -> {
      throw new StackOverflowError();
    });
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      clock.advance(millis(60_000));

      assertThat(steps).containsExactly("0 [0]", "1000 [0]");
    }
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    script.add(groups -> {
      throw new IOException();
    });
    try (StatePublisher _ = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST)) {
      assertThat(log.lines()).containsExactly("tested: java.io.IOException; trying again");
    }
  }

  // --- closing -----------------------------------------------------------------------------------

  private void assertNothingFollows(StatePublisher closed) {
    int before = steps.size();
    assertThat(closed.isClosed()).isTrue();
    clock.runDue();
    join(FIRST, 1_000);
    membership.changed();
    clock.advance(millis(60_000));
    assertThat(steps).hasSize(before);
    closed.close();
  }

  @Test
  void closedBeforeItsFirstStep() {
    StatePublisher publisher = start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST);
    publisher.close();
    assertNothingFollows(publisher);
    assertThat(steps).isEmpty();
  }

  @Test
  void closedWhileNothingIsToBeDone() {
    StatePublisher publisher = start(DEBOUNCE, Optional.of(millis(500)), ENDLESS, FIRST);
    clock.advance(millis(100));
    publisher.close();
    assertNothingFollows(publisher);
    assertThat(steps).hasSize(1);
  }

  @Test
  void closedWhileAChangeWaits() {
    StatePublisher publisher = start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST);
    clock.advance(millis(1_000));
    join(FIRST, 1);
    clock.advance(millis(50));
    publisher.close();
    assertNothingFollows(publisher);
  }

  @Test
  void closedWhileItWaitsToTryAgain() {
    thenFail("full");
    StatePublisher publisher = start(Debounce.NONE, Optional.empty(), ENDLESS, FIRST);
    clock.advance(millis(500));
    publisher.close();
    assertNothingFollows(publisher);
    assertThat(steps).hasSize(1);
  }

  @Test
  void closedWhileTheGroupIsNotReady() {
    StatePublisher publisher = start(DEBOUNCE, Optional.of(millis(500)), ENDLESS, LATE);
    publisher.close();
    assertNothingFollows(publisher);
    assertThat(steps).isEmpty();
  }

  @Test
  void closedDuringAStepThatSucceedsStops() {
    Deque<StatePublisher> publisher = new ArrayDeque<>();
    script.add(groups -> {
      publisher.getFirst().close();
      join(FIRST, 1);
      return Outcome.PUBLISHED;
    });
    publisher.add(start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST));
    clock.advance(millis(100));

    assertNothingFollows(publisher.getFirst());
    assertThat(runs("published")).isEqualTo(1);
  }

  @Test
  void closedDuringAStepThatFails() {
    for (RetryPolicy policy : List.of(ENDLESS, THREE)) {
      Deque<StatePublisher> publisher = new ArrayDeque<>();
      script.add(groups -> {
        publisher.getFirst().close();
        throw new IOException("interrupted");
      });
      publisher.add(start(DEBOUNCE, Optional.empty(), policy, FIRST));
      clock.advance(millis(100));

      assertNothingFollows(publisher.getFirst());
    }
    assertThat(log.lines())
        .containsExactly(
            "tested: interrupted; trying again", "tested: interrupted; waiting for a change");
  }

  /** What was stopped half way has not failed. */
  @Test
  void aStepThatWasStoppedIsNeitherCountedNorLogged() {
    Deque<StatePublisher> publisher = new ArrayDeque<>();
    script.add(groups -> {
      publisher.getFirst().close();
      return Outcome.STOPPED;
    });
    publisher.add(start(DEBOUNCE, Optional.empty(), ENDLESS, FIRST));
    clock.advance(millis(100));

    assertNothingFollows(publisher.getFirst());
    assertThat(log.lines()).isEmpty();
    assertThat(failing()).isZero();
    for (String result : List.of("published", "unchanged", "refused", "failed")) {
      assertThat(runs(result)).as(result).isZero();
    }
  }

  @Test
  void closedWithoutAStart() {
    StatePublisher publisher =
        new StatePublisher(
            OutputContext.of(new OutputId("tested"), membership, clock.scheduler(), metrics),
            Set.of(FIRST),
            DEBOUNCE,
            Optional.of(EXPIRE),
            ENDLESS,
            this::step);
    publisher.close();
    assertNothingFollows(publisher);
  }
}
