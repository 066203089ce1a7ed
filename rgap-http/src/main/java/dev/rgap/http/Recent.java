package dev.rgap.http;

import dev.rgap.http.Happening.Kind;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * What has happened of late: noted from the start on, whether anybody asks or not, in memory that
 * is bounded. Until somebody asks this needs nothing but the JDK.
 */
final class Recent implements AutoCloseable {

  private static final int BASE = 36;

  private final HostClock clock;
  private final Membership.Subscription subscription;
  private final Scheduler.Task sampling;
  private final EventRing events = new EventRing();
  private final SizeRing sizes;
  private final String start;

  /**
   * Begins to note.
   *
   * @param scheduler whose thread does so; stays the caller's to close
   */
  Recent(Membership membership, Scheduler scheduler) {
    clock = scheduler.clock();
    start = Long.toString(clock.epochMicros(), BASE);
    sizes = new SizeRing(membership);
    subscription = membership.subscribeAll(scheduler, this::note);
    sampling = scheduler.every(SizeRing.INTERVAL, sizes::note);
  }

  private void note(MembershipEvent event) {
    // No switch over types: it would make classes at each start.
    if (event instanceof Joined joined) {
      add(Kind.JOINED, event, joined.address(), null);
    } else if (event instanceof Draining draining) {
      add(draining.begun() ? Kind.DRAINING : Kind.UNDRAINED, event, draining.address(), null);
    } else if (event instanceof Left left) {
      add(Kind.LEFT, event, left.address(), left.cause());
    } else if (event instanceof Ready) {
      add(Kind.READY, event, null, null);
    } else if (event instanceof State state) {
      if (state.missed() > 0) {
        events.add(Happening.reset(clock.epochMicros()));
      }
      add(Kind.STATE, event, null, null);
    }
  }

  private void add(
      Kind kind, MembershipEvent event, @Nullable IpAddress address, Left.@Nullable Cause cause) {
    GroupSnapshot snapshot = event.snapshot();
    events.add(
        new Happening(
            clock.epochMicros(),
            kind,
            snapshot.group(),
            address,
            cause,
            snapshot.addresses().size(),
            snapshot.ready()));
  }

  /** What distinguishes this process from those that listened here before. */
  String start() {
    return start;
  }

  EventRing events() {
    return events;
  }

  SizeRing sizes() {
    return sizes;
  }

  /** Notes nothing any more, and ends those who read. */
  @Override
  public void close() {
    subscription.close();
    sampling.cancel();
    events.close();
  }
}
