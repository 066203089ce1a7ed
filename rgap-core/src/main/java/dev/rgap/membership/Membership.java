package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The view of all groups that outputs get: what is, and what happens. Safe for all threads. */
@StableApi
public interface Membership {

  /**
   * A membership that was written down: these groups, all of them ready, with members that stay.
   *
   * @param members the addresses of each group, in any order
   */
  static Membership fixed(Map<GroupId, ? extends Collection<IpAddress>> members) {
    return new FixedMembership(members);
  }

  /** The configured groups in ascending order. */
  List<GroupId> groups();

  /** The group as it stands. Costs nothing. A group that is not configured is ready and empty. */
  GroupSnapshot snapshot(GroupId group);

  /**
   * The group's members with their expiry, sorted by address: those of the current snapshot that
   * are still members when their turn comes. Costs a pass over the group: for people, not for every
   * query.
   */
  List<Member> members(GroupId group);

  /**
   * A part of {@link #members}. Costs a pass over that part only.
   *
   * @param after the members behind this address; null for the first ones
   * @param most at most so many; positive
   */
  default List<Member> members(GroupId group, @Nullable IpAddress after, int most) {
    return members(group).stream()
        .filter(member -> after == null || member.address().compareTo(after) > 0)
        .limit(most)
        .toList();
  }

  /** One of {@link #members}, if the address is one. Cheap, whatever the group's size. */
  default Optional<Member> member(GroupId group, IpAddress address) {
    return members(group, address.previous(), 1).stream()
        .filter(member -> member.address().equals(address))
        .findFirst();
  }

  /**
   * How long until the group's first member leaves unless it is announced again, in nanoseconds.
   * Cheap, whatever the group's size; for that, it may be less by up to a 15th of the longest life
   * of an announcement if the group is very large.
   *
   * @return not negative; {@link Long#MAX_VALUE} if there is no member
   */
  long remainingNanos(GroupId group);

  /**
   * How many of the group's members are due and kept by its guard; 0 if it has none or is not
   * configured.
   */
  default int held(GroupId group) {
    return 0;
  }

  /** Whether an address is a member that has said last that it drains. Cheap. */
  default boolean isDraining(GroupId group, IpAddress address) {
    return member(group, address).filter(Member::draining).isPresent();
  }

  /**
   * How many addresses have to be announced to the group again before they become members; 0 if it
   * has no damping or is not configured.
   */
  default int pending(GroupId group) {
    return 0;
  }

  /**
   * How the group's keys have been used, in the order of its configuration; nothing if it is not
   * configured or has none. A key that stays when the group is configured otherwise goes on being
   * counted.
   */
  default List<KeyUse> keyUses(GroupId group) {
    return List.of();
  }

  /**
   * Hands a {@link MembershipEvent.State} of each of these groups to a subscriber, and after it
   * everything that happens to them, in order and one at a time.
   *
   * <p>The subscriber is called by the executor, never by the thread that takes in announcements
   * and never under a lock. If it throws, that is logged, at most once a minute, and the next event
   * follows. If it is so slow that more than {@value #MAX_PENDING_EVENTS} events wait for it, they
   * are dropped and a {@code State} of each group, the first of which counts them, takes their
   * place: a subscriber may lose how the membership came about, but never what it is.
   *
   * @param groups the groups; those that are not configured are ready and empty until they are
   * @param executor runs the deliveries; when it drops tasks, the subscription stalls. One that
   *     throws is asked again at the next event; when it has been shut down, the subscription ends
   */
  Subscription subscribe(
      Set<GroupId> groups, Executor executor, Consumer<? super MembershipEvent> subscriber);

  /** The same for all groups, those that are configured now and those that will be. */
  Subscription subscribeAll(Executor executor, Consumer<? super MembershipEvent> subscriber);

  /**
   * Tells that one of these groups may be another than it was: once at the beginning, and once
   * after any number of changes. Whoever wants to know what the group is now asks for its {@link
   * #snapshot}. For those who publish state; nothing waits for them, however slow they are.
   *
   * @param groups the groups; those that are not configured are ready and empty until they are
   * @param executor runs the calls, one at a time; when it drops tasks, the subscription stalls
   */
  Subscription watch(Set<GroupId> groups, Executor executor, Runnable changed);

  /** How many events may wait for a subscriber. */
  int MAX_PENDING_EVENTS = 65_536;

  /** A subscription, to be ended. */
  interface Subscription extends AutoCloseable {
    /**
     * Ends it: no further event is taken up for delivery. One that another thread has already taken
     * up may still be on its way to the subscriber when this returns; there is none if this is
     * called by the subscription's own, single-threaded executor.
     */
    @Override
    void close();
  }
}
