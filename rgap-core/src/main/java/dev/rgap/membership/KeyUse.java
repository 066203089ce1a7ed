package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who has used one of a group's keys, since the listener knows the key: tells when an old one is
 * out of use.
 *
 * @param fingerprint {@link dev.rgap.protocol.PreSharedKey#fingerprint} of the key
 * @param announcements how many it has signed of those that were new, for addresses that may be in
 *     the group: neither duplicates nor replays
 * @param lastAddress which address the last of them announced, or null if there was none
 * @param lastUsed when that was, by this host's wall clock, or null if there was none
 */
@StableApi
public record KeyUse(
    String fingerprint,
    long announcements,
    @Nullable IpAddress lastAddress,
    @Nullable Instant lastUsed) {}
