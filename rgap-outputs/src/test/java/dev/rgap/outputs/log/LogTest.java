package dev.rgap.outputs.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.LiveMembership;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.Yaml;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTest extends OutputContract {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));

  private final LogCapture log = LogCapture.of("dev.rgap.outputs.log");

  @AfterEach
  void endCapture() {
    log.close();
  }

  @Override
  protected Output create(OutputContext context) {
    return new LogType().create(new LogType.Config(Duration.ofSeconds(5)), context);
  }

  @Test
  void writesAllGroupsAtOnceAndAtEachInterval() throws IOException {
    try (Output output = create(context)) {
      output.start();
      announce(READY, "2001:db8::1");
      announce(READY, "192.0.2.1");
      announce(LATE, "192.0.2.9");
      advance(Duration.ofMillis(4_999));
      assertThat(log.lines())
          .containsExactly(
              "group 1: READY, members: 2",
              "group 1:   192.0.2.1 expires 2026-01-02T03:04:35.678901Z (in 30s)",
              "group 1:   2001:db8::1 expires 2026-01-02T03:04:35.678901Z (in 30s)",
              "group 2: NOT READY, members: 1",
              "group 2:   192.0.2.9 expires 2026-01-02T03:04:35.678901Z (in 30s)");

      log.clear();
      advance(Duration.ofMillis(1));
      assertThat(log.lines())
          .contains("group 1:   192.0.2.1 expires 2026-01-02T03:04:35.678901Z (in 25s)")
          .hasSize(5);

      log.clear();
      advance(Duration.ofSeconds(30));
      assertThat(log.lines())
          .endsWith("group 1: READY, members: 0", "group 2: NOT READY, members: 0");

      log.clear();
      advance(READINESS_DELAY);
      assertThat(log.lines()).hasSize(24).endsWith("group 2: READY, members: 0");
    }
  }

  @Test
  void marksThoseWhoDrain() throws IOException {
    try (Output output = create(context)) {
      output.start();
      drain(READY, "192.0.2.1");
      log.clear();
      advance(Duration.ofSeconds(5));

      assertThat(log.lines())
          .contains("group 1:   192.0.2.1 expires 2026-01-02T03:04:35.678901Z (in 25s) (draining)");
    }
  }

  @Test
  void marksThoseWhoAreHeld() throws IOException {
    LiveMembership guarded = guarded();
    OutputContext other = OutputContext.of(context.id(), guarded, clock.scheduler(), metrics);
    try (Output output = create(other)) {
      output.start();
      long now = clock.epochMicros();
      Datagrams.accept(guarded, READY, IpAddress.parse("192.0.2.1"), now, now);
      advance(EXPIRE);
      log.clear();
      advance(Duration.ofSeconds(5));

      assertThat(log.lines())
          .containsExactly(
              "group 1: READY, members: 1",
              "group 1:   192.0.2.1 expired 2026-01-02T03:04:35.678901Z (held)");
    }
  }

  private LiveMembership guarded() {
    return new LiveMembership(
        List.of(GroupConfig.of(READY, KEY, EXPIRE).withGuard(Guard.DEFAULT)), clock.scheduler());
  }

  @Test
  void aClosedOneWritesNothing() throws IOException {
    Output output = create(context);
    output.start();
    advance(Duration.ofSeconds(1));
    output.close();
    log.clear();
    advance(Duration.ofMinutes(1));

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void readsItsInterval() {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new LogType(), Map.of("interval", "1m30s")))
        .contains(new LogType.Config(Duration.ofSeconds(90)));
    assertThat(yaml.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, f:1:1: interval: must be greater than 0; write for example 15s",
    "-5s, f:1:1: interval: must be greater than 0; write for example 15s",
    "5, f:1:1: interval: '5' has no unit; write 5s for seconds",
  })
  void rejectsABadInterval(String interval, String problem) {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new LogType(), Map.of("interval", interval))).isEmpty();
    assertThat(yaml.problems()).containsExactly(problem);
  }

  @Test
  void needsItsIntervalAndKnowsNothingElse() {
    Yaml yaml = new Yaml();
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("intervall", "5s");
    spec.put("groups", List.of(1));

    assertThat(yaml.read(new LogType(), null)).isEmpty();
    assertThat(yaml.read(new LogType(), spec)).isEmpty();
    assertThat(yaml.problems())
        .containsExactly(
            "f:1:1: interval: is required; write for example 15s",
            "f:1:1: interval: is required; write for example 15s",
            "f:1:1: intervall: unknown setting; did you mean 'interval'?",
            "f:2:1: groups: unknown setting; known here: interval");
  }
}
