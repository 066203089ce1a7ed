package dev.rgap.agent;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What one agent sends to one destination, which others may use as well. */
final class Outbox {

  private final Destination destination;
  private final Duration timeout;
  private final Supplier<List<byte[]>> announcements;
  private final Runnable firstTried;

  private volatile boolean silent;

  /** Whether it was not known where to send to when something was offered last. */
  private volatile boolean waited;

  private volatile boolean tried;

  /**
   * Has nothing to send yet.
   *
   * @param timeout how long a datagram may take
   * @param announcements makes the datagrams that say: now
   * @param firstTried is called when something was sent for the first time, or could not be
   */
  Outbox(
      Destination destination,
      Duration timeout,
      Supplier<List<byte[]>> announcements,
      Runnable firstTried) {
    this.destination = destination;
    this.timeout = timeout;
    this.announcements = announcements;
    this.firstTried = firstTried;
  }

  Destination destination() {
    return destination;
  }

  Duration timeout() {
    return timeout;
  }

  /** Has datagrams sent on the destination's thread, instead of earlier ones that still wait. */
  void offer(List<byte[]> datagrams) {
    waited = destination.offer(this, datagrams, waited);
  }

  /** It has been found where to send to, or that this can't be found. */
  void found() {
    waited = false;
  }

  /** Sends nothing any more but goodbyes. */
  void fallSilent() {
    silent = true;
  }

  boolean isSilent() {
    return silent;
  }

  /** Datagrams that say: now; none if it has fallen silent. */
  List<byte[]> now() {
    return silent ? List.of() : announcements.get();
  }

  /** Something was sent, or could not be. */
  void tried() {
    if (!tried) {
      tried = true;
      firstTried.run();
    }
  }
}
