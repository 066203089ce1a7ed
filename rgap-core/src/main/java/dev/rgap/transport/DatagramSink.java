package dev.rgap.transport;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.time.Duration;

/** Somewhere to send datagrams to. */
@StableApi
public interface DatagramSink {

  /**
   * Sends one datagram.
   *
   * @param timeout how long it may take; zero for as long as it needs
   * @throws IOException if it can't be sent, with a message for people that names the destination
   */
  void send(byte[] datagram, Duration timeout) throws IOException;

  /** The destination as configured. */
  String label();
}
