package dev.rgap.membership;

import dev.rgap.api.StableApi;
import java.util.Locale;

/** What becomes of a member that says that it drains: it is there, and asks for nothing new. */
@StableApi
public enum DrainingPolicy {
  /** It stays a member, which is marked. Outputs that can tell others so do. */
  KEEP,
  /** It is no member any more, until it says that it is up. */
  REMOVE;

  /** The name used in configurations and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
