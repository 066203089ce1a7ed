package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A membership in which nothing happens: all groups are ready, and nobody comes or leaves. */
final class FixedMembership implements Membership {

  private final SortedMap<GroupId, GroupSnapshot> groups = new TreeMap<>();

  FixedMembership(Map<GroupId, ? extends Collection<IpAddress>> members) {
    members.forEach((group, addresses) -> {
      GroupSnapshot snapshot = GroupSnapshot.empty(group, true);
      for (IpAddress address : Set.copyOf(addresses)) {
        snapshot = snapshot.with(address.high(), address.low());
      }
      groups.put(group, snapshot);
    });
  }

  @Override
  public List<GroupId> groups() {
    return List.copyOf(groups.keySet());
  }

  @Override
  public GroupSnapshot snapshot(GroupId group) {
    GroupSnapshot snapshot = groups.get(group);
    return snapshot == null ? GroupSnapshot.empty(group, true) : snapshot;
  }

  @Override
  public List<Member> members(GroupId group) {
    return snapshot(group).addresses().stream()
        .map(address -> new Member(address, Instant.MAX, Duration.ofNanos(Long.MAX_VALUE)))
        .toList();
  }

  @Override
  public long remainingNanos(GroupId group) {
    return Long.MAX_VALUE;
  }

  @Override
  public Subscription subscribe(
      Set<GroupId> subscribed, Executor executor, Consumer<? super MembershipEvent> subscriber) {
    List<GroupSnapshot> states = subscribed.stream().sorted().map(this::snapshot).toList();
    executor.execute(() -> states.forEach(state -> subscriber.accept(new State(state, 0))));
    return () -> {};
  }

  @Override
  public Subscription subscribeAll(
      Executor executor, Consumer<? super MembershipEvent> subscriber) {
    return subscribe(groups.keySet(), executor, subscriber);
  }

  @Override
  public Subscription watch(Set<GroupId> watched, Executor executor, Runnable changed) {
    executor.execute(changed);
    return () -> {};
  }
}
