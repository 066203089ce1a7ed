package dev.rgap.transport;

import dev.rgap.api.StableApi;

/** Takes in what a {@link DatagramSource} receives. */
@StableApi
@FunctionalInterface
public interface DatagramHandler {

  /**
   * Called for each datagram, on the source's thread.
   *
   * @param datagram holds the datagram from index 0; only valid during the call
   * @param length the datagram's length; one that did not fit is cut to the array's length
   * @param sender where it came from, unverified; only valid during the call
   */
  void received(byte[] datagram, int length, Sender sender);
}
