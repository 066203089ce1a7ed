package dev.rgap.output;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.time.Duration;

/**
 * Hands the membership on to somewhere. Started once and closed once.
 *
 * <p>An output is single-threaded: after {@link #start}, everything it does runs on its {@link
 * OutputContext#scheduler}.
 */
@StableApi
public interface Output extends AutoCloseable {

  /**
   * Begins. Called before the first announcement is taken in.
   *
   * @throws IOException if it can't, which ends the listener; the message says why and what to do.
   *     A fault that may pass is no reason: it is logged once, counted, and tried again.
   */
  void start() throws IOException;

  /**
   * Ends: finishes what it is at within a bounded time and gives back what it holds. What was
   * published stays.
   */
  @Override
  void close();

  /** How long {@link #close} may have to wait for what the output is at; not negative. */
  default Duration closingTime() {
    return Duration.ZERO;
  }
}
