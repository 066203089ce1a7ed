package dev.rgap.membership;

import dev.rgap.time.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A task that is planned for one time at most, by the time of a {@link Pulse}. All of its methods
 * are called with the membership's lock held.
 */
final class Alarm {

  private final Pulse pulse;
  private final Runnable task;
  private Scheduler.@Nullable Task planned;
  private long plannedAt;

  /** Not planned. */
  Alarm(Pulse pulse, Runnable task) {
    this.pulse = pulse;
    this.task = task;
  }

  boolean isSet() {
    return planned != null;
  }

  /** Runs the task then, and not when it was planned before. */
  void set(long time) {
    cancel();
    plannedAt = time;
    planned = pulse.at(time, task);
  }

  /** Runs the task then, unless it is planned for an earlier time. */
  void setAtLatest(long time) {
    if (planned == null || plannedAt - time > 0) {
      set(time);
    }
  }

  /** Does not run the task. */
  void cancel() {
    if (planned != null) {
      planned.cancel();
      planned = null;
    }
  }

  /** Has to be called by the task: it is planned no more. */
  void rings() {
    planned = null;
  }
}
