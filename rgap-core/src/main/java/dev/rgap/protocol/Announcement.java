package dev.rgap.protocol;

import dev.rgap.api.StableApi;

/**
 * What an agent says: "this address belongs to this group, at this time".
 *
 * @param group the group that the address belongs to
 * @param timestampMicros when it was said, in microseconds since the Unix epoch; any value, since
 *     the sender's clock may be anywhere
 * @param address the announced address
 */
@StableApi
public record Announcement(GroupId group, long timestampMicros, IpAddress address) {}
