package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.time.HostClock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that is told each event, in order. When too many wait, all are dropped; the delivery
 * then asks the publisher for the current state of the subscribed groups instead.
 */
final class Mailbox extends Subscriber {

  private final Consumer<? super MembershipEvent> consumer;
  private final Supplier<List<GroupSnapshot>> currentState;
  private final Consumer<Mailbox> onClose;
  private final Lock publisherLock;

  @GuardedBy("monitor")
  private final ArrayDeque<MembershipEvent> waiting = new ArrayDeque<>();

  @GuardedBy("monitor")
  private long missed;

  @GuardedBy("monitor")
  private boolean overflowed;

  /** On the executor's thread only. */
  private @Nullable MembershipEvent delivering;

  /**
   * @param currentState the subscribed groups as they stand; called while holding the lock
   * @param publisherLock what the publisher holds while it changes groups and puts in events
   * @param onClose takes it off the publisher's lists
   */
  Mailbox(
      Executor executor,
      HostClock clock,
      Consumer<? super MembershipEvent> consumer,
      Supplier<List<GroupSnapshot>> currentState,
      Lock publisherLock,
      Consumer<Mailbox> onClose) {
    super(executor, clock);
    this.consumer = consumer;
    this.currentState = currentState;
    this.publisherLock = publisherLock;
    this.onClose = onClose;
  }

  @Override
  void put(MembershipEvent event) {
    synchronized (monitor) {
      if (isClosed()) {
        return;
      }
      if (overflowed) {
        missed++;
      } else if (waiting.size() >= Membership.MAX_PENDING_EVENTS) {
        missed += waiting.size() + 1L;
        waiting.clear();
        overflowed = true;
      } else {
        waiting.add(event);
      }
    }
  }

  @Override
  @GuardedBy("monitor")
  boolean isWaiting() {
    return overflowed || !waiting.isEmpty();
  }

  @Override
  @GuardedBy("monitor")
  void clear() {
    waiting.clear();
  }

  @Override
  boolean deliver() {
    MembershipEvent event = next();
    if (event == null) {
      return false;
    }
    delivering = event;
    consumer.accept(event);
    return true;
  }

  private @Nullable MembershipEvent next() {
    synchronized (monitor) {
      if (isClosed()) {
        return null;
      }
      if (!overflowed) {
        return waiting.poll();
      }
    }
    // No event may be published between taking the state and accepting events again.
    publisherLock.lock();
    try {
      List<GroupSnapshot> state = currentState.get();
      synchronized (monitor) {
        if (isClosed()) {
          return null;
        }
        overflowed = false;
        for (GroupSnapshot snapshot : state) {
          waiting.add(new State(snapshot, missed));
          missed = 0; // said once
        }
        return waiting.poll();
      }
    } finally {
      publisherLock.unlock();
    }
  }

  @Override
  String delivering() {
    return delivering == null ? "an event" : delivering.getClass().getSimpleName();
  }

  @Override
  void unsubscribe() {
    onClose.accept(this);
  }
}
