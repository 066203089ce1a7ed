package dev.rgap.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FaultLogTest {

  private static final class Faulty {
    private Faulty() {}
  }

  private final ManualClock clock = new ManualClock();
  private final FaultLog faults = new FaultLog(Faulty.class, clock);
  @AutoClose private final LogCapture log = LogCapture.of(Faulty.class.getName(), Level.ALL);

  private static IllegalStateException odd(int number) {
    return new IllegalStateException("odd " + number);
  }

  @Test
  void aCauseIsSaidOnceWithWhereItComesFromAndThenOnceAMinuteWithout() {
    for (int i = 0; i < 1_000; i++) {
      faults.thrown("it failed; going on", odd(i));
      clock.advance(Duration.ofMillis(100));
    }

    assertThat(log.lines(Level.ERROR))
        .containsExactly(
            "it failed; going on",
            "it failed; going on (and 599 more since the last line):"
                + " java.lang.IllegalStateException: odd 600");
    assertThat(log.thrown()).hasSize(1);
  }

  @Test
  void anotherCauseIsSaidAtOnce() {
    faults.thrown("it failed", odd(1));
    faults.thrown("it failed", new AssertionError("worse"));
    faults.thrown("it failed", odd(2));

    assertThat(log.linesWithCause(Level.ERROR))
        .containsExactly(
            "it failed: java.lang.IllegalStateException: odd 1",
            "it failed: java.lang.AssertionError: worse");
  }

  /** Such as one that recurses to another depth each time. */
  @Test
  void causesThatAreAlwaysOthersDoNotFillTheLog() {
    for (int i = 0; i < 1_000; i++) {
      RuntimeException from = new RuntimeException("deep");
      from.setStackTrace(new StackTraceElement[] {new StackTraceElement("C", "m", "C.java", i)});
      faults.thrown("it failed", from);
    }

    assertThat(log.lines()).hasSize(5);
  }

  @Test
  void whatCantBeSaidHarmsNobody() {
    faults.thrown(
        "it failed",
        new IllegalStateException("odd") {
          private static final long serialVersionUID = 1L;

          @Override
          public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("very odd");
          }
        });

    assertThat(log.lines()).isEmpty();
  }
}
