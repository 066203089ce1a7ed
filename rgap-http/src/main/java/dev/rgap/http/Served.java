package dev.rgap.http;

import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;

/**
 * What an API tells about: which questions there are, and what has to be noted before anybody asks.
 */
sealed interface Served extends AutoCloseable permits ServedListener, ServedAgents {

  /** What the local socket is of. */
  LocalSocket.Kind kind();

  /** Where the API's own numbers are kept. */
  Metrics metrics();

  /** What tries again what could not be had; closed with this. */
  Scheduler scheduler();

  /** What can be asked; called when the first client has come. */
  Routes routes(Traffic traffic);

  /** Ends answers that go on and on: whoever asks again has to show another token. */
  void endStreams();

  @Override
  void close();
}
