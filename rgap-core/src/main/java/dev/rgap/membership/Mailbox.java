package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.State;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one subscriber, and their delivery.
 *
 * <p>Events are put in under the publisher's lock and delivered outside of it, by at most one task
 * at a time. When too many wait, all are dropped; the delivery then asks the publisher for the
 * current state of the subscribed groups instead.
 */
final class Mailbox implements Membership.Subscription {

  private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

  /** Deliveries made by one task, so that other tasks of the same executor get their turn. */
  private static final int BATCH = 256;

  private final Executor executor;
  private final Consumer<? super MembershipEvent> subscriber;
  private final Supplier<List<GroupSnapshot>> currentState;
  private final Consumer<Mailbox> onClose;
  private final Lock publisherLock;

  private final ArrayDeque<MembershipEvent> waiting = new ArrayDeque<>();
  private long missed;
  private boolean overflowed;
  private boolean scheduled;
  private boolean closed;

  /**
   * @param currentState the subscribed groups as they stand; called while holding the lock
   * @param publisherLock what the publisher holds while it changes groups and puts in events
   */
  Mailbox(
      Executor executor,
      Consumer<? super MembershipEvent> subscriber,
      Supplier<List<GroupSnapshot>> currentState,
      Lock publisherLock,
      Consumer<Mailbox> onClose) {
    this.executor = executor;
    this.subscriber = subscriber;
    this.currentState = currentState;
    this.publisherLock = publisherLock;
    this.onClose = onClose;
  }

  /** Puts an event in; to be followed by {@link #wake} when the lock is released. */
  void put(MembershipEvent event) {
    synchronized (waiting) {
      if (closed) {
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

  /** Sees to it that what waits is delivered. */
  void wake() {
    synchronized (waiting) {
      if (scheduled || closed || (waiting.isEmpty() && !overflowed)) {
        return;
      }
      scheduled = true;
    }
    try {
      executor.execute(this::deliver);
    } catch (RejectedExecutionException e) {
      // The subscriber's executor has ended: so has the subscription.
      close();
    }
  }

  private void deliver() {
    for (int i = 0; i < BATCH; i++) {
      MembershipEvent event = next();
      if (event == null) {
        break;
      }
      try {
        subscriber.accept(event);
      } catch (RuntimeException | Error e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "a subscriber failed on " + event.getClass().getSimpleName() + "; going on",
            e);
      }
    }
    synchronized (waiting) {
      scheduled = false;
    }
    wake();
  }

  private @Nullable MembershipEvent next() {
    synchronized (waiting) {
      if (closed) {
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
      synchronized (waiting) {
        if (closed) {
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
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.clear();
    }
    onClose.accept(this);
  }
}
