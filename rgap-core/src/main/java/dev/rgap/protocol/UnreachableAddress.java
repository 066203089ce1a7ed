package dev.rgap.protocol;

import dev.rgap.api.InternalApi;
import org.jspecify.annotations.Nullable;

/**
 * Tells the addresses at which no other host can be reached (RFC 6890, RFC 4291 section 2.4): an
 * announcement of one is most often a mistake.
 */
@InternalApi
public final class UnreachableAddress {

  private UnreachableAddress() {}

  /**
   * What is the matter with an address, in words such as {@code a loopback address}. Allocates
   * nothing.
   *
   * @param high the first eight octets
   * @param low the last eight octets
   * @return null if another host may be there
   */
  public static @Nullable String kind(long high, long low) {
    return IpAddress.isIpv4(high, low) ? kindOfIpv4((int) low) : kindOfIpv6(high, low);
  }

  private static @Nullable String kindOfIpv4(int bits) {
    int first = bits >>> 24;
    if (bits == 0) {
      return "the unspecified address";
    }
    if (bits == -1) {
      return "the broadcast address";
    }
    if (first == 0) {
      return "an address of 'this network'";
    }
    if (first == 127) {
      return "a loopback address";
    }
    if (first >>> 4 == 0xe) {
      return "a multicast address";
    }
    return bits >>> 16 == 0xa9fe ? "a link-local address" : null;
  }

  private static @Nullable String kindOfIpv6(long high, long low) {
    if (high == 0 && low >>> 1 == 0) {
      return low == 0 ? "the unspecified address" : "a loopback address";
    }
    if (high >>> 56 == 0xff) {
      return "a multicast address";
    }
    return high >>> 54 == 0xfe80 >>> 6 ? "a link-local address" : null;
  }
}
