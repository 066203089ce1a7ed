package dev.rgap.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/** A thread that measures the same thing again and again. */
abstract class Probe extends Thread {

  /** A measurement: when it began and how long it took, in nanoseconds. */
  private record Sample(long began, long took) {}

  private final long intervalNanos;
  private final List<Sample> samples = new ArrayList<>();
  volatile boolean ended;

  /** One that begins so often, or when the one before is done. */
  Probe(long intervalMillis) {
    intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
  }

  abstract void once(int number) throws IOException;

  @Override
  public void run() {
    long next = System.nanoTime();
    for (int i = 0; !ended; i++) {
      long began = System.nanoTime();
      try {
        once(i);
      } catch (IOException e) {
        throw new AssertionError("no socket fails on the loopback interface", e);
      }
      synchronized (samples) {
        samples.add(new Sample(began, System.nanoTime() - began));
      }
      next = Math.max(next + intervalNanos, System.nanoTime());
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  /** Prints how long those took that began within this time. */
  void report(String label, long from, long to) {
    report(label, began -> began >= from && began < to);
  }

  /** Prints how long those took that began at such times. */
  void report(String label, LongPredicate when) {
    long[] took;
    synchronized (samples) {
      took =
          samples.stream()
              .filter(sample -> when.test(sample.began()))
              .mapToLong(Sample::took)
              .sorted()
              .toArray();
    }
    if (took.length == 0) {
      System.out.printf("  %-42s none%n", label);
      return;
    }
    System.out.printf(
        "  %-42s p50 %6.2f ms  p99 %6.2f ms  longest %6.2f ms  (%d)%n",
        label,
        took[took.length / 2] / 1e6,
        took[(int) (took.length * 0.99)] / 1e6,
        took[took.length - 1] / 1e6,
        took.length);
  }
}
