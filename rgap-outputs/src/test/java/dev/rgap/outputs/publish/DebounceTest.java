package dev.rgap.outputs.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
