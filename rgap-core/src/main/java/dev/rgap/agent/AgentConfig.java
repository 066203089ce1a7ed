package dev.rgap.agent;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;

/**
 * What is configured for an agent.
 *
 * @param group the group to announce to
 * @param address the address to announce
 * @param key the group's secret, unless {@link Agent.Builder#key} gives another one
 * @param interval how often; not positive means once
 */
@StableApi
public record AgentConfig(GroupId group, IpAddress address, PreSharedKey key, Duration interval) {}
