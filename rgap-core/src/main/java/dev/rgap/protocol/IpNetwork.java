package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import dev.rgap.text.Digits;

/**
 * A block of addresses that begin with the same bits, as in CIDR notation (RFC 4632 section 3.1).
 *
 * @param address an address in the network; bits behind the prefix don't matter
 * @param prefixLength how many bits its addresses have in common: 0 to 32 for IPv4, 0 to 128 for
 *     IPv6
 */
@StableApi
public record IpNetwork(IpAddress address, int prefixLength) {

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException if it is negative or longer than an address
   */
  public IpNetwork {
    int greatest = address.isIpv4() ? IPV4_BITS : IPV6_BITS;
    if (prefixLength < 0 || prefixLength > greatest) {
      throw new IllegalArgumentException(
          "the prefix length must be a number from 0 to " + greatest);
    }
  }

  /**
   * Reads {@code address/prefixlen}; an address alone stands for itself.
   *
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  public static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (slash < 0) {
      return new IpNetwork(address, address.isIpv4() ? IPV4_BITS : IPV6_BITS);
    }
    String length = text.substring(slash + 1);
    return new IpNetwork(address, Digits.only(length, 10, 3) ? Integer.parseInt(length) : -1);
  }

  /** Whether the address lies in the network. */
  public boolean contains(IpAddress other) {
    return address.isIpv4() == other.isIpv4()
        && ((address.high() ^ other.high()) & highMask()) == 0
        && ((address.low() ^ other.low()) & lowMask()) == 0;
  }

  /** The first of its addresses. */
  public IpAddress first() {
    return new IpAddress(address.high() & highMask(), address.low() & lowMask());
  }

  /** The last of its addresses. */
  public IpAddress last() {
    return new IpAddress(address.high() | ~highMask(), address.low() | ~lowMask());
  }

  /** The first address of the network of this length that an address lies in. */
  public static IpAddress prefix(IpAddress address, int prefixLength) {
    return new IpNetwork(address, prefixLength).first();
  }

  private long highMask() {
    return mask(Math.min(bits(), 64));
  }

  private long lowMask() {
    return mask(Math.max(bits() - 64, 0));
  }

  /** The prefix's length in the 128 bits that an {@link IpAddress} has. */
  private int bits() {
    return address.isIpv4() ? IPV6_BITS - IPV4_BITS + prefixLength : prefixLength;
  }

  /** The mask of the first {@code length} of 64 bits; 0 to 64. */
  private static long mask(int length) {
    return length == 0 ? 0 : -1L << (64 - length);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
