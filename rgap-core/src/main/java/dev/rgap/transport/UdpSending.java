package dev.rgap.transport;

import dev.rgap.transport.UdpSink.NoAddressException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams to one address, from the address that suits it best.
 *
 * <p>Where an interface is given, the kernel's choice is taken if it is one of the interface's
 * addresses: it knows routes, subnets and which addresses are deprecated or temporary. Only where
 * its routes lead out of another interface the choice is made here.
 */
final class UdpSending {

  private UdpSending() {}

  /**
   * Sends them, by one socket.
   *
   * @param hops how many networks multicast passes, 0 to 255
   */
  static void send(
      List<byte[]> datagrams, InetAddress host, int port, @Nullable NetworkInterface via, int hops)
      throws IOException {
    InetSocketAddress destination =
        new InetSocketAddress(via == null ? host : scoped(host, via), port);
    InetAddress local = null;
    if (via != null) {
      List<InetAddress> addresses = Interfaces.addresses(via);
      local = SourceAddress.choose(destination.getAddress(), addresses);
      if (local == null) {
        throw new NoAddressException(
            "interface " + via.getName() + " has no address of the destination's family");
      }
      if (!host.isMulticastAddress() && sendAsRouted(datagrams, destination, addresses)) {
        return;
      }
    }
    boolean far = host.isMulticastAddress() && hops != UdpSink.DEFAULT_HOPS;
    try (DatagramSocket socket = far ? socketFor(host) : new DatagramSocket(null)) {
      if (local != null) {
        // The interface is all that the kernel needs to know for IPv6 multicast. For IPv4 the JDK
        // names the interface by its last address, which would become the sender's.
        if (!host.isMulticastAddress() || host instanceof Inet4Address) {
          socket.bind(new InetSocketAddress(local, 0));
        }
        if (host.isMulticastAddress()) {
          socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, via);
        }
      }
      if (far) {
        socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
      }
      socket.setBroadcast(true);
      send(datagrams, destination, socket);
    }
  }

  private static void send(
      List<byte[]> datagrams, InetSocketAddress destination, DatagramSocket socket)
      throws IOException {
    for (byte[] datagram : datagrams) {
      socket.send(new DatagramPacket(datagram, datagram.length, destination));
    }
  }

  /**
   * A socket of the host's family: for one of both families the JDK sets the hops of IPv6 only. All
   * else goes without, as to open the first channel the JDK looks for providers in all jars, which
   * takes longer than all else that announcing once does.
   */
  private static DatagramSocket socketFor(InetAddress host) throws IOException {
    return DatagramChannel.open(
            host instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6)
        .socket();
  }

  /**
   * Sends from the address that the kernel chooses, if it is one of these; else nothing is sent.
   */
  private static boolean sendAsRouted(
      List<byte[]> datagrams, InetSocketAddress destination, List<InetAddress> addresses)
      throws IOException {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.setBroadcast(true);
      try {
        // Connecting a UDP socket sends nothing; it makes the system choose a route.
        socket.connect(destination);
      } catch (SocketException e) {
        // There may be one by a rule for the interface's address.
        return false;
      }
      if (!addresses.contains(socket.getLocalAddress())) {
        return false;
      }
      send(datagrams, destination, socket);
      return true;
    }
  }

  /** A link-local address is only reachable together with its interface. */
  private static InetAddress scoped(InetAddress host, NetworkInterface via)
      throws UnknownHostException {
    boolean unscoped =
        host instanceof Inet6Address v6
            && v6.getScopeId() == 0
            && (host.isLinkLocalAddress() || host.isMCLinkLocal());
    return unscoped ? Inet6Address.getByAddress(null, host.getAddress(), via) : host;
  }
}
