package dev.rgap.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** An open socket that receives what is sent to an {@link Endpoint}. */
final class UdpPort implements UdpSource.Port {

  private static final System.Logger LOG = System.getLogger(UdpPort.class.getName());

  /** Room for about a second of a busy network's datagrams while this program is held up. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  /**
   * What a short datagram takes of the receive buffer. Linux charges 768 to 1,280 bytes for it, to
   * a buffer twice as large as the one that was asked for.
   */
  private static final int HELD_BYTES = 640;

  private final Endpoint endpoint;
  private final DatagramChannel channel;
  private final InetAddress host;

  /** Where the multicast group was joined; null for anything but multicast. */
  private final @Nullable NetworkInterface joinedOn;

  /** How the channel is set; the receiving thread's. */
  private boolean blocking = true;

  private UdpPort(
      Endpoint endpoint,
      DatagramChannel channel,
      InetAddress host,
      @Nullable NetworkInterface joinedOn) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.host = host;
    this.joinedOn = joinedOn;
  }

  /**
   * Binds a socket and joins the multicast group, if it is one.
   *
   * @throws IOException with a message for people that names the endpoint
   */
  static UdpPort open(Endpoint endpoint) throws IOException {
    InetAddress host = null;
    try {
      host =
          endpoint.host().isEmpty()
              ? InetAddress.getByName("::")
              : InetAddress.getByName(endpoint.host());
      // Looked up even where it has no effect: a misspelt interface is an error.
      NetworkInterface via = endpoint.via() == null ? null : Interfaces.select(endpoint.via());
      return host.isMulticastAddress()
          ? openMulticast(endpoint, host, via == null ? Interfaces.defaultFor(host) : via)
          : openUnicast(endpoint, host);
    } catch (UnknownHostException e) {
      throw new IOException("can't listen on " + endpoint + ": the host name can't be resolved", e);
    } catch (BindException e) {
      throw new IOException(
          "can't listen on "
              + endpoint
              + ": "
              + e.getMessage()
              + " (is another program using the port, or is it no address of this host?)",
          e);
    } catch (IOException e) {
      throw new IOException("can't listen on " + endpoint + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException(
          "can't listen on " + endpoint + ": " + Interfaces.describeUnchecked(e, host), e);
    }
  }

  private static UdpPort openUnicast(Endpoint endpoint, InetAddress host) throws IOException {
    boolean everything = host instanceof Inet6Address && host.isAnyLocalAddress();
    DatagramChannel channel =
        everything
            ? DatagramChannel.open() // hears IPv4 and, where the system has it, IPv6
            : DatagramChannel.open(Interfaces.family(host));
    try {
      askForBuffer(channel, endpoint);
      channel.bind(
          everything
              ? new InetSocketAddress(endpoint.port())
              : new InetSocketAddress(host, endpoint.port()));
      return new UdpPort(endpoint, channel, host, null);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static UdpPort openMulticast(Endpoint endpoint, InetAddress group, NetworkInterface via)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(Interfaces.family(group));
    try {
      askForBuffer(channel, endpoint);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      bindToGroup(channel, group, via, endpoint.port());
      channel.join(group, via);
      return new UdpPort(endpoint, channel, group, via);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Binds to the group's own address, so that nothing but the group's traffic arrives; systems that
   * don't know this get all addresses.
   */
  private static void bindToGroup(
      DatagramChannel channel, InetAddress group, NetworkInterface via, int port)
      throws IOException {
    InetAddress scoped =
        group instanceof Inet6Address
            ? Inet6Address.getByAddress(null, group.getAddress(), via)
            : group;
    try {
      channel.bind(new InetSocketAddress(scoped, port));
    } catch (BindException e) {
      channel.bind(new InetSocketAddress(port));
    }
  }

  private static void askForBuffer(DatagramChannel channel, Endpoint endpoint) throws IOException {
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
    if (granted < RECEIVE_BUFFER) {
      LOG.log(
          Level.INFO,
          "{0}: the system granted a receive buffer of {1} KiB instead of {2} KiB;"
              + " bursts may be lost (Linux: raise net.core.rmem_max)",
          endpoint,
          granted >> 10,
          RECEIVE_BUFFER >> 10);
    }
  }

  @Override
  public InetSocketAddress receive(ByteBuffer buffer) throws IOException {
    setBlocking(true);
    if (channel.receive(buffer) instanceof InetSocketAddress sender) {
      return sender;
    }
    throw new IOException("no datagram from a blocking socket");
  }

  @Override
  public @Nullable InetSocketAddress poll(ByteBuffer buffer) throws IOException {
    setBlocking(false);
    return (InetSocketAddress) channel.receive(buffer);
  }

  private void setBlocking(boolean block) throws IOException {
    if (blocking != block) {
      channel.configureBlocking(block);
      blocking = block;
    }
  }

  @Override
  public InetSocketAddress localAddress() throws IOException {
    if (channel.getLocalAddress() instanceof InetSocketAddress local) {
      return local;
    }
    throw new IOException("the socket is not bound");
  }

  @Override
  public int room() throws IOException {
    return Math.max(1, channel.getOption(StandardSocketOptions.SO_RCVBUF) / HELD_BYTES);
  }

  @Override
  public boolean followsInterface() {
    return joinedOn != null;
  }

  @Override
  public void checkInterface() throws IOException {
    if (joinedOn == null) {
      return;
    }
    NetworkInterface now =
        endpoint.via() == null ? Interfaces.defaultFor(host) : Interfaces.select(endpoint.via());
    // An interface that was deleted and made again has another index; the kernel has forgotten
    // this socket's membership with the old one.
    if (now.getIndex() != joinedOn.getIndex()) {
      throw new IOException(
          "the multicast group is now reached by interface "
              + describe(now)
              + ", it was joined on "
              + describe(joinedOn));
    }
  }

  private static String describe(NetworkInterface networkInterface) {
    return networkInterface.getName() + " (index " + networkInterface.getIndex() + ")";
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
