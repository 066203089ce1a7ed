package dev.rgap.transport;

import dev.rgap.api.StableApi;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams to one endpoint: a host, a broadcast address or a multicast group.
 *
 * <p>The name and the interface are looked up and a socket is opened anew for each datagram, so
 * that a changed route or interface needs no restart. A changed address of a name is known as soon
 * as the JVM's cache forgets the old one, which is after half a minute unless the security property
 * {@code networkaddress.cache.ttl} says otherwise. This suits an agent, which sends once in
 * seconds, and nobody who sends thousands a second. Safe for all threads.
 */
@StableApi
public final class UdpSink implements DatagramSink {

  private final Endpoint endpoint;

  /** A sink for this endpoint; nothing is looked up yet. */
  public UdpSink(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String label() {
    return endpoint.toString();
  }

  @Override
  public void send(byte[] datagram, Duration timeout) throws IOException {
    InetAddress host = null;
    try {
      long start = System.nanoTime();
      NetworkInterface via = endpoint.via() == null ? null : Interfaces.select(endpoint.via());
      host = resolve();
      // The system's resolver can't be interrupted: an answer that came too late is not used.
      if (timeout.isPositive() && System.nanoTime() - start > timeout.toNanos()) {
        throw new SocketTimeoutException("looking up the host took longer than " + timeout);
      }
      if (endpoint.port() == 0) {
        throw new IOException("port 0 can't be sent to");
      }
      send(datagram, host, via);
    } catch (IOException e) {
      throw new IOException("can't send to " + endpoint + ": " + describe(e), e);
    } catch (RuntimeException e) {
      throw new IOException(
          "can't send to " + endpoint + ": " + Interfaces.describeUnchecked(e, host), e);
    }
  }

  private void send(byte[] datagram, InetAddress host, @Nullable NetworkInterface via)
      throws IOException {
    // Not a DatagramChannel: to open the first one the JDK looks for providers in all jars, which
    // takes longer than all else that announcing once does.
    try (DatagramSocket socket = new DatagramSocket(null)) {
      InetAddress destination = host;
      if (via != null) {
        InetAddress local = Interfaces.addressFor(host, via);
        if (local == null) {
          throw new IOException(
              "interface " + via.getName() + " has no address of the destination's family");
        }
        socket.bind(new InetSocketAddress(local, 0));
        if (host.isMulticastAddress()) {
          socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, via);
        }
        destination = scoped(host, via);
      }
      socket.setBroadcast(true);
      socket.send(new DatagramPacket(datagram, datagram.length, destination, endpoint.port()));
    }
  }

  private InetAddress resolve() throws UnknownHostException {
    // As for a listener, no host means this host; sending needs a concrete one.
    return endpoint.host().isEmpty()
        ? InetAddress.getLoopbackAddress()
        : InetAddress.getByName(endpoint.host());
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

  private static String describe(IOException e) {
    return e instanceof UnknownHostException
        ? "the name can't be resolved (" + e.getMessage() + ")"
        : String.valueOf(e.getMessage());
  }
}
