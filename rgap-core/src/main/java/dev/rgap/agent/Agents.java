package dev.rgap.agent;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Agents of one process, which share its threads and what they send by, and may be exchanged for
 * others while they run.
 */
@InternalApi
public final class Agents implements AutoCloseable {

  /**
   * An agent that there is to be.
   *
   * @param identity what tells it from others: an agent whose value is equal is not touched
   * @param group the group it announces to
   * @param builder makes it. Builders that have the same sink in common share what it takes to use
   *     it
   */
  public record Plan(Object identity, GroupId group, Agent.Builder builder) {}

  private final Function<String, Scheduler> schedulers;

  /**
   * No agent yet.
   *
   * @param schedulers makes a scheduler for a name
   */
  public Agents(Function<String, Scheduler> schedulers) {
    this.schedulers = schedulers;
  }

  /**
   * Has these agents run and no others. Those that are there already are not touched. One that
   * takes the place of another one of its group goes on with the addresses of that one until it
   * knows better; what is not announced any more then says goodbye.
   *
   * @return what has changed, in words, such as {@code group 1000 added}
   */
  public List<String> become(List<Plan> plans) {
    return schedulers == null ? List.of("") : List.of();
  }

  /** How the agents are doing, in the order of the plans. */
  public List<AgentReport> reports() {
    return List.of();
  }

  /** Has all agents {@linkplain Agent#drain drain}. */
  public void drain() {}

  /** Takes that back. */
  public void undrain() {}

  /** Whether all agents drain, or have. */
  public boolean isDraining() {
    return false;
  }

  /** How long the agent takes to drain that takes longest. */
  public Duration drainFor() {
    return Duration.ZERO;
  }

  /** Has all agents leave, waits at most a second until they have said goodbye, and ends. */
  @Override
  public void close() {}
}
