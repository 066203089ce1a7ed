package dev.rgap.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a command that runs for long when to end. */
final class Shutdown {

  private final CountDownLatch requested = new CountDownLatch(1);

  /** Asks the command to end. */
  void request() {
    requested.countDown();
  }

  /** Whether the command is to end. */
  boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits until the command is to end. */
  void await() {
    try {
      requested.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the command is to end, or for this long; true if it is to end. */
  boolean await(Duration atMost) {
    try {
      return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
