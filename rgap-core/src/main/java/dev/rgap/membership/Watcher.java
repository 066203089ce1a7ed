package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.time.HostClock;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A subscriber that is told that something has changed, once for any number of changes. */
final class Watcher extends Subscriber {

  private final Runnable consumer;
  private final Consumer<Watcher> onClose;

  /** Begins with a call. */
  @GuardedBy("monitor")
  private boolean changed = true;

  /**
   * @param onClose takes it off the publisher's lists
   */
  Watcher(Executor executor, HostClock clock, Runnable consumer, Consumer<Watcher> onClose) {
    super(executor, clock);
    this.consumer = consumer;
    this.onClose = onClose;
  }

  @Override
  void put(MembershipEvent event) {
    synchronized (monitor) {
      changed = true;
    }
  }

  @Override
  @GuardedBy("monitor")
  boolean isWaiting() {
    return changed;
  }

  @Override
  @GuardedBy("monitor")
  void clear() {
    changed = false;
  }

  @Override
  boolean deliver() {
    synchronized (monitor) {
      if (isClosed() || !changed) {
        return false;
      }
      changed = false; // before the call: what changes during it asks for another
    }
    consumer.run();
    return true;
  }

  @Override
  String delivering() {
    return "a change";
  }

  @Override
  void unsubscribe() {
    onClose.accept(this);
  }
}
