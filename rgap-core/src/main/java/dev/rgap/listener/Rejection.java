package dev.rgap.listener;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.AnnouncementCodec;
import java.util.Locale;

/**
 * Why a datagram was not accepted, in the order in which the checks are made: cheap ones first, the
 * HMAC only for what passed them, and the membership's own last.
 */
@InternalApi
public enum Rejection {
  /**
   * It is not {@value AnnouncementCodec#SIZE} bytes long, nor as long as one of version 2 says that
   * it is.
   */
  SIZE,
  /** It is of another protocol version. */
  VERSION,
  /** It is for a group that is not configured here. */
  GROUP,
  /** Its timestamp is too far from this host's clock, in the past or in the future. */
  STALE,
  /** Its signature was not made with the group's key, or it was altered on the way. */
  SIGNATURE,
  /** It is genuine, but says what is not known here, or what its group does not want to know. */
  UNSUPPORTED,
  /** It is genuine, but its address is none of those that may be in its group. */
  ADDRESS,
  /** It is genuine but not newer than what the member has said before: a duplicate or a replay. */
  REPLAY,
  /** It is genuine, but its address is new and has to be announced again to become a member. */
  PENDING,
  /** It is genuine, but its group has as many members as it may have, and the address is none. */
  FULL;

  /** The name used in metrics, logs and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
