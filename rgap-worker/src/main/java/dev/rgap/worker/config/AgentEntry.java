package dev.rgap.worker.config;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.api.InternalApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.List;

/**
 * What is announced to one group, from where, and as long as what is well: an item of {@code
 * announce}.
 *
 * @param identity equal for entries that say the same, and only for these; names no secret
 * @param group the group to announce to
 * @param key the group's key
 * @param addresses what tells the addresses
 * @param maxAge how long what a slow source has said last is announced
 * @param interval how often it is announced
 * @param jitterPercent by how much each interval may be shorter, 0 to 50
 * @param destinations where to
 * @param hops how many networks multicast passes, 0 to 255
 * @param goodbye whether addresses that are announced no more say so
 * @param drainFor how long it drains before it leaves
 * @param checks what has to pass
 */
@InternalApi
public record AgentEntry(
    Object identity,
    GroupId group,
    AgentKey key,
    List<AddressSource> addresses,
    Duration maxAge,
    Duration interval,
    int jitterPercent,
    List<Endpoint> destinations,
    int hops,
    boolean goodbye,
    Duration drainFor,
    List<HealthCheckConfig> checks) {

  /** Copies the lists. */
  public AgentEntry {
    addresses = List.copyOf(addresses);
    destinations = List.copyOf(destinations);
    checks = List.copyOf(checks);
  }
}
