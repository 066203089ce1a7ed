package dev.rgap.outputs.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.SwitchedMembership;
import dev.rgap.outputs.command.CommandType.Format;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.FakeRunner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CommandOutputTest extends OutputContract {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("00".repeat(32));
  private static final Result FAILED = new Result.Exited(3, Duration.ofMillis(5));
  private static final Result DONE = new Result.Exited(0, Duration.ofMillis(5));

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs");
  private final FakeRunner runner = new FakeRunner();

  private static CommandType.Config config(GroupId group, int attempts, Format format) {
    return new CommandType.Config(
        group,
        List.of("update", "it"),
        Duration.ofSeconds(5),
        attempts,
        Duration.ofMillis(100),
        format,
        Debounce.NONE);
  }

  private CommandOutput start(GroupId group, int attempts, Format format) {
    CommandOutput output = new CommandOutput(config(group, attempts, format), context, runner);
    output.start();
    clock.runDue();
    return output;
  }

  @Override
  protected CommandOutput create(OutputContext given) {
    return new CommandOutput(config(LATE, 3, Format.JSON), given, new FakeRunner());
  }

  @Override
  protected Optional<Output> createFailing(OutputContext given) {
    FakeRunner failing = new FakeRunner();
    for (int i = 0; i < 1_000; i++) {
      failing.then(new Result.NotStarted("there is no such program"));
    }
    return Optional.of(new CommandOutput(config(READY, 3, Format.LINES), given, failing));
  }

  private static String stdin(Command command) {
    return new String(command.stdin(), UTF_8);
  }

  @Test
  void runsWhenTheGroupIsReadyAndAfterEachChange() {
    try (CommandOutput _ = start(READY, 1, Format.LINES)) {
      assertThat(runner.ran()).hasSize(1);
      assertThat(runner.ran().getFirst().argv()).containsExactly("update", "it");
      assertThat(stdin(runner.ran().getFirst())).isEmpty();
      announce(READY, "192.0.2.2");
      clock.runDue();
      announce(READY, "192.0.2.1");
      clock.runDue();
      announce(READY, "192.0.2.1"); // changes nothing
      clock.runDue();
      advance(EXPIRE);
      assertThat(runner.ran().stream().map(CommandOutputTest::stdin))
          .containsExactly("", "192.0.2.2\n", "192.0.2.1\n192.0.2.2\n", "");
    }
  }

  @Test
  void mayHaveToWaitForItsProgram() {
    try (CommandOutput output = start(READY, 1, Format.LINES)) {
      assertThat(output.longestWait())
          .isEqualTo(CommandRunner.longestRun(Duration.ofSeconds(5), Duration.ofMillis(100)));
    }
  }

  @Test
  void whatAFailingProgramWritesIsLoggedOnce() {
    for (int i = 0; i < 50; i++) {
      runner.then(FAILED, "no such host");
    }
    runner.then(DONE, "done");
    try (CommandOutput _ = start(READY, 51, Format.LINES)) {
      advance(Duration.ofMinutes(30));

      assertThat(runner.ran()).hasSize(51);
      assertThat(log.lines(Level.INFO))
          .containsOnlyOnce("tested: no such host")
          .containsOnlyOnce("tested: done");
    }
  }

  @Test
  void doesNotRunBeforeTheGroupIsReady() {
    try (CommandOutput _ = start(LATE, 1, Format.LINES)) {
      announce(LATE, "192.0.2.1");
      advance(READINESS_DELAY.minusSeconds(1));
      announce(LATE, "192.0.2.1");
      assertThat(runner.ran()).isEmpty();
      advance(Duration.ofSeconds(1));
      assertThat(runner.ran()).hasSize(1);
      assertThat(stdin(runner.ran().getFirst())).isEqualTo("192.0.2.1\n");
    }
  }

  @Test
  void oneMoreRunDoesForAllChangesDuringARun() {
    runner.then(
        DONE,
        (command, lines) -> {
          announce(READY, "192.0.2.1");
          announce(READY, "192.0.2.2");
          announce(READY, "192.0.2.3");
        });
    try (CommandOutput _ = start(READY, 1, Format.LINES)) {
      advance(Duration.ofSeconds(1));
      assertThat(runner.ran().stream().map(CommandOutputTest::stdin))
          .containsExactly("", "192.0.2.1\n192.0.2.2\n192.0.2.3\n");
    }
  }

  @Test
  void tellsTheProgramByItsEnvironmentWhatItIsAbout() {
    runner.then(DONE).then(FAILED);
    try (CommandOutput _ = start(READY, 1, Format.LINES)) {
      announce(READY, "192.0.2.1");
      clock.runDue();
      announce(READY, "192.0.2.2");
      announce(READY, "192.0.2.3");
      clock.runDue();
      announce(READY, "192.0.2.4");
      clock.runDue();
      assertThat(runner.ran().stream().map(Command::environment))
          .containsExactly(
              Map.of("RGAP_GROUP", "1", "RGAP_EVENT_COUNT", "0", "RGAP_MEMBERS", "0"),
              Map.of("RGAP_GROUP", "1", "RGAP_EVENT_COUNT", "1", "RGAP_MEMBERS", "1"),
              // the one before has failed: its change counts again
              Map.of("RGAP_GROUP", "1", "RGAP_EVENT_COUNT", "3", "RGAP_MEMBERS", "3"),
              Map.of("RGAP_GROUP", "1", "RGAP_EVENT_COUNT", "1", "RGAP_MEMBERS", "4"));
    }
  }

  @Test
  void countsTheChangesOfAGroupThatIsMadeAnewFromItsBeginning() {
    GroupConfig config = GroupConfig.of(READY, KEY, EXPIRE);
    SwitchedMembership switched =
        new SwitchedMembership(new LiveMembership(List.of(config), clock.scheduler()), clock);
    OutputContext changing =
        OutputContext.of(context.id(), switched, clock.scheduler(), new Metrics());
    try (CommandOutput output =
        new CommandOutput(config(READY, 1, Format.LINES), changing, runner)) {
      output.start();
      clock.runDue();
      long now = clock.epochMicros();
      for (int i = 1; i <= 3; i++) {
        Datagrams.accept(switched.live(), READY, new IpAddress(0, i), now, now);
      }
      clock.runDue();
      switched.switchTo(new LiveMembership(List.of(config), clock.scheduler()));
      Datagrams.accept(switched.live(), READY, new IpAddress(0, 1), now, now);
      switched.changed();
      assertThat(runner.ran().stream().map(run -> run.environment().get("RGAP_EVENT_COUNT")))
          .containsExactly("0", "3", "0", "1");
    }
  }

  @Test
  void saysInJsonWhoHasJoinedAndLeftSinceTheLastSuccess() {
    runner.then(DONE).then(DONE).then(FAILED);
    try (CommandOutput _ = start(READY, 1, Format.JSON)) {
      announce(READY, "192.0.2.2");
      clock.runDue();
      advance(Duration.ofSeconds(10));
      announce(READY, "2001:db8::1");
      clock.runDue();
      advance(Duration.ofSeconds(20)); // 192.0.2.2 leaves
      String expiry = "\"2026-01-02T03:04:45.678901Z\"";
      assertThat(runner.ran().stream().map(CommandOutputTest::stdin))
          .containsExactly(
              "{\"group\":\"1\",\"members\":[],\"joined\":[],\"left\":[]}\n",
              "{\"group\":\"1\",\"members\":[{\"address\":\"192.0.2.2\",\"expires_at\":"
                  + "\"2026-01-02T03:04:35.678901Z\"}],\"joined\":[\"192.0.2.2\"],\"left\":[]}\n",
              "{\"group\":\"1\",\"members\":[{\"address\":\"192.0.2.2\",\"expires_at\":"
                  + "\"2026-01-02T03:04:35.678901Z\"},{\"address\":\"2001:db8::1\","
                  + "\"expires_at\":"
                  + expiry
                  + "}],\"joined\":[\"2001:db8::1\"],\"left\":[]}\n",
              "{\"group\":\"1\",\"members\":[{\"address\":\"2001:db8::1\",\"expires_at\":"
                  + expiry
                  + "}],\"joined\":[\"2001:db8::1\"],\"left\":[\"192.0.2.2\"]}\n");
    }
  }

  @Test
  void marksInJsonWhoDrains() {
    try (CommandOutput output = new CommandOutput(config(READY, 1, Format.JSON), context, runner)) {
      output.start();
      announce(READY, "192.0.2.1");
      clock.advance(Duration.ofSeconds(1));
      drain(READY, "192.0.2.1");
      clock.advance(Duration.ofSeconds(1));

      assertThat(stdin(runner.ran().getLast()))
          .isEqualTo(
              "{\"group\":\"1\",\"members\":[{\"address\":\"192.0.2.1\",\"expires_at\":"
                  + "\"2026-01-02T03:04:36.678901Z\",\"draining\":true}],"
                  + "\"joined\":[],\"left\":[]}\n");
    }
  }

  @Test
  void marksInJsonWhoIsHeld() {
    LiveMembership guarded =
        new LiveMembership(
            List.of(
                GroupConfig.of(READY, KEY, EXPIRE)
                    .withGuard(new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(1)))),
            clock.scheduler());
    OutputContext other = OutputContext.of(context.id(), guarded, clock.scheduler(), new Metrics());
    try (CommandOutput output = new CommandOutput(config(READY, 1, Format.JSON), other, runner)) {
      output.start();
      long now = clock.epochMicros();
      Datagrams.accept(guarded, READY, IpAddress.parse("192.0.2.1"), now, now);
      clock.advance(EXPIRE);
      long later = clock.epochMicros();
      Datagrams.accept(guarded, READY, IpAddress.parse("192.0.2.2"), later, later);
      clock.runDue();

      assertThat(stdin(runner.ran().getLast()))
          .startsWith(
              "{\"group\":\"1\",\"members\":[{\"address\":\"192.0.2.1\",\"expires_at\":"
                  + "\"2026-01-02T03:04:35.678901Z\",\"held\":true},"
                  + "{\"address\":\"192.0.2.2\",\"expires_at\":"
                  + "\"2026-01-02T03:05:05.678901Z\"}]");
    }
  }

  @Test
  void triesAgainWithGrowingPausesUpToItsAttempts() {
    runner.then(FAILED).then(FAILED).then(FAILED);
    try (CommandOutput output = start(READY, 3, Format.LINES)) {
      assertThat(runner.ran()).hasSize(1);
      advance(Duration.ofMillis(200));
      assertThat(runner.ran()).hasSize(2);
      advance(Duration.ofMillis(399));
      assertThat(runner.ran()).hasSize(2);
      advance(Duration.ofMillis(1));
      assertThat(runner.ran()).hasSize(3);
      advance(Duration.ofHours(1));
      assertThat(runner.ran()).hasSize(3);
      assertThat(output.stats().exited(3)).isEqualTo(3);
      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: update: exit status 3; all 3 attempts have failed; it is run"
                  + " again at the next change");
      assertThat(log.lines(Level.INFO))
          .containsExactly(
              "tested: update: exit status 3; attempt 1 of 3",
              "tested: update: exit status 3; attempt 2 of 3");

      announce(READY, "192.0.2.1");
      clock.runDue();
      assertThat(output.stats().exited(0)).isEqualTo(1);
      assertThat(number("rgap_output_last_success_timestamp_seconds"))
          .isEqualTo(clock.epochMicros() / 1e6);
      assertThat(log.lines()).contains("tested: works again, after 1 failure");
    }
  }

  @Test
  void aChangeTakesThePlaceOfAnotherAttempt() {
    runner.then(FAILED);
    try (CommandOutput _ = start(READY, 2, Format.LINES)) {
      advance(Duration.ofMillis(100));
      announce(READY, "192.0.2.1");
      clock.runDue();
      advance(Duration.ofSeconds(10));
      assertThat(runner.ran().stream().map(CommandOutputTest::stdin))
          .containsExactly("", "192.0.2.1\n");
    }
  }

  @Test
  void logsWhatTheProgramPrints() {
    runner.then(DONE, "one", "two {0}");
    try (CommandOutput _ = start(READY, 1, Format.LINES)) {
      assertThat(log.lines(Level.INFO)).containsExactly("tested: one", "tested: two {0}");
    }
  }

  @Test
  void collectsChangesIfItIsToldTo() {
    CommandType.Config config =
        new CommandType.Config(
            READY,
            List.of("x"),
            Duration.ZERO,
            1,
            Duration.ZERO,
            Format.LINES,
            new Debounce(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    try (CommandOutput output = new CommandOutput(config, context, runner)) {
      output.start();
      for (int i = 0; i < 10; i++) {
        announce(READY, "192.0.2." + i);
        advance(Duration.ofMillis(900));
      }
      advance(Duration.ofSeconds(1));
      assertThat(runner.ran()).hasSize(2);
    }
  }

  @Test
  void aClosedOneRunsNothingAndSumsUp() {
    runner.then(FAILED);
    CommandOutput output = start(READY, 5, Format.LINES);
    output.close();
    announce(READY, "192.0.2.1");
    advance(Duration.ofMinutes(1));
    assertThat(runner.ran()).hasSize(1);
    assertThat(runner.closed()).isTrue();
    assertThat(log.lines())
        .contains(
            "tested: runs by result: status 3: 1, timed out: 0, not started: 0; 5 ms in" + " all");
  }
}
