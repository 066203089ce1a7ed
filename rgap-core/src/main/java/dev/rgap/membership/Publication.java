package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is published of one group: its snapshot, and who is told of each change. The only place that
 * makes snapshots.
 *
 * <pre>
 *                configured                         becomeReady
 *   not configured -------> not ready ------------------------------> ready
 *   (ready, empty) <------- <----------------------------------------
 *                removed (by then, all members have left)
 * </pre>
 *
 * <p>It lives longer than the group is configured: those who subscribed before hear of it when it
 * comes, and its versions go on when it comes again. All methods but {@link #snapshot} are called
 * with the membership's lock held; after it has been released, the {@link #subscribers} of then are
 * to be woken.
 */
final class Publication {

  private volatile GroupSnapshot snapshot;

  /** Replaced when somebody comes or goes, so that it can be kept and walked without the lock. */
  private List<Subscriber> subscribers;

  private boolean everConfigured;
  private long joined;
  private long episodes;
  private final Map<Left.Cause, Long> left = new EnumMap<>(Left.Cause.class);

  /**
   * A group that is not configured.
   *
   * @param subscribers those who are told about all groups
   */
  Publication(GroupId id, List<Subscriber> subscribers) {
    this.snapshot = GroupSnapshot.empty(id, true);
    this.subscribers = List.copyOf(subscribers);
  }

  /** The group as it stands. Safe for all threads, and costs nothing. */
  GroupSnapshot snapshot() {
    return snapshot;
  }

  List<Subscriber> subscribers() {
    return subscribers;
  }

  /** Whether anything would be lost with it: somebody listens, or its versions have to go on. */
  boolean isNeeded() {
    return everConfigured || !subscribers.isEmpty();
  }

  void subscribe(Subscriber subscriber) {
    List<Subscriber> more = new ArrayList<>(subscribers);
    more.add(subscriber);
    subscribers = List.copyOf(more);
  }

  void unsubscribe(Subscriber subscriber) {
    List<Subscriber> fewer = new ArrayList<>(subscribers);
    fewer.remove(subscriber);
    subscribers = List.copyOf(fewer);
  }

  /** The group is configured from now on, without members. */
  void configured(boolean ready) {
    // One that nobody could have known begins at version 0.
    GroupSnapshot next =
        isNeeded() ? snapshot.as(ready) : GroupSnapshot.empty(snapshot.group(), ready);
    everConfigured = true;
    publish(next, new State(next, 0));
  }

  /** The group is not configured any more; its members have left before. */
  void removed() {
    GroupSnapshot next = snapshot.as(true);
    publish(next, new State(next, 0));
  }

  void becomeReady() {
    GroupSnapshot next = snapshot.as(true);
    publish(next, new Ready(next));
  }

  void join(long high, long low) {
    joined++;
    GroupSnapshot next = snapshot.with(high, low);
    publish(next, new Joined(next, new IpAddress(high, low)));
  }

  /**
   * A member that drains does so no more, or the other way round.
   *
   * @param draining how many drain now
   */
  void mark(long high, long low, boolean drains, int draining) {
    GroupSnapshot next = snapshot.marked(draining);
    publish(next, new Draining(next, new IpAddress(high, low), drains));
  }

  /**
   * A member leaves.
   *
   * @param draining how many of the others drain
   */
  void leave(long high, long low, Left.Cause cause, int draining) {
    left.merge(cause, 1L, Long::sum);
    GroupSnapshot next = snapshot.without(high, low, draining);
    publish(next, new Left(next, new IpAddress(high, low), cause));
  }

  /** Its guard has stepped in. */
  void countEpisode() {
    episodes++;
  }

  /** How often its guard has stepped in so far. */
  long episodes() {
    return episodes;
  }

  /** How many addresses have become members so far. */
  long joined() {
    return joined;
  }

  /** How many members have left so far. */
  long left(Left.Cause cause) {
    return left.getOrDefault(cause, 0L);
  }

  private void publish(GroupSnapshot next, MembershipEvent event) {
    snapshot = next;
    for (Subscriber subscriber : subscribers) {
      subscriber.put(event);
    }
  }
}
