package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.text.Glob;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint.ByName;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams to one endpoint: a host, a broadcast address or a multicast group.
 *
 * <p>The name and the interface are looked up and a socket is opened anew for each datagram, or for
 * those that are sent together, so that a changed route or interface needs no restart. A changed
 * address of a name is known as soon as the JVM's cache forgets the old one, which is after half a
 * minute unless the security property {@code networkaddress.cache.ttl} says otherwise. This suits
 * an agent, which sends once in seconds, and nobody who sends thousands a second. Safe for all
 * threads.
 *
 * <p>What is sent by interfaces whose name is a pattern, such as {@code @eth*}, goes out by each of
 * them that is up at the time, and has arrived as far as this host is concerned if one of them took
 * it.
 *
 * <p>What is sent to a name goes to all of its addresses. It has arrived as far as this host is
 * concerned if it could be sent to one of them: a host without IPv6 can't reach the IPv6 addresses.
 * Names are looked up on a thread of their own. To those who {@link #prepare}, a look-up that fails
 * or takes long makes no difference once there has been one that succeeded.
 */
@StableApi
public final class UdpSink implements DatagramSink {

  /** How many networks multicast passes unless more are asked for: the one that it is sent to. */
  public static final int DEFAULT_HOPS = 1;

  private static final int MOST_HOPS = 255;

  private final Endpoint endpoint;
  private final int hops;

  /** Null if there is nothing to look up. */
  private final @Nullable HostAddresses name;

  /** What was said about an address of the name that can't be sent to, while others can. */
  private volatile String said = "";

  /** A sink for this endpoint; nothing is looked up yet. */
  public UdpSink(Endpoint endpoint) {
    this(endpoint, DEFAULT_HOPS);
  }

  /**
   * The same for multicast that is to pass routers.
   *
   * @param hops how many networks multicast passes, 0 to 255 (its TTL, or hop limit): 0 for none
   *     but this host, 1 for the one that it is sent to, 2 for those behind one router. Makes no
   *     difference for other endpoints
   * @throws IllegalArgumentException if it is out of range
   */
  public UdpSink(Endpoint endpoint, int hops) {
    this(
        endpoint,
        hops,
        isName(endpoint.host())
            ? new HostAddresses(endpoint.host(), InetAddress::getAllByName, HostClock.system())
            : null);
  }

  UdpSink(Endpoint endpoint, int hops, @Nullable HostAddresses name) {
    if (hops < 0 || hops > MOST_HOPS) {
      throw new IllegalArgumentException(hops + " hops are out of range: 0 to " + MOST_HOPS);
    }
    this.endpoint = endpoint;
    this.hops = hops;
    this.name = name;
  }

  /** What is neither empty nor an address; {@link Endpoint} lets no bad IPv4 addresses pass. */
  private static boolean isName(String host) {
    boolean letters = false;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      letters |= c != '.' && (c < '0' || c > '9');
    }
    return letters && host.indexOf(':') < 0;
  }

  @Override
  public String label() {
    return endpoint.toString();
  }

  @Override
  public boolean prepare(Runnable found) {
    return name == null || name.prepare(found);
  }

  @Override
  public void send(byte[] datagram, Duration timeout) throws IOException {
    sendAll(List.of(datagram), timeout);
  }

  @Override
  public void sendAll(List<byte[]> datagrams, Duration timeout) throws IOException {
    InetAddress host = null;
    try {
      @Nullable NetworkInterface[] via = interfaces();
      InetAddress[] hosts = name == null ? null : name.addresses(timeout);
      if (endpoint.port() == 0) {
        throw new IOException("port 0 can't be sent to");
      }
      if (via.length == 1 && (hosts == null || hosts.length == 1)) {
        host = hosts == null ? literal() : hosts[0];
        UdpSending.send(datagrams, host, endpoint.port(), via[0], hops);
      } else {
        sendToAll(datagrams, hosts == null ? new InetAddress[] {literal()} : hosts, via);
      }
    } catch (IOException e) {
      throw new IOException("can't send to " + endpoint + ": " + describe(e) + hint(e, host), e);
    } catch (RuntimeException e) {
      throw new IOException(
          "can't send to " + endpoint + ": " + Interfaces.describeUnchecked(e, host), e);
    }
  }

  /** What is sent by; null stands for the system's choice. */
  private @Nullable NetworkInterface[] interfaces() throws IOException {
    if (endpoint.via() instanceof ByName byName && Glob.isPattern(byName.name())) {
      return Interfaces.matching(new Glob(byName.name()));
    }
    return new @Nullable NetworkInterface[] {
      endpoint.via() == null ? null : Interfaces.select(endpoint.via())
    };
  }

  private void sendToAll(
      List<byte[]> datagrams, InetAddress[] hosts, @Nullable NetworkInterface[] via)
      throws IOException {
    StringJoiner all = new StringJoiner("; ");
    StringJoiner odd = new StringJoiner("; ");
    boolean sent = false;
    for (InetAddress host : hosts) {
      for (NetworkInterface each : via) {
        String problem = null;
        try {
          UdpSending.send(datagrams, host, endpoint.port(), each, hops);
          sent = true;
        } catch (IOException e) {
          problem = name(host, each).concat(": ").concat(String.valueOf(e.getMessage()));
          if (!isOutOfReach(e)) {
            odd.add(problem);
          }
        } catch (RuntimeException e) {
          // No IPv6 on this host, most likely.
          problem = name(host, each).concat(": ").concat(Interfaces.describeUnchecked(e, host));
        }
        if (problem != null) {
          all.add(problem);
        }
      }
    }
    if (!sent) {
      throw new IOException(all.toString());
    }
    say(odd.toString());
  }

  /** A way out, for people. */
  private String name(InetAddress host, @Nullable NetworkInterface via) {
    String address = IpAddress.describe(host);
    return name == null && via != null
        ? via.getName()
        : via == null ? address : address.concat("@").concat(via.getName());
  }

  /** Says what is new about those that can't be sent to. */
  private void say(String odd) {
    if (!odd.equals(said)) {
      said = odd;
      if (!odd.isEmpty()) {
        System.getLogger(UdpSink.class.getName())
            .log(
                Level.WARNING,
                "{0} has addresses that can''t be sent to: {1}; sending to the others",
                endpoint,
                odd);
      }
    }
  }

  /**
   * Whether this host has no way to the address: neither a fault nor news where the name has others
   * that can be reached. Java knows the system's errors by their texts only.
   */
  private static boolean isOutOfReach(IOException e) {
    String why = String.valueOf(e.getMessage());
    return e instanceof NoAddressException
        || why.contains("Network is unreachable")
        || why.contains("No route to host")
        || why.contains("Cannot assign requested address")
        || why.contains("Address family not supported")
        || why.contains("Network unreachable");
  }

  private InetAddress literal() throws UnknownHostException {
    // As for a listener, no host means this host; sending needs a concrete one.
    return endpoint.host().isEmpty()
        ? InetAddress.getLoopbackAddress()
        : InetAddress.getByName(endpoint.host());
  }

  /** What to do about a failure, if that is known. */
  private String hint(IOException e, @Nullable InetAddress host) throws SocketException {
    if (host == null || !isOutOfReach(e) || e instanceof NoAddressException) {
      return "";
    }
    if (Interfaces.lacksIpv6(host)) {
      return ": " + Interfaces.noIpv6(host);
    }
    if (host.isMulticastAddress() && endpoint.via() == null) {
      return " (no route leads to this multicast group; choose an interface: "
          + endpoint
          + "@INTERFACE, which is one of "
          + Interfaces.names()
          + ")";
    }
    return "";
  }

  private static String describe(IOException e) {
    return e instanceof UnknownHostException
        ? "the name can't be resolved (" + e.getMessage() + ")"
        : String.valueOf(e.getMessage());
  }

  /** There is no address to send from. */
  static final class NoAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    NoAddressException(String message) {
      super(message);
    }
  }
}
