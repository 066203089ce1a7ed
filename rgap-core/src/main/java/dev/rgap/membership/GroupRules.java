package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.Left;
import org.jspecify.annotations.Nullable;

/**
 * Who of a group's members leaves, and who joins: whoever is due, and whoever is announced, unless
 * its {@link LossGuard} or its {@link Probation} has something against it, if it has them.
 *
 * <p>All of its methods are called with the membership's lock held. {@link #turn} is told the time
 * before anything else is asked.
 */
final class GroupRules implements GroupTable.Visitor {

  private final GroupTable table;
  private final Publication publication;
  private final Goodbyes goodbyes = new Goodbyes();
  private @Nullable LossGuard guard;
  private @Nullable Probation probation;
  private long now;

  /** With neither, until {@link #change} is called. */
  GroupRules(GroupTable table, Publication publication) {
    this.table = table;
    this.publication = publication;
  }

  /** Goes by another configuration. */
  void change(GroupConfig config, long time) {
    turn(time);
    Guard limits = config.guard();
    if (guard != null) {
      guard.change(config);
      dropGuardIfOver();
    } else if (limits != null) {
      guard = new LossGuard(config, limits, table, publication::countEpisode, now);
      table.keep(guard);
    }
    Damping damping = config.damping();
    if (damping == null) {
      probation = null;
    } else if (probation == null) {
      probation = new Probation(config, damping, table, now);
    } else {
      probation.change(config, damping);
    }
  }

  private void dropGuardIfOver() {
    if (guard != null && guard.isOver()) {
      guard = null;
      table.keep(null);
    }
  }

  /** Time has passed: before anybody leaves or joins. */
  void turn(long time) {
    now = time;
    if (guard != null) {
      guard.turn(now);
    }
    if (probation != null) {
      probation.turn(now);
    }
  }

  /** Nobody has listened from here to there. */
  void paused(long from, long to) {
    if (guard != null) {
      guard.paused(from, to);
    }
  }

  // --- who comes ---------------------------------------------------------------------------------

  /**
   * A genuine announcement.
   *
   * @return what becomes of it, which is {@link Admission#JOINED} if the table may have it: its
   *     address is a member, or may become one
   */
  Admission announced(long high, long low, long timestampMicros) {
    return probation == null ? Admission.JOINED : probation.announced(high, low, timestampMicros);
  }

  /**
   * A genuine goodbye. Neither guard nor probation has anything against it.
   *
   * @param cause why it leaves
   * @return {@link Admission#LEFT}, or {@link Admission#REPLAY}
   */
  Admission farewell(long high, long low, long timestampMicros, Left.Cause cause) {
    goodbyes.cause = cause;
    if (!table.leave(high, low, timestampMicros, now, goodbyes)) {
      return Admission.REPLAY;
    }
    if (probation != null) {
      probation.forget(high, low);
    }
    return Admission.LEFT;
  }

  /** Is told who says goodbye. No lambda: its class would be made while a datagram waits. */
  private final class Goodbyes implements GroupTable.Visitor {
    private Left.Cause cause = Left.Cause.FAREWELL;

    @Override
    public void member(long high, long low, long deadlineNanos) {
      publication.leave(high, low, cause, table.draining());
      if (probation != null) {
        probation.left(high, low);
      }
      if (guard != null) {
        guard.saidGoodbye();
      }
    }
  }

  /** The table has taken it in. */
  void heard() {
    if (guard != null) {
      guard.heard();
    }
  }

  /** How many addresses have to be announced again before they become members. */
  int pending() {
    return probation == null ? 0 : probation.pending();
  }

  // --- who leaves --------------------------------------------------------------------------------

  /** Somebody has left the table who was due. */
  @Override
  public void member(long high, long low, long deadlineNanos) {
    publication.leave(high, low, Left.Cause.EXPIRED, table.draining());
    if (probation != null) {
      probation.left(high, low);
    }
  }

  /**
   * Does a step of what is to be done by now.
   *
   * @param judging the time by which those leave who are due
   * @return whether there may be more to do
   */
  boolean step(long judging) {
    if (guard != null && guard.step(this)) {
      return true;
    }
    return table.expire(judging, this)
        || table.departures().step(now)
        || (probation != null && probation.step());
  }

  /**
   * Lets another member leave, as the group is taken away.
   *
   * @return whether there may be more
   */
  boolean expel() {
    return table.expel((high, low, deadline) ->
        publication.leave(high, low, Left.Cause.REMOVED, table.draining()));
  }

  /** Whether there is something to wait for. */
  boolean isActive() {
    return table.departures().isActive()
        || (guard != null && guard.isActive())
        || (probation != null && probation.isActive());
  }

  /** Has the alarm ring when there is something to do. */
  void plan(Alarm alarm) {
    if (table.departures().isActive()) {
      alarm.setAtLatest(table.departures().nextDue());
    }
    if (guard != null && guard.isActive()) {
      alarm.setAtLatest(guard.nextDue());
    }
    if (probation != null && probation.isActive()) {
      alarm.setAtLatest(probation.nextDue());
    }
  }

  /** Takes what is to be said since the last time. */
  LossGuard.@Nullable Said say(Pulse pulse) {
    LossGuard.@Nullable Said said = guard == null ? null : guard.say(pulse);
    dropGuardIfOver();
    return said;
  }
}
