package dev.rgap.transport;

import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint.ByName;
import dev.rgap.transport.Endpoint.ByNetwork;
import dev.rgap.transport.Endpoint.InterfaceSelector;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Comparator;
import java.util.stream.Collectors;
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
    NetworkInterface found =
        switch (selector) {
          case ByName(String name) -> NetworkInterface.getByName(name);
          case ByNetwork(IpNetwork network) -> findIn(network);
        };
    if (found == null) {
      String what =
          selector instanceof ByName
              ? "no network interface is named " + selector
              : "no network interface has an address in " + selector;
      throw new SocketException(what + " (there are: " + names() + ")");
    }
    return found;
  }

  private static @Nullable NetworkInterface findIn(IpNetwork network) throws SocketException {
    return NetworkInterface.networkInterfaces()
        .filter(candidate ->
            candidate.inetAddresses().anyMatch(address -> network.contains(IpAddress.of(address))))
        .findFirst()
        .orElse(null);
  }

  private static String names() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .map(NetworkInterface::getName)
        .collect(Collectors.joining(", "));
  }

  /**
   * The interface by which the system reaches a multicast group: the one that its routes name, else
   * the first that is up and can do multicast, else any that is up.
   *
   * @throws IOException if no interface is up
   */
  static NetworkInterface defaultFor(InetAddress group) throws IOException {
    try (DatagramChannel probe = DatagramChannel.open(family(group))) {
      // Connecting a UDP socket sends nothing; it makes the system choose a route.
      probe.connect(new InetSocketAddress(group, 9));
      if (probe.getLocalAddress() instanceof InetSocketAddress local) {
        NetworkInterface routed = NetworkInterface.getByInetAddress(local.getAddress());
        if (routed != null) {
          return routed;
        }
      }
    } catch (IOException e) {
      // No route to the group: the choice is made below.
    }
    NetworkInterface fallback = null;
    for (NetworkInterface candidate : NetworkInterface.networkInterfaces().toList()) {
      if (candidate.isUp() && addressFor(group, candidate) != null) {
        if (candidate.supportsMulticast() && !candidate.isLoopback()) {
          return candidate;
        }
        fallback = fallback == null ? candidate : fallback;
      }
    }
    if (fallback == null) {
      throw new SocketException("no network interface is up");
    }
    return fallback;
  }

  /**
   * An address of the interface to send from: of the destination's family, and link-local if the
   * destination is, else rather not, since no router would pass it on. Null if it has none.
   */
  static @Nullable InetAddress addressFor(InetAddress destination, NetworkInterface of) {
    boolean linkLocal = destination.isLinkLocalAddress() || destination.isMCLinkLocal();
    return of.inetAddresses()
        .filter(address -> family(address).equals(family(destination)))
        .min(Comparator.comparing(address -> address.isLinkLocalAddress() != linkLocal))
        .orElse(null);
  }

  static ProtocolFamily family(InetAddress address) {
    return address instanceof Inet4Address
        ? StandardProtocolFamily.INET
        : StandardProtocolFamily.INET6;
  }
}
