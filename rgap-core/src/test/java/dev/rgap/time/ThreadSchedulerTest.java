package dev.rgap.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.LogCapture;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In real time, with no assertion about how long anything takes. */
@Timeout(60)
class ThreadSchedulerTest {

  private final HostClock clock = HostClock.system();

  private static void waitFor(Scheduler scheduler) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    scheduler.execute(() -> done.complete(null));
    done.get(30, TimeUnit.SECONDS);
  }

  @Test
  void runsTasksInTheOrderTheyCameIn() throws Exception {
    try (Scheduler scheduler = Scheduler.onThread("test", clock)) {
      List<Integer> order = new ArrayList<>();
      IntStream.range(0, 1_000).forEach(i -> scheduler.execute(() -> order.add(i)));
      waitFor(scheduler);

      assertThat(order).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
      assertThat(scheduler.clock()).isSameAs(clock);
    }
  }

  @Test
  void runsTasksOnADaemonThreadOfItsName() throws Exception {
    try (Scheduler scheduler = Scheduler.onThread("some name", clock)) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      scheduler.execute(() -> thread.complete(Thread.currentThread()));

      assertThat(thread.get(30, TimeUnit.SECONDS).getName()).isEqualTo("some name");
      assertThat(thread.get().isDaemon()).isTrue();
    }
  }

  @Test
  void itsThreadIsThereBeforeTheFirstTask() {
    String name = "test " + System.nanoTime();
    try (Scheduler scheduler = Scheduler.onThread(name, clock)) {
      assertThat(scheduler.clock()).isSameAs(clock);
      assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).contains(name);
    }
  }

  @Test
  void saysWhatToDoIfThereIsNoThreadToBeHad() {
    OutOfMemoryError cause = new OutOfMemoryError("unable to create native thread");
    assertThat(ThreadScheduler.noThread("rgap-expiry", cause))
        .hasMessageContaining("rgap-expiry can't be made: unable to create native thread")
        .hasMessageContaining("ulimit -u")
        .hasCause(cause);
  }

  @Test
  void neverRunsATaskBeforeItsDeadline() throws Exception {
    try (Scheduler scheduler = Scheduler.onThread("test", clock)) {
      List<CompletableFuture<Long>> lateness = new ArrayList<>();
      for (long millis : new long[] {20, 5, 0, -1, -86_400_000}) {
        CompletableFuture<Long> late = new CompletableFuture<>();
        long deadline = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        scheduler.at(deadline, () -> late.complete(clock.nanoTime() - deadline));
        lateness.add(late);
      }
      for (CompletableFuture<Long> late : lateness) {
        assertThat(late.get(30, TimeUnit.SECONDS)).isNotNegative();
      }
    }
  }

  @Test
  void aCancelledTaskIsNotStarted() throws Exception {
    try (Scheduler scheduler = Scheduler.onThread("test", clock)) {
      CountDownLatch block = new CountDownLatch(1);
      List<String> ran = new ArrayList<>();
      scheduler.execute(() -> {
        try {
          block.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      Scheduler.Task task = scheduler.at(clock.nanoTime(), () -> ran.add("cancelled"));
      task.cancel();
      task.cancel();
      block.countDown();
      waitFor(scheduler);

      assertThat(ran).isEmpty();
    }
  }

  @Test
  void aTaskThatThrowsIsLoggedAndHarmsNoOther() throws Exception {
    try (LogCapture log = LogCapture.of(ThreadScheduler.class.getName(), Level.ALL);
        Scheduler scheduler = Scheduler.onThread("test", clock)) {
      scheduler.execute(() -> {
        throw new IllegalStateException("broken");
      });
      scheduler.execute(() -> {
        throw new AssertionError("more broken");
      });
      waitFor(scheduler);

      assertThat(log.linesWithCause(Level.ERROR))
          .containsExactly(
              "a task on test failed; going on: java.lang.IllegalStateException: broken",
              "a task on test failed; going on: java.lang.AssertionError: more broken");
    }
  }

  @Test
  void aTaskThatThrowsIsRepeatedAllTheSameAndSaysSoOnce() throws Exception {
    try (LogCapture log = LogCapture.of(ThreadScheduler.class.getName(), Level.ALL);
        Scheduler scheduler = Scheduler.onThread("test", clock)) {
      CountDownLatch runs = new CountDownLatch(20);
      Scheduler.Task task =
          scheduler.every(
              Duration.ofMillis(1),
              () -> {
                runs.countDown();
                throw new IllegalStateException("broken");
              });

      assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
      task.cancel();
      waitFor(scheduler);
      assertThat(log.thrown()).hasSize(1);
    }
  }

  @Test
  void closingWaitsForWhatIsDueAndDropsTheRest() throws Exception {
    Scheduler scheduler = Scheduler.onThread("test", clock);
    List<String> ran = new ArrayList<>();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    scheduler.at(clock.nanoTime() + TimeUnit.DAYS.toNanos(1), () -> ran.add("tomorrow"));
    scheduler.execute(() -> {
      running.countDown();
      try {
        finish.await();
      } catch (InterruptedException e) {
        ran.add("interrupted");
      }
      ran.add("running");
    });
    running.await();
    scheduler.execute(() -> ran.add("due"));
    finish.countDown();
    scheduler.close();
    scheduler.close();

    assertThat(ran).containsExactly("running", "due");
    scheduler.execute(() -> ran.add("too late"));
    scheduler.at(clock.nanoTime(), () -> ran.add("too late")).cancel();
    scheduler.every(Duration.ofMillis(1), () -> ran.add("too late")).cancel();
    assertThat(ran).containsExactly("running", "due");
  }

  @Test
  void aSchedulerThatWasNeverUsedCanBeClosed() {
    Scheduler.onThread("test", clock).close();
  }
}
