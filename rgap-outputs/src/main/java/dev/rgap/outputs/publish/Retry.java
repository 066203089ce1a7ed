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
public final class Retry {

  private final Scheduler scheduler;
  private final Duration first;
  private final Duration longest;
  private final Runnable action;
  private Duration next;
  private volatile Scheduler.@Nullable Task pending;

  /**
   * Waits for nothing yet.
   *
   * @param first the first pause; positive
   * @param longest what the pauses grow up to
   */
  public Retry(Scheduler scheduler, Duration first, Duration longest, Runnable action) {
    this.scheduler = scheduler;
    this.first = first;
    this.longest = longest;
    this.action = action;
    this.next = first;
  }

  /** It has failed: runs the action after a pause. */
  public void later() {
    cancel();
    long now = scheduler.clock().nanoTime();
    pending = scheduler.at(now + next.toNanos(), action);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
  }

  /** The next pause is a short one again. */
  public void reset() {
    next = first;
  }

  /** What was to be run is not run any more. */
  public void cancel() {
    Scheduler.Task waiting = pending;
    if (waiting != null) {
      waiting.cancel();
      pending = null;
    }
  }
}
