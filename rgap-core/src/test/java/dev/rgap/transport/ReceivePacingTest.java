package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivePacingTest {

  private static final long SECOND = 1_000_000_000L;

  /** A socket with a buffer and its receiver, to which datagrams come at a steady rate. */
  private static final class Simulation {
    final int room;
    final long costNanos;
    final ReceivePacing pacing;
    long now;
    long nextArrival;
    long queued;
    long taken;
    long lost;
    long waits;
    long rests;
    long longestRest;

    Simulation(int room, long costNanos) {
      this.room = room;
      this.costNanos = costNanos;
      this.pacing = new ReceivePacing(room, now);
    }

    void run(long perSecond, long nanos) {
      long gap = SECOND / perSecond;
      long end = now + nanos;
      nextArrival = now + gap;
      while (now < end) {
        arrive(gap);
        if (!pacing.batching()) {
          if (queued == 0) {
            now = nextArrival;
            waits++;
            arrive(gap);
          }
          take();
          pacing.received(now);
        } else if (queued > 0) {
          take();
          pacing.taken();
        } else {
          long rest = pacing.drained(now);
          now += rest;
          rests += rest > 0 ? 1 : 0;
          longestRest = Math.max(longestRest, rest);
        }
      }
    }

    private void arrive(long gap) {
      for (; nextArrival <= now; nextArrival += gap) {
        if (queued < room) {
          queued++;
        } else {
          lost++;
        }
      }
    }

    private void take() {
      queued--;
      taken++;
      now += costNanos;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 5_000, 15_000})
  void neverRestsAtLowRates(long perSecond) {
    Simulation simulation = new Simulation(5_000, 1_000);
    simulation.run(perSecond, 10 * SECOND);

    assertThat(simulation.rests).isZero();
    assertThat(simulation.waits).isEqualTo(simulation.taken);
  }

  @ParameterizedTest
  @CsvSource({"30000, 10", "200000, 70", "400000, 150"})
  void takesManyAtATimeAtHighRates(long perSecond, long atATime) {
    Simulation simulation = new Simulation(5_000, 1_000);
    simulation.run(perSecond, SECOND);

    assertThat(simulation.taken / (simulation.rests + simulation.waits)).isGreaterThan(atATime);
    assertThat(simulation.longestRest).isEqualTo(ReceivePacing.LONGEST_NANOS);
    assertThat(simulation.lost).isZero();
  }

  @Test
  void restsLessWhereTheBufferIsSmall() {
    Simulation simulation = new Simulation(60, 1_000);
    simulation.run(200_000, SECOND);

    assertThat(simulation.lost).isZero();
    assertThat(simulation.longestRest).isLessThan(160_000);
  }

  /** As long as it can't keep up, a rest would only make matters worse. */
  @Test
  void neverRestsWhileSomethingIsLeft() {
    Simulation slow = new Simulation(1_000, 20_000);
    slow.run(200_000, SECOND);

    assertThat(slow.rests).isZero();
    assertThat(slow.taken).isEqualTo(50_000);
  }

  @Test
  void waitsForEachOneAgainWhenTheRateFalls() {
    Simulation simulation = new Simulation(5_000, 1_000);
    simulation.run(200_000, SECOND);
    assertThat(simulation.pacing.batching()).isTrue();
    long before = simulation.rests;
    simulation.run(1_000, SECOND);

    assertThat(simulation.pacing.batching()).isFalse();
    assertThat(simulation.rests).isLessThanOrEqualTo(before + 5);
  }
}
