package dev.rgap.outputs.publish;

import dev.rgap.time.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action some time after changes: when it has been quiet for {@link Debounce#min}, and at
 * the latest {@link Debounce#max} after the first change.
 *
 * <pre>
 *   change   |  |   | |                |||||||||||||||||||||||||||
 *   action              ^(min later)             ^(max later)     ^
 * </pre>
 *
 * <p>Belongs to a scheduler: is used, and runs the action, on its thread only. It may be cancelled
 * from others, in which case an action that is running goes on.
 */
final class Debouncer {

  private final Scheduler scheduler;
  private final long min;
  private final long max;
  private final Runnable action;

  private long quietAt;
  private long latestAt;
  private volatile Scheduler.@Nullable Task pending;

  /** Runs the action on the scheduler. */
  Debouncer(Scheduler scheduler, Debounce debounce, Runnable action) {
    this.scheduler = scheduler;
    this.min = debounce.min().toNanos();
    this.max = debounce.max().toNanos();
    this.action = action;
  }

  /** Something has changed. */
  void changed() {
    long now = scheduler.clock().nanoTime();
    quietAt = now + min;
    if (pending == null) {
      latestAt = now + max;
      pending = scheduler.at(due(), this::run);
    }
  }

  private long due() {
    return quietAt - latestAt < 0 ? quietAt : latestAt;
  }

  private void run() {
    pending = null; // whatever happens now, the next change is no lost one
    // Rather than being planned anew at each of many changes, it looks when it is called.
    if (due() - scheduler.clock().nanoTime() > 0) {
      pending = scheduler.at(due(), this::run);
      return;
    }
    action.run();
  }

  /** Forgets what has changed. */
  void cancel() {
    Scheduler.Task waiting = pending;
    if (waiting != null) {
      waiting.cancel();
      pending = null;
    }
  }
}
