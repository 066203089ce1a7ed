package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of some networks: tells without making objects whether an address is among them, in
 * time that grows with the logarithm of how many networks there are. Immutable.
 *
 * <pre>
 *   10.0.0.0/8, 10.1.0.0/16, 192.0.2.0/24   ->   firsts  10.0.0.0         192.0.2.0
 *                 (lies in the first)            lasts   10.255.255.255   192.0.2.255
 * </pre>
 */
final class NetworkSet {

  /** The blocks of one family, in ascending order, none of which lies in another. */
  private static final class Blocks {
    private final IpAddress[] firsts;
    private final IpAddress[] lasts;

    Blocks(List<IpNetwork> networks) {
      List<IpNetwork> sorted = new ArrayList<>(networks);
      // A block before those that lie in it. Two blocks never overlap in another way.
      sorted.sort((a, b) -> {
        int byFirst = a.first().compareTo(b.first());
        return byFirst != 0 ? byFirst : Integer.compare(a.prefixLength(), b.prefixLength());
      });
      List<IpNetwork> apart = new ArrayList<>();
      for (IpNetwork network : sorted) {
        if (apart.isEmpty() || !apart.getLast().contains(network.first())) {
          apart.add(network);
        }
      }
      firsts = new IpAddress[apart.size()];
      lasts = new IpAddress[apart.size()];
      for (int i = 0; i < firsts.length; i++) {
        firsts[i] = apart.get(i).first();
        lasts[i] = apart.get(i).last();
      }
    }

    boolean contains(long high, long low) {
      int from = 0;
      int to = firsts.length;
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (compare(firsts[middle], high, low) > 0) {
          to = middle;
        } else if (compare(lasts[middle], high, low) < 0) {
          from = middle + 1;
        } else {
          return true;
        }
      }
      return false;
    }

    private static int compare(IpAddress address, long high, long low) {
      int byHigh = Long.compareUnsigned(address.high(), high);
      return byHigh != 0 ? byHigh : Long.compareUnsigned(address.low(), low);
    }
  }

  private final Blocks ipv4;

  /** Apart, as the IPv4 addresses lie in the middle of the IPv6 ones, but not in their networks. */
  private final Blocks ipv6;

  NetworkSet(List<IpNetwork> networks) {
    List<IpNetwork> four = new ArrayList<>();
    List<IpNetwork> six = new ArrayList<>();
    for (IpNetwork network : networks) {
      (network.address().isIpv4() ? four : six).add(network);
    }
    ipv4 = new Blocks(four);
    ipv6 = new Blocks(six);
  }

  boolean contains(long high, long low) {
    return (IpAddress.isIpv4(high, low) ? ipv4 : ipv6).contains(high, low);
  }
}
