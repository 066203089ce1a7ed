package dev.rgap.outputs.dns;

import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.ReceiveLoop;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * Answers what arrives at one UDP socket, on a thread of its own, see {@link ReceiveLoop}; should
 * the socket fail, on the same port of another.
 */
final class UdpServer implements AutoCloseable {

  /** Where a socket is bound; tests make some that fail. */
  @FunctionalInterface
  interface Binding {
    DatagramChannel bind(int port) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(UdpServer.class.getName());

  static final String NO_IPV6 =
      "this host has no IPv6, or the JVM was told not to use it (give an IPv4 address, or switch"
          + " IPv6 on)";

  private static final int MAX_QUERY = 4_096;
  private static final int BUFFER = 1 << 20;

  private final DnsService service;
  private final InetSocketAddress local;

  /** Of this socket: a host's addresses come and go. */
  private final Metrics numbers;

  private final ReceiveLoop<Socket> loop;

  // Of the loop's thread, for one query after the other:
  private Responder responder;
  private final byte[] message = new byte[MAX_QUERY];
  private final byte[] answer;
  private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_QUERY);
  private final ByteBuffer out;

  /**
   * Binds a socket and starts to answer.
   *
   * @param address the address, or null for all addresses
   * @param shared whether other sockets of this server have the same port on other addresses, all
   *     addresses among them
   * @throws IOException if the address or port can't be had
   */
  UdpServer(DnsService service, @Nullable InetAddress address, int port, boolean shared)
      throws IOException {
    this(service, port, at -> bind(address, at, shared));
  }

  UdpServer(DnsService service, int port, Binding binding) throws IOException {
    this.service = service;
    responder = service.responder();
    answer = new byte[Math.max(service.config().udpPayload(), MAX_QUERY)];
    out = ByteBuffer.allocateDirect(answer.length);
    DatagramChannel first = binding.bind(port);
    try {
      local = localAddress(first);
    } catch (IOException | RuntimeException e) {
      first.close();
      throw e;
    }
    String endpoint = endpoint(local);
    numbers = service.metrics.scope("socket", endpoint);
    String label = "DNS " + endpoint;
    loop =
        new ReceiveLoop<>(
            label, LOG, ReceiveLoop.Numbers.of(numbers, "rgap_dns_socket", "DNS socket"));
    loop.start(
        "rgap-dns-udp " + endpoint,
        new Socket(first),
        () -> new Socket(binding.bind(local.getPort())));
  }

  private static String endpoint(InetSocketAddress local) {
    return new Endpoint(IpAddress.describe(local.getAddress()), local.getPort(), null).toString();
  }

  private static InetSocketAddress localAddress(DatagramChannel channel) throws IOException {
    if (channel.getLocalAddress() instanceof InetSocketAddress bound) {
      return bound;
    }
    throw new IOException("the socket is not bound");
  }

  private static DatagramChannel bind(@Nullable InetAddress address, int port, boolean shared)
      throws IOException {
    DatagramChannel opened = open(address);
    try {
      opened.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
      opened.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
      // Not SO_REUSEADDR: with that, every user of this host could bind one of the addresses and
      // take over its queries. This one shares with sockets of the same user only.
      if (shared && opened.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        opened.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      opened.bind(
          address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port));
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static DatagramChannel open(@Nullable InetAddress address) throws IOException {
    if (address == null) {
      return DatagramChannel.open();
    }
    try {
      return DatagramChannel.open(
          address.getAddress().length == 4
              ? StandardProtocolFamily.INET
              : StandardProtocolFamily.INET6);
    } catch (UnsupportedOperationException e) {
      throw new IOException(NO_IPV6, e);
    }
  }

  int port() {
    return local.getPort();
  }

  /** The socket as it is now, and who asked last. */
  private final class Socket implements ReceiveLoop.Session {

    private final DatagramChannel channel;
    private @Nullable InetSocketAddress client;

    Socket(DatagramChannel channel) {
      this.channel = channel;
    }

    @Override
    public void receive() throws IOException {
      in.clear();
      if (!(channel.receive(in) instanceof InetSocketAddress from)) {
        throw new IOException("no datagram from a blocking socket");
      }
      client = from;
    }

    @Override
    public void handle() {
      InetSocketAddress asking = client;
      if (asking == null) {
        return;
      }
      int length = in.flip().remaining();
      in.get(message, 0, length);
      try {
        responder = service.current(responder);
        int answered = service.respondUdp(responder, message, length, asking.getAddress(), answer);
        if (answered != Responder.NONE) {
          channel.send(out.clear().put(answer, 0, answered).flip(), asking);
        }
      } catch (IOException e) {
        // No way to this client; it asks again or it doesn't. A socket that is broken shows it when
        // the next query is waited for.
        LOG.log(Level.DEBUG, "a DNS answer could not be sent", e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Override
  public void close() {
    loop.close();
    numbers.forget();
  }
}
