package dev.rgap.outputs.publish;

import dev.rgap.time.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Does again what has failed, after a pause that is twice as long each time.
 *
 * <p>Belongs to a scheduler, as a {@link Debouncer} does: is used on its thread, and may be
 * cancelled from others.
 */
final class Retry {

  private final Scheduler scheduler;
  private final RetryPolicy policy;
  private final Runnable action;
  private Duration next;
  private volatile Scheduler.@Nullable Task pending;

  Retry(Scheduler scheduler, RetryPolicy policy, Runnable action) {
    this.scheduler = scheduler;
    this.policy = policy;
    this.action = action;
    this.next = policy.first();
  }

  /** It has failed: runs the action after a pause. */
  void later() {
    cancel();
    long now = scheduler.clock().nanoTime();
    pending = scheduler.at(now + next.toNanos(), action);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(policy.longest()) > 0 ? policy.longest() : doubled;
  }

  /** The next pause is a short one again. */
  void reset() {
    next = policy.first();
  }

  /** What was to be run is not run any more. */
  void cancel() {
    Scheduler.Task waiting = pending;
    if (waiting != null) {
      waiting.cancel();
      pending = null;
    }
  }
}
