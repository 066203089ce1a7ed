package dev.rgap.output;

import dev.rgap.api.StableApi;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an output is given to work with. Closed when the output has ended, which ends what it has
 * subscribed to and forgotten.
 */
@StableApi
public final class OutputContext implements AutoCloseable {

  private final OutputId id;
  private final Membership membership;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Queue<Membership.Subscription> subscriptions = new ConcurrentLinkedQueue<>();
  private volatile @Nullable OutputReport report;

  private OutputContext(OutputId id, Membership membership, Scheduler scheduler, Metrics metrics) {
    this.id = id;
    this.membership = membership;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /**
   * A context; for listeners and tests.
   *
   * @param id tells the output from others
   * @param membership who is a member of what
   * @param scheduler the output's own thread
   * @param metrics where the output's numbers are kept; whoever calls has given them a label
   */
  public static OutputContext of(
      OutputId id, Membership membership, Scheduler scheduler, Metrics metrics) {
    return new OutputContext(id, membership, scheduler, metrics);
  }

  /** Tells this output from others. */
  public OutputId id() {
    return id;
  }

  /** The id as text: what the output's lines in the log begin with. */
  public String name() {
    return id.text();
  }

  /** Who is a member of what. */
  public Membership membership() {
    return membership;
  }

  /** This output's own thread; closed after the output. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** Where this output's numbers are kept: they have its id as the label {@code output}. */
  public Metrics metrics() {
    return metrics;
  }

  /** Tells what became of an attempt to publish something, for those who ask how the output is. */
  public void report(OutputReport last) {
    report = last;
  }

  /** What became of the last attempt; nothing if there was none, or the output makes none. */
  public Optional<OutputReport> lastReport() {
    return Optional.ofNullable(report);
  }

  /** Hands what happens to these groups to the output, on its own thread, each event. */
  public Membership.Subscription subscribe(
      Set<GroupId> groups, Consumer<? super MembershipEvent> subscriber) {
    return kept(membership.subscribe(groups, scheduler, subscriber));
  }

  /** The same for all groups, those that are configured now and those that will be. */
  public Membership.Subscription subscribeAll(Consumer<? super MembershipEvent> subscriber) {
    return kept(membership.subscribeAll(scheduler, subscriber));
  }

  /**
   * Tells the output, on its own thread, that one of these groups may be another than it was: once
   * at the beginning, and once after any number of changes.
   */
  public Membership.Subscription watch(Set<GroupId> groups, Runnable changed) {
    return kept(membership.watch(groups, scheduler, changed));
  }

  private Membership.Subscription kept(Membership.Subscription subscription) {
    subscriptions.add(subscription);
    return subscription;
  }

  /** Ends all subscriptions that were made through this. For listeners; outputs need not. */
  @Override
  public void close() {
    subscriptions.forEach(Membership.Subscription::close);
  }
}
