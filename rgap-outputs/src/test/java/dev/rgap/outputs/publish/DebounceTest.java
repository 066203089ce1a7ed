package dev.rgap.outputs.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebounceTest {

  private final Problems problems = new Problems();

  private Debounce read(String name, String value) {
    return ConfigValue.root(new ConfigTree().node(Map.of(name, value)), problems)
        .read(Debounce.reader(Debounce.OF_FILES).reader())
        .orElseThrow();
  }

  /** Ten times the first would be out of range. */
  @ParameterizedTest
  @CsvSource({"min, 24h", "max, 24h", "min, 0", "min, 1ns"})
  void whateverIsAcceptedCanBeWaitedFor(String name, String value) {
    ManualClock clock = new ManualClock();
    Scheduler scheduler = clock.scheduler();
    List<Long> runs = new ArrayList<>();
    Debounce debounce = read(name, value);

    Debouncer debouncer =
        new Debouncer(scheduler, debounce, () -> runs.add(scheduler.clock().nanoTime()));
    long changed = scheduler.clock().nanoTime();
    debouncer.changed();
    clock.advance(debounce.min());

    assertThat(problems.all()).isEmpty();
    assertThat(runs).containsExactly(changed + debounce.min().toNanos());
  }

  /** Such as for want of memory. */
  @Test
  void aChangeAfterOneThatCouldNotBePlannedIsDealtWith() {
    ManualClock clock = new ManualClock();
    AtomicBoolean refusing = new AtomicBoolean();
    Scheduler plain = clock.scheduler();
    Scheduler sometimes =
        new Scheduler() {
          @Override
          public HostClock clock() {
            return clock;
          }

          @Override
          public void execute(Runnable task) {
            plain.execute(task);
          }

          @Override
          public Task at(long deadlineNanos, Runnable task) {
            if (refusing.get()) {
              throw new OutOfMemoryError("as if");
            }
            return plain.at(deadlineNanos, task);
          }

          @Override
          public void close() {
            plain.close();
          }
        };
    List<Long> runs = new ArrayList<>();
    Debouncer debouncer =
        new Debouncer(
            sometimes,
            new Debounce(Duration.ofMillis(100), Duration.ofSeconds(1)),
            () -> runs.add(clock.nanoTime()));
    debouncer.changed();
    clock.advance(Duration.ofMillis(50));
    debouncer.changed();
    refusing.set(true);
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(50))).hasMessage("as if");
    refusing.set(false);
    debouncer.changed();
    clock.advance(Duration.ofSeconds(1));

    assertThat(runs).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"min, 300000h", "max, 876000h", "max, 25h"})
  void whoWaitsForDaysHasWrittenSomethingElseThanHeMeant(String name, String value) {
    ConfigValue setting = ConfigValue.root(new ConfigTree().node(Map.of(name, value)), problems);

    setting.read(Debounce.reader(Debounce.OF_FILES).reader());

    assertThat(problems.all())
        .extracting(problem -> problem.describe("f"))
        .singleElement()
        .asString()
        .contains(name + ": must be at most 24h; write for example 10s");
  }

  @Test
  void isShownAsItIsWritten() {
    assertThat(Debounce.OF_FILES).hasToString("{min: 100ms, max: 1s}");
    assertThat(new Debounce(Duration.ZERO, Duration.ofMinutes(1)))
        .hasToString("{min: 0s, max: 1m}");
  }
}
