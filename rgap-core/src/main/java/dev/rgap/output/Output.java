package dev.rgap.output;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands the membership on to somewhere. Started once and closed once.
 *
 * <p>An output is single-threaded: after {@link #start}, everything it does by itself runs on its
 * {@link OutputContext#scheduler}. It is started and closed by other threads; a task may be running
 * when it is closed.
 */
@StableApi
public interface Output extends AutoCloseable {

  /**
   * Begins. When a listener starts, called before the first announcement is taken in.
   *
   * @throws IOException if it can't, which ends a listener that is starting; the message says why
   *     and what to do. A fault that may pass is no reason: it is logged once, counted, and tried
   *     again.
   */
  void start() throws IOException;

  /**
   * Ends: finishes what it is at within a bounded time and gives back what it holds. What was
   * published stays. Other outputs may be closed at the same time.
   */
  @Override
  void close();

  /** How long {@link #close} may have to wait for what the output is at; not negative. */
  default Duration closingTime() {
    return Duration.ZERO;
  }

  /**
   * How long one of its tasks may have to wait, as for a program, in the worst case; not negative.
   * Nothing if there is no limit. What takes minutes longer is held to hang.
   */
  default Optional<Duration> longestWait() {
    return Optional.of(Duration.ZERO);
  }
}
