package dev.rgap.outputs;

import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.testing.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A membership whose groups are taken away and come again, as when a listener changes. */
public final class SwitchedMembership implements Membership {
  private final ManualClock clock;
  private final List<Runnable> watchers = new ArrayList<>();
  private LiveMembership live;

  /** The groups of this one at first. */
  public SwitchedMembership(LiveMembership live, ManualClock clock) {
    this.live = live;
    this.clock = clock;
  }

  /** The groups that are there now. */
  public LiveMembership live() {
    return live;
  }

  /** The groups of another one take the place of those that were there, which is told. */
  public void switchTo(LiveMembership next) {
    live.close();
    live = next;
    changed();
  }

  /** Tells all who watch that something may have changed. */
  public void changed() {
    List.copyOf(watchers).forEach(Runnable::run);
    clock.runDue();
  }

  @Override
  public List<GroupId> groups() {
    return live.groups();
  }

  @Override
  public GroupSnapshot snapshot(GroupId group) {
    return live.snapshot(group);
  }

  @Override
  public List<Member> members(GroupId group) {
    return live.members(group);
  }

  @Override
  public long remainingNanos(GroupId group) {
    return live.remainingNanos(group);
  }

  @Override
  public Subscription subscribeAll(
      Executor executor, Consumer<? super MembershipEvent> subscriber) {
    return live.subscribeAll(executor, subscriber);
  }

  @Override
  public Subscription subscribe(
      Set<GroupId> groups, Executor executor, Consumer<? super MembershipEvent> subscriber) {
    return live.subscribe(groups, executor, subscriber);
  }

  @Override
  public Subscription watch(Set<GroupId> groups, Executor executor, Runnable changed) {
    Runnable told = () -> executor.execute(changed);
    watchers.add(told);
    Subscription subscription = live.watch(groups, executor, changed);
    return () -> {
      watchers.remove(told);
      subscription.close();
    };
  }
}
