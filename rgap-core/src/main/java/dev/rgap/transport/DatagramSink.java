package dev.rgap.transport;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Somewhere to send datagrams to. */
@StableApi
public interface DatagramSink {

  /**
   * Begins to find out where to send to, where that may take long, such as to look up a name; waits
   * for nothing. Called before each datagram by those who would rather not wait in {@link #send}.
   *
   * @param found run as soon as there is somewhere to send to, if there was nothing at the time of
   *     this call, or somewhere new; on any thread. Also when finding out has failed, for {@code
   *     send} to say why
   * @return whether it can be sent now: to what is known by now
   */
  default boolean prepare(Runnable found) {
    return true;
  }

  /**
   * Sends one datagram.
   *
   * @param timeout how long it may take; zero for as long as it needs
   * @throws IOException if it can't be sent, with a message for people that names the destination
   */
  void send(byte[] datagram, Duration timeout) throws IOException;

  /**
   * Sends datagrams, in their order.
   *
   * @param timeout how long each may take; zero for as long as it needs
   * @throws IOException if one of them can't be sent; the others may have been sent or not
   */
  default void sendAll(List<byte[]> datagrams, Duration timeout) throws IOException {
    for (byte[] datagram : datagrams) {
      send(datagram, timeout);
    }
  }

  /** The destination as configured. */
  String label();
}
