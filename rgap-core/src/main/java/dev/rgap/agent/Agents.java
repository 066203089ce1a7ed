package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Agents of one process, which share its threads and what they send by, and may be exchanged for
 * others while they run. Safe for all threads.
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

  /** A plan that is carried out. */
  private record Carried(Plan plan, Agent agent) {}

  private final Shared shared;
  private final HostClock clock;

  /** Replaced by those who have this lock. */
  private volatile List<Carried> all = List.of();

  /** When those drain that are new; null if they don't. */
  @GuardedBy("this")
  private @Nullable Long drainingSince;

  @GuardedBy("this")
  private boolean closed;

  /**
   * No agent yet.
   *
   * @param schedulers makes a scheduler for a name, as {@link #scheduler} does
   * @param metrics where it is kept what there is to measure about them
   */
  public Agents(Function<String, Scheduler> schedulers, HostClock clock, Metrics metrics) {
    this(schedulers, clock, metrics, null);
  }

  /**
   * The same.
   *
   * @param random what intervals are made shorter by; null for a generator of its own
   */
  public Agents(
      Function<String, Scheduler> schedulers,
      HostClock clock,
      Metrics metrics,
      @Nullable RandomGenerator random) {
    this.shared = new Shared(schedulers, random);
    this.clock = clock;
    AgentNumbers.keep(metrics, this::reports);
  }

  /** A scheduler that is on a thread, or on a virtual one if it waits most of the time. */
  public static Scheduler scheduler(String name, HostClock clock) {
    return name.startsWith(Agent.ADDRESS_THREAD) || name.startsWith(Agent.CHECK_THREAD)
        ? Scheduler.onVirtualThread(name, clock)
        : Scheduler.onThread(name, clock);
  }

  /**
   * Has these agents run and no others. Those that are there already are not touched. One that
   * takes the place of another one of its group goes on with the addresses of that one until it
   * knows better; what is not announced any more then says goodbye.
   *
   * @return what has changed, in words, such as {@code group 1000 added}
   */
  public synchronized List<String> become(List<Plan> plans) {
    List<String> made = new ArrayList<>();
    if (closed) {
      return made;
    }
    List<Carried> old = new ArrayList<>(all);
    IdentityHashMap<Plan, Carried> untouched = new IdentityHashMap<>();
    for (Plan plan : plans) {
      Carried same = first(old, each -> each.plan.identity().equals(plan.identity()));
      if (same != null) {
        old.remove(same);
        untouched.put(plan, same);
      }
    }
    List<Agent> replaced = new ArrayList<>();
    List<Carried> carried = new ArrayList<>();
    for (Plan plan : plans) {
      Carried there = untouched.get(plan);
      carried.add(there == null ? start(plan, old, replaced, made) : there);
    }
    List<Agent> leaving = new ArrayList<>(replaced);
    for (Carried each : old) {
      each.agent.leave();
      leaving.add(each.agent);
      made.add("group " + each.plan.group() + " removed");
    }
    all = carried;
    end(leaving);
    return made;
  }

  private static @Nullable Carried first(List<Carried> of, Predicate<Carried> condition) {
    for (Carried each : of) {
      if (condition.test(each)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Starts an agent.
   *
   * @param old those that are not to run any more, less the one whose place it takes
   * @param replaced with that one
   */
  @GuardedBy("this")
  private Carried start(Plan plan, List<Carried> old, List<Agent> replaced, List<String> made) {
    Agent agent = plan.builder().build();
    Carried before = first(old, each -> each.plan.group().equals(plan.group()));
    if (before == null) {
      if (drainingSince != null) {
        agent.drain(drainingSince);
      }
      agent.start(shared, null);
      made.add("group " + plan.group() + " added");
    } else {
      old.remove(before);
      agent.start(shared, before.agent);
      replaced.add(before.agent);
      made.add("group " + plan.group() + " changed");
    }
    return new Carried(plan, agent);
  }

  /** Ends agents that have left, when they have said goodbye, or a second later. */
  private void end(List<Agent> left) {
    long deadline = clock.nanoTime() + Agent.GOODBYE_PATIENCE.toNanos();
    left.forEach(agent -> agent.awaitGoodbye(deadline));
    left.forEach(Agent::end);
  }

  private List<Agent> agents() {
    List<Agent> agents = new ArrayList<>(all.size());
    for (Carried each : all) {
      agents.add(each.agent);
    }
    return agents;
  }

  /** How the agents are doing, in the order of the plans. */
  public List<AgentReport> reports() {
    List<AgentReport> reports = new ArrayList<>();
    for (Agent agent : agents()) {
      reports.add(agent.report());
    }
    return reports;
  }

  /** Has all agents {@linkplain Agent#drain drain}, and those that come. */
  public synchronized void drain() {
    if (drainingSince == null) {
      drainingSince = clock.nanoTime();
      agents().forEach(Agent::drain);
    }
  }

  /** Takes that back. */
  public synchronized void undrain() {
    drainingSince = null;
    agents().forEach(Agent::undrain);
  }

  /** Whether all agents drain, or have. */
  public synchronized boolean isDraining() {
    return drainingSince != null;
  }

  /** How long the agent takes to drain that takes longest. */
  public Duration drainFor() {
    Duration longest = Duration.ZERO;
    for (Agent agent : agents()) {
      longest = agent.drainFor().compareTo(longest) > 0 ? agent.drainFor() : longest;
    }
    return longest;
  }

  /**
   * Waits until all have announced for the first time, as {@link Agent#awaitFirstRound}.
   *
   * @param patience for how long at most
   * @return whether that is so
   */
  public boolean awaitFirstRound(Duration patience) throws InterruptedException {
    long deadline = clock.nanoTime() + patience.toNanos();
    for (Agent agent : agents()) {
      if (!agent.awaitFirstRound(Duration.ofNanos(deadline - clock.nanoTime()))) {
        return false;
      }
    }
    return true;
  }

  /** Has all agents leave, waits at most a second until they have said goodbye, and ends. */
  @Override
  public synchronized void close() {
    closed = true;
    List<Agent> last = agents();
    last.forEach(Agent::leave);
    end(last);
    shared.close();
  }
}
