package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import java.util.Locale;

/** What a host says of itself in an announcement of version 2. */
@StableApi
public enum AnnouncedState {
  /** It is there, as an announcement of version 1 says. */
  UP(0),
  /** It is there, and should get nothing new to do. */
  DRAINING(1),
  /** It goes: goodbye. */
  LEAVING(2);

  private final int code;

  AnnouncedState(int code) {
    this.code = code;
  }

  /** As it stands in the datagram, 0 to 255. */
  public int code() {
    return code;
  }

  /** The name used in logs and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
