package dev.rgap.membership;

import java.time.Duration;

/**
 * When a group becomes ready: after its delay, in which somebody has to have listened. All of its
 * methods are called with the membership's lock held.
 */
final class Readiness {

  private final Publication publication;
  private final Alarm alarm;
  private long delayNanos;

  /** From when on the delay counts. */
  private long startedAt;

  /**
   * The delay begins now.
   *
   * @param alarm rings when it may be over
   */
  Readiness(Publication publication, Alarm alarm, long now) {
    this.publication = publication;
    this.alarm = alarm;
    this.startedAt = now;
  }

  /** Has the alarm ring after this delay, unless the group is ready already. */
  void plan(Duration delay) {
    delayNanos = delay.toNanos();
    plan();
  }

  private void plan() {
    if (publication.snapshot().ready()) {
      alarm.cancel();
    } else {
      alarm.set(startedAt + delayNanos);
    }
  }

  /** The delay is over now, whatever it is. */
  void comesNow(long now) {
    startedAt = now - delayNanos;
    plan();
  }

  /** Whether the alarm is to ring. */
  boolean isAwaited() {
    return alarm.isSet();
  }

  /** Nobody has listened from here to there. */
  void paused(long from, long to, Duration expire) {
    if (isAwaited()) {
      startedAt = to - from >= expire.toNanos() ? to : startedAt + (to - from);
      plan();
    }
  }

  /** The alarm has rung: the group is ready, unless nobody has listened for a part of the time. */
  boolean rings(long now) {
    if (startedAt + delayNanos - now > 0) {
      plan();
      return false;
    }
    alarm.rings();
    return true;
  }

  /** The group does not become ready any more. */
  void cancel() {
    alarm.cancel();
  }
}
