package dev.rgap.agent;

import dev.rgap.text.DurationText;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends to all destinations once, to all of them at the same time. */
final class OneRound {

  private final List<Destination> destinations;
  private final Supplier<List<byte[]>> announcements;
  private final Duration patience;

  /**
   * @param announcements makes the datagrams that say: now
   * @param patience how long it is waited until it is known where to send to
   */
  OneRound(
      List<Destination> destinations, Supplier<List<byte[]>> announcements, Duration patience) {
    this.destinations = destinations;
    this.announcements = announcements;
    this.patience = patience;
  }

  /** Sends, and adds what went wrong: a failure for each destination that could not be sent to. */
  void run(List<IOException> failed) {
    boolean[] waits = new boolean[destinations.size()];
    for (int i = 0; i < waits.length; i++) {
      // All look-ups at the same time, and while this one is signed.
      destinations.get(i).prepare();
      waits[i] = destinations.get(i).isWaiting();
    }
    List<byte[]> datagrams = announcements.get();
    @Nullable IOException[] failures = new @Nullable IOException[destinations.size()];
    @Nullable Thread[] threads = new @Nullable Thread[destinations.size()];
    // The last one is sent to on this thread: most often it is the only one.
    int last = destinations.size() - 1;
    for (int i = 0; i < last; i++) {
      int index = i;
      Thread thread =
          new Thread(
              () -> failures[index] = sendOnce(datagrams, destinations.get(index), waits[index]));
      thread.setDaemon(true);
      try {
        thread.start();
        threads[i] = thread;
      } catch (OutOfMemoryError e) {
        failures[i] = sendOnce(datagrams, destinations.get(i), waits[i]); // no thread to be had
      }
    }
    if (last >= 0) {
      failures[last] = sendOnce(datagrams, destinations.getLast(), waits[last]);
    }
    for (int i = 0; i < failures.length; i++) {
      Thread thread = threads[i];
      try {
        if (thread != null) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.add(new IOException("interrupted while sending to " + destinations.get(i).label()));
      }
      IOException failure = failures[i];
      if (failure != null) {
        failed.add(failure);
      }
    }
  }

  /** Sends the datagrams or, where that had to wait for a look-up, some that are made after it. */
  private @Nullable IOException sendOnce(
      List<byte[]> datagrams, Destination destination, boolean waits) {
    if (!waits) {
      return destination.send(datagrams, Duration.ZERO);
    }
    try {
      return destination.awaitPrepared(patience)
          ? destination.send(announcements.get(), Duration.ZERO)
          : new SocketTimeoutException(
              "can't send to "
                  + destination.label()
                  + ": looking it up takes longer than "
                  + DurationText.format(patience));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IOException("interrupted while looking up " + destination.label());
    } catch (RuntimeException | Error e) {
      return new IOException("can't send to " + destination.label() + ": " + e, e);
    }
  }
}
