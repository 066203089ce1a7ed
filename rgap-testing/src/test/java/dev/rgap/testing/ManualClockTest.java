package dev.rgap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final Scheduler scheduler = clock.scheduler();
  private final List<String> log = new ArrayList<>();

  private Runnable note(String what) {
    return () -> log.add(what + "@" + clock.nanoTime() / 1_000_000);
  }

  private Scheduler.Task atMillis(long millis, String what) {
    return scheduler.at(millis * 1_000_000, note(what));
  }

  @Test
  void bothClocksMoveTogetherAndAStepMovesOneOnly() {
    clock.advance(Duration.ofNanos(999));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    clock.advance(Duration.ofNanos(1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:00.000001Z"));
    clock.stepWallClock(Duration.ofHours(-1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2025-12-31T23:00:00.000001Z"));
    assertThat(clock.nanoTime()).isEqualTo(1_000);
  }

  @Test
  void runsWhatBecomesDueInOrderAndAtItsTime() {
    atMillis(30, "c");
    atMillis(10, "a1");
    atMillis(10, "a2");
    atMillis(20, "cancelled").cancel();
    scheduler.execute(note("now"));
    atMillis(-5, "overdue");

    assertThat(log).isEmpty();
    clock.runDue();
    assertThat(log).containsExactly("now@0", "overdue@0");
    clock.advance(Duration.ofMillis(10));
    clock.advance(Duration.ofMillis(100));
    assertThat(log).containsExactly("now@0", "overdue@0", "a1@10", "a2@10", "c@30");
    assertThat(clock.nanoTime()).isEqualTo(110_000_000);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void runsWhatATaskHandsIn() {
    scheduler.at(
        5_000_000,
        () -> {
          note("first").run();
          atMillis(7, "second");
          atMillis(50, "later");
        });
    clock.advance(Duration.ofMillis(10));

    assertThat(log).containsExactly("first@5", "second@7");
    assertThat(clock.pendingTasks()).isEqualTo(1);
  }

  @Test
  void aTaskMayMoveTheClock() {
    atMillis(8, "meanwhile");
    scheduler.at(5_000_000, () -> clock.advance(Duration.ofMillis(20)));
    atMillis(24, "late");
    clock.advance(Duration.ofMillis(10));

    assertThat(log).containsExactly("meanwhile@25", "late@25");
    assertThat(clock.nanoTime()).isEqualTo(25_000_000);
  }

  @Test
  void aClosedSchedulerRunsNothing() {
    atMillis(10, "dropped");
    scheduler.close();
    atMillis(10, "too late").cancel();

    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(log).isEmpty();
  }

  @Test
  void aPeriodicTaskRunsAtOnceAndAtEachInterval() {
    Scheduler.Task task = scheduler.every(Duration.ofMillis(10), note("tick"));
    clock.runDue();
    clock.advance(Duration.ofMillis(25));
    assertThat(log).containsExactly("tick@0", "tick@10", "tick@20");

    task.cancel();
    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(log).hasSize(3);
  }

  @Test
  void aPeriodicTaskThatTakesTooLongDelaysTheNextRun() {
    List<Long> starts = new ArrayList<>();
    scheduler.every(
        Duration.ofMillis(10),
        () -> {
          starts.add(clock.nanoTime() / 1_000_000);
          if (starts.size() == 2) {
            clock.advance(Duration.ofMillis(35));
          }
        });
    clock.advance(Duration.ofMillis(80));

    assertThat(starts).containsExactly(0L, 10L, 55L, 65L, 75L);
  }

  @Test
  void aPeriodicTaskMayCancelItselfAndMayThrow() {
    List<Scheduler.Task> self = new ArrayList<>();
    self.add(
        scheduler.every(
            Duration.ofMillis(10),
            () -> {
              log.add("once");
              self.get(0).cancel();
              throw new IllegalStateException("broken");
            }));

    assertThatThrownBy(clock::runDue).hasMessage("broken");
    clock.advance(Duration.ofSeconds(1));
    assertThat(log).containsExactly("once");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aPeriodicTaskNeedsAnInterval() {
    assertThatThrownBy(() -> scheduler.every(Duration.ZERO, note("never")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> scheduler.every(Duration.ofMillis(-1), note("never")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
