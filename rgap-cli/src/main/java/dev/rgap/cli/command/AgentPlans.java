package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.agent.Agents;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.cli.config.ChangingKey;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import dev.rgap.worker.config.AgentEntry;
import dev.rgap.worker.config.AgentsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes the agents of a file. What they share, a sink for each destination and a key for each file
 * that is followed, is kept from one reading of the file to the next.
 */
final class AgentPlans {

  /** Where to, and how many networks multicast passes on the way. */
  private record Target(Endpoint endpoint, int hops) {}

  private final Metrics metrics;
  private final HostClock clock;
  private Map<Target, DatagramSink> sinks = new HashMap<>();
  private Map<Path, ChangingKey> keys = new HashMap<>();

  /** None yet. */
  AgentPlans(Metrics metrics, HostClock clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /** What there is to be by this configuration. */
  List<Agents.Plan> of(AgentsConfig config) {
    Map<Target, DatagramSink> sinksBefore = sinks;
    Map<Path, ChangingKey> keysBefore = keys;
    sinks = new HashMap<>();
    keys = new HashMap<>();
    List<Agents.Plan> plans = new ArrayList<>();
    for (AgentEntry entry : config.announce()) {
      Agent.Builder agent =
          builder(
              entry,
              endpoint ->
                  sinks.computeIfAbsent(
                      new Target(endpoint, entry.hops()),
                      target -> sinksBefore.getOrDefault(target, sink(target))));
      agent.metrics(metrics);
      for (HealthCheckConfig check : entry.checks()) {
        agent.check(check);
      }
      Path file = entry.key().file();
      if (file != null) {
        agent.key(
            keys.computeIfAbsent(
                file,
                followed ->
                    keysBefore.getOrDefault(
                        followed, new ChangingKey(followed, entry.key().key(), clock))));
      }
      plans.add(new Agents.Plan(entry.identity(), entry.group(), agent));
    }
    return plans;
  }

  private static DatagramSink sink(Target target) {
    return new UdpSink(target.endpoint(), target.hops());
  }

  /**
   * An agent without checks or numbers, and with the key as it was read.
   *
   * @param sinks gives what sends to a destination
   */
  static Agent.Builder builder(
      AgentEntry entry, Function<? super Endpoint, ? extends DatagramSink> sinks) {
    Agent.Builder agent =
        begin(entry)
            .maxAge(entry.maxAge())
            .jitter(entry.jitterPercent())
            .goodbye(entry.goodbye())
            .drainFor(entry.drainFor());
    for (Endpoint endpoint : entry.destinations()) {
      agent.sink(sinks.apply(endpoint));
    }
    return agent;
  }

  /** With its addresses. One that is written down needs nobody who finds it. */
  private static Agent.Builder begin(AgentEntry entry) {
    List<AddressSource> sources = entry.addresses();
    if (sources.size() == 1) {
      try {
        IpAddress address = IpAddress.parse(sources.getFirst().label());
        return Agent.builder(
            new AgentConfig(entry.group(), address, entry.key().key(), entry.interval()));
      } catch (IllegalArgumentException e) {
        // It has to be found.
      }
    }
    Agent.Builder agent = Agent.builder(entry.group(), entry.key().key(), entry.interval());
    sources.forEach(agent::addresses);
    return agent;
  }
}
