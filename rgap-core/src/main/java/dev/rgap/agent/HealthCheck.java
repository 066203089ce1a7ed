package dev.rgap.agent;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.time.Duration;

/** Tells whether what runs at an agent's address is well enough to be sent work. */
@StableApi
public interface HealthCheck {

  /**
   * Returns if it is well. Called by one thread at a time, never by one that announces.
   *
   * @param timeout how long it may take; one that takes longer has failed, whatever comes of it
   * @throws IOException if it is not. The message says why, for people
   * @throws InterruptedException if the thread was interrupted, as when the agent ends
   */
  void run(Duration timeout) throws IOException, InterruptedException;

  /** What is checked, for people, such as {@code tcp 127.0.0.1:8080}. */
  String label();
}
