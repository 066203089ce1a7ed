package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * A member of a group, as it stood when it was asked for.
 *
 * @param address the address
 * @param expiresAt when its life ends unless it is announced again, by the wall clock; in the past
 *     if it is held
 * @param remaining how long that was, when asked; not negative, 0 if it is held
 * @param held whether its life is over and only the group's {@link Guard} keeps it published
 */
@StableApi
public record Member(IpAddress address, Instant expiresAt, Duration remaining, boolean held) {

  /** A member that is alive. */
  public Member(IpAddress address, Instant expiresAt, Duration remaining) {
    this(address, expiresAt, remaining, false);
  }
}
