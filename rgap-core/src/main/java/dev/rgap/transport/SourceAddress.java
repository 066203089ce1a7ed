package dev.rgap.transport;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the address to send from among those of an interface, by the rules of RFC 6724, section
 * 5, as far as Java can know what they are about: the scope, the label, the longest common prefix.
 *
 * <p>For IPv4 the first of the right scope is taken, as the kernel does.
 */
final class SourceAddress {

  /** The values of {@link #scope}, as in multicast addresses (RFC 4291, section 2.7). */
  private static final int LINK_LOCAL = 0x2;

  private static final int SITE_LOCAL = 0x5;
  private static final int GLOBAL = 0xe;

  private SourceAddress() {}

  /**
   * The best one of the destination's family; null if there is none.
   *
   * @param candidates in the kernel's order
   */
  static @Nullable InetAddress choose(InetAddress destination, List<InetAddress> candidates) {
    InetAddress best = null;
    for (InetAddress candidate : candidates) {
      if (candidate instanceof Inet4Address == destination instanceof Inet4Address
          && (best == null || isBetter(candidate, best, destination))) {
        best = candidate;
      }
    }
    return best;
  }

  private static boolean isBetter(InetAddress one, InetAddress other, InetAddress destination) {
    if (one.equals(destination) || other.equals(destination)) {
      return one.equals(destination) && !other.equals(destination);
    }
    int scope = scope(one);
    int otherScope = scope(other);
    if (scope != otherScope) {
      return scope < otherScope ? scope >= scope(destination) : otherScope < scope(destination);
    }
    if (destination instanceof Inet4Address) {
      return false;
    }
    int label = label(destination);
    boolean matches = label(one) == label;
    return matches == (label(other) == label)
        ? commonPrefix(one, destination) > commonPrefix(other, destination)
        : matches;
  }

  /** How far an address reaches; RFC 6724, sections 3.1 and 3.2. */
  private static int scope(InetAddress address) {
    if (address.isMulticastAddress() && !(address instanceof Inet4Address)) {
      return address.getAddress()[1] & 0x0f;
    }
    if (address.isLinkLocalAddress() || address.isLoopbackAddress() || address.isMCLinkLocal()) {
      return LINK_LOCAL;
    }
    return address.isSiteLocalAddress() && !(address instanceof Inet4Address) ? SITE_LOCAL : GLOBAL;
  }

  /** What goes together; RFC 6724, section 2.1. */
  private static int label(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    if (address.isLoopbackAddress()) {
      return 0;
    }
    if (first >> 9 == 0xfc >> 1) {
      return 13; // unique local
    }
    if (first == 0x2002) {
      return 2; // 6to4
    }
    if (first == 0x2001 && second == 0) {
      return 5; // Teredo
    }
    if (first >> 6 == 0xfec0 >> 6) {
      return 11; // site-local
    }
    return 1;
  }

  private static int commonPrefix(InetAddress one, InetAddress other) {
    byte[] a = one.getAddress();
    byte[] b = other.getAddress();
    // No more than the usual length of an interface's prefix: what follows says nothing.
    for (int i = 0; i < 8; i++) {
      int differs = (a[i] ^ b[i]) & 0xff;
      if (differs != 0) {
        return i * 8 + Integer.numberOfLeadingZeros(differs) - 24;
      }
    }
    return 64;
  }
}
