package dev.rgap.outputs.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProgramLinesTest {

  private static final String LOGGER = "dev.rgap.test.lines";

  private final ManualClock clock = new ManualClock();
  private final ProgramLines lines =
      new ProgramLines(System.getLogger(LOGGER), "template x", clock);
  @AutoClose private final LogCapture log = LogCapture.of(LOGGER, Level.ALL);

  private void run(boolean succeeds, String... written) {
    for (String line : written) {
      lines.add(line);
    }
    lines.ended(succeeds);
  }

  @Test
  void aProgramThatWorksIsHeardEachTime() {
    for (int i = 0; i < 3; i++) {
      run(true, "reloaded", "reloaded");
    }

    assertThat(log.lines(Level.INFO)).hasSize(6).containsOnly("template x: reloaded");
  }

  @Test
  void oneThatFailsAgainAndAgainIsHeardOnce() {
    run(true, "reloaded");
    log.clear();
    for (int i = 0; i < 100; i++) {
      run(false, "pid " + i + " has no such file", "giving up");
      clock.advance(Duration.ofSeconds(10));
    }

    assertThat(log.lines())
        .containsExactly("template x: pid 0 has no such file", "template x: giving up");
  }

  @Test
  void whatItHasNotWrittenBeforeIsHeardAndThenOnceAMinute() {
    run(false, "first");
    log.clear();
    for (int i = 0; i < 120; i++) {
      run(false, "first", "another: " + "x".repeat(i));
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(log.lines()).hasSize(5 + 1);
  }

  @Test
  void whenItWorksAgainItIsHeardAgain() {
    run(false, "first");
    run(false, "first");
    run(true, "first", "done");
    run(false, "first");

    assertThat(log.lines())
        .containsExactly("template x: first", "template x: done", "template x: first");
  }
}
