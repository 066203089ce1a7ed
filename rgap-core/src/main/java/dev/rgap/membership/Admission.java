package dev.rgap.membership;

import dev.rgap.api.InternalApi;

/** What became of a genuine announcement. Only the first three have changed anything. */
@InternalApi
public enum Admission {
  /** Its address was no member and is one now. */
  JOINED,
  /** Its address stays a member for longer. */
  REFRESHED,
  /**
   * It said goodbye, or drains and is not kept: its address is no member, and is none by anything
   * older.
   */
  LEFT,
  /** It is not newer than what the member said before: a duplicate or a replay. */
  REPLAY,
  /** Its address is no member, and has to be announced again before it becomes one. */
  PENDING,
  /** Its address is no member, and there are as many as there may be. */
  FULL,
  /** Its life is over. */
  EXPIRED,
  /** The group has been taken away meanwhile. */
  REMOVED;

  /** Whether its address is a member by it. */
  boolean isTaken() {
    return this == JOINED || this == REFRESHED;
  }
}
