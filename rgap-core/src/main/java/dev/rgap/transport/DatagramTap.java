package dev.rgap.transport;

import dev.rgap.api.StableApi;

/**
 * Sees each datagram of a listener as it arrived, before anything has been decided about it: whole
 * or not, genuine or not, old or new.
 *
 * <p>Called on the thread of the source, which receives nothing meanwhile: it must not block. What
 * it throws is a bug, and is treated as one of the source's handler.
 */
@StableApi
@FunctionalInterface
public interface DatagramTap {

  /**
   * Takes a look at a datagram.
   *
   * @param datagram holds the datagram from index 0; must be neither kept nor changed
   * @param length the datagram's length; one that did not fit is cut to the array's length
   * @param sender where it came from, unverified; must not be kept
   */
  void datagram(byte[] datagram, int length, Sender sender);
}
