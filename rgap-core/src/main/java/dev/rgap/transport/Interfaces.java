package dev.rgap.transport;

import static java.util.Objects.requireNonNull;

import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.text.Glob;
import dev.rgap.transport.Endpoint.ByName;
import dev.rgap.transport.Endpoint.ByNetwork;
import dev.rgap.transport.Endpoint.InterfaceSelector;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Finds this host's network interfaces. */
final class Interfaces {

  private Interfaces() {}

  /**
   * The interface that is asked for, as it is now.
   *
   * @throws IOException if there is none; the message says which ones there are
   */
  static NetworkInterface select(InterfaceSelector selector) throws IOException {
    // Neither a switch over types nor a comparator, here and below: the start waits for the classes
    // that are made for them at run time.
    NetworkInterface found = find(selector);
    if (found == null) {
      String what =
          selector instanceof ByName
              ? "no network interface is named " + selector
              : "no network interface has an address in " + selector;
      throw new SocketException(what + " (there are: " + names() + ")" + hint(selector));
    }
    return found;
  }

  private static String hint(InterfaceSelector selector) {
    try {
      return selector instanceof ByName byName
          ? "; a network is written with its length: "
              + IpNetwork.parse(byName.name()).address()
              + "/LENGTH"
          : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * The interfaces that are up and are named so.
   *
   * @throws IOException if there is none; the message says which ones there are
   */
  static NetworkInterface[] matching(Glob name) throws IOException {
    List<NetworkInterface> found = new ArrayList<>();
    for (NetworkInterface each : all()) {
      if (name.matches(each.getName()) && each.isUp()) {
        found.add(each);
      }
    }
    if (found.isEmpty()) {
      throw new SocketException(
          "no network interface that is up is named " + name + " (there are: " + names() + ")");
    }
    return found.toArray(NetworkInterface[]::new);
  }

  /**
   * Looks whether there is the interface that is asked for.
   *
   * @throws IOException as {@link #select}
   */
  static void require(InterfaceSelector selector) throws IOException {
    requireNonNull(select(selector));
  }

  private static @Nullable NetworkInterface find(InterfaceSelector selector)
      throws SocketException {
    if (selector instanceof ByName byName) {
      return NetworkInterface.getByName(byName.name());
    }
    IpNetwork network = ((ByNetwork) selector).network();
    for (NetworkInterface candidate : all()) {
      if (isIn(network, candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** All interfaces by their index, which the JDK enumerates in reverse. */
  static List<NetworkInterface> all() throws SocketException {
    List<NetworkInterface> sorted = new ArrayList<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      int at = sorted.size();
      while (at > 0 && sorted.get(at - 1).getIndex() > each.getIndex()) {
        at--;
      }
      sorted.add(at, each);
    }
    return sorted;
  }

  /** The addresses in the kernel's order, IPv4 first; the JDK enumerates them in reverse. */
  static List<InetAddress> addresses(NetworkInterface of) {
    List<InetAddress> addresses = Collections.list(of.getInetAddresses());
    Collections.reverse(addresses);
    return addresses;
  }

  /** The addresses of all interfaces. */
  static List<InetAddress> addresses() throws SocketException {
    List<InetAddress> addresses = new ArrayList<>();
    for (NetworkInterface each : all()) {
      addresses.addAll(addresses(each));
    }
    return addresses;
  }

  /** Whether the address is of IPv6, and no interface has an address of IPv6. */
  static boolean lacksIpv6(InetAddress address) throws SocketException {
    if (isIpv4(address)) {
      return false;
    }
    for (InetAddress each : addresses()) {
      if (!isIpv4(each)) {
        return false;
      }
    }
    return true;
  }

  /** What it means that there is no IPv6, and what to do. */
  static String noIpv6(InetAddress address) {
    return IpAddress.describe(address)
        + " is an IPv6 address, and this host has no IPv6, or the JVM was told not to use it"
        + " (give an IPv4 address, or switch IPv6 on)";
  }

  static String names() throws SocketException {
    StringJoiner names = new StringJoiner(", ");
    for (NetworkInterface each : all()) {
      names.add(each.getName());
    }
    return names.toString();
  }

  /** Whether an interface has an address in a network. */
  static boolean isIn(IpNetwork network, NetworkInterface candidate) {
    for (InetAddress address : addresses(candidate)) {
      if (network.contains(IpAddress.of(address))) {
        return true;
      }
    }
    return false;
  }

  /** The interface as it is now; null if it is gone, or another one has its name. */
  static @Nullable NetworkInterface same(NetworkInterface known) throws SocketException {
    NetworkInterface now = NetworkInterface.getByName(known.getName());
    return now != null && now.getIndex() == known.getIndex() ? now : null;
  }

  /** The interface that the system's routes to a multicast group lead to; null if there is none. */
  static @Nullable NetworkInterface routedTo(InetAddress group) throws SocketException {
    InetAddress source;
    try (DatagramChannel probe = DatagramChannel.open(family(group))) {
      // Connecting a UDP socket sends nothing; it makes the system choose a route.
      probe.connect(new InetSocketAddress(group, 9));
      source =
          probe.getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : null;
    } catch (IOException e) {
      return null;
    }
    // The route, not the address that it sends from, which may be an address of another interface.
    String name = ProcNet.HOST.routeTo(group);
    NetworkInterface routed = name == null ? null : NetworkInterface.getByName(name);
    if (routed != null) {
      return routed;
    }
    return source == null ? null : holderOf(source);
  }

  private static @Nullable NetworkInterface holderOf(InetAddress address) throws SocketException {
    NetworkInterface loopback = null;
    for (NetworkInterface candidate : all()) {
      if (addresses(candidate).contains(address)) {
        if (!candidate.isLoopback()) {
          return candidate;
        }
        loopback = candidate;
      }
    }
    return loopback;
  }

  /**
   * An interface for a multicast group that there is no route to: the first that is up, can do
   * multicast and leads to more than one host, else any that is up.
   *
   * @throws IOException if no interface is up
   */
  static NetworkInterface anyFor(InetAddress group) throws IOException {
    NetworkInterface best = null;
    int bestRank = 0;
    for (NetworkInterface candidate : all()) {
      if (candidate.isUp() && addressFor(group, candidate) != null) {
        int rank =
            candidate.isLoopback() || !candidate.supportsMulticast()
                ? 1
                : candidate.isPointToPoint() ? 2 : 3;
        if (rank > bestRank) {
          best = candidate;
          bestRank = rank;
        }
      }
    }
    if (best == null) {
      throw new SocketException("no network interface is up");
    }
    return best;
  }

  /**
   * An address of the interface to send from: of the destination's family, and link-local if the
   * destination is, else rather not, since no router would pass it on. Null if it has none.
   */
  static @Nullable InetAddress addressFor(InetAddress destination, NetworkInterface of) {
    boolean linkLocal = destination.isLinkLocalAddress() || destination.isMCLinkLocal();
    InetAddress best = null;
    for (InetAddress address : addresses(of)) {
      if (isIpv4(address) == isIpv4(destination)) {
        if (address.isLinkLocalAddress() == linkLocal) {
          return address;
        }
        best = best == null ? address : best;
      }
    }
    return best;
  }

  private static boolean isIpv4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  static ProtocolFamily family(InetAddress address) {
    return isIpv4(address) ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
  }

  /**
   * What an unchecked exception of the JDK's sockets means, and what to do: where there is no IPv6,
   * they throw {@link UnsupportedOperationException} or {@link UnsupportedAddressTypeException}.
   *
   * @param host the address that was to be used, if it was known by then
   */
  static String describeUnchecked(RuntimeException e, @Nullable InetAddress host) {
    boolean unsupported =
        e instanceof UnsupportedOperationException || e instanceof UnsupportedAddressTypeException;
    return unsupported && host instanceof Inet6Address ? noIpv6(host) : e.toString();
  }
}
