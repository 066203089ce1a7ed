package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * A live address of a group, as it stood when it was asked for.
 *
 * @param address the address
 * @param expiresAt when it leaves unless it is announced again, by the wall clock
 * @param remaining how long that was, when asked; not negative
 */
@StableApi
public record Member(IpAddress address, Instant expiresAt, Duration remaining) {}
