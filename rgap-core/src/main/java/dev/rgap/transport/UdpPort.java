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

  private final DatagramChannel channel;
  private final UdpPorts.Held held;

  /** Null for anything but multicast. */
  private final @Nullable Joined joined;

  /** How the channel is set; the receiving thread's. */
  private boolean blocking = true;

  private UdpPort(DatagramChannel channel, UdpPorts.Held held, @Nullable Joined joined) {
    this.channel = channel;
    this.held = held;
    this.joined = joined;
  }

  /** Opens the sockets of one source, one after the other. */
  static final class Opener implements UdpSource.Opener {
    private final UdpPorts ports;

    /** Outlives the sockets; null until the first one, and for anything but multicast. */
    private @Nullable GroupInterface place;

    Opener(UdpPorts ports) {
      this.ports = ports;
    }

    @Override
    public UdpPort open(Endpoint endpoint) throws IOException {
      return UdpPort.open(endpoint, this);
    }

    private GroupInterface placeOf(InetAddress group, Endpoint endpoint) {
      GroupInterface known = place;
      if (known == null || !known.group().equals(group)) {
        known = new GroupInterface(endpoint.via(), group);
        place = known;
      }
      return known;
    }
  }

  /**
   * Binds a socket and joins the multicast group, if it is one.
   *
   * @throws IOException with a message for people that names the endpoint
   */
  private static UdpPort open(Endpoint endpoint, Opener opener) throws IOException {
    InetAddress host = null;
    try {
      host =
          endpoint.host().isEmpty()
              ? InetAddress.getByName("::")
              : InetAddress.getByName(endpoint.host());
      if (host.isMulticastAddress()) {
        return openMulticast(endpoint, opener.ports, host, opener.placeOf(host, endpoint));
      }
      if (endpoint.via() != null) {
        // Looked up even where it has no effect: a misspelt interface is an error.
        Interfaces.require(endpoint.via());
      }
      return openUnicast(endpoint, opener.ports, host);
    } catch (UnknownHostException e) {
      throw new IOException("can't listen on " + endpoint + ": the host name can't be resolved", e);
    } catch (BindException e) {
      throw new IOException(
          "can't listen on " + endpoint + ": " + BindFailure.explain(e, host, endpoint.port()), e);
    } catch (IOException e) {
      throw new IOException("can't listen on " + endpoint + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException(
          "can't listen on " + endpoint + ": " + Interfaces.describeUnchecked(e, host), e);
    }
  }

  private static UdpPort openUnicast(Endpoint endpoint, UdpPorts ports, InetAddress host)
      throws IOException {
    boolean everything = host instanceof Inet6Address && host.isAnyLocalAddress();
    DatagramChannel channel =
        everything
            ? DatagramChannel.open() // hears IPv4 and, where the system has it, IPv6
            : DatagramChannel.open(Interfaces.family(host));
    try {
      askForBuffer(channel, endpoint);
      UdpPorts.Held held =
          ports.bindAlone(
              channel,
              everything
                  ? new InetSocketAddress(endpoint.port())
                  : new InetSocketAddress(host, endpoint.port()));
      return new UdpPort(channel, held, null);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static UdpPort openMulticast(
      Endpoint endpoint, UdpPorts ports, InetAddress group, GroupInterface place)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(Interfaces.family(group));
    UdpPorts.Held held = null;
    try {
      askForBuffer(channel, endpoint);
      NetworkInterface via = place.choose(null);
      boolean v6 = group instanceof Inet6Address;
      InetAddress scoped = v6 ? Inet6Address.getByAddress(null, group.getAddress(), via) : group;
      InetAddress everything = InetAddress.getByName(v6 ? "::" : "0.0.0.0");
      held =
          ports.bindGroup(
              channel,
              new InetSocketAddress(scoped, endpoint.port()),
              new InetSocketAddress(everything, endpoint.port()));
      if (held.isBesideOthers()) {
        LOG.log(
            Level.INFO,
            "{0}: while another program is at the port, only what is sent to the group is heard, and"
                + " nothing that is sent to this host''s addresses",
            endpoint);
      }
      return new UdpPort(channel, held, Joined.join(endpoint, channel, group, place, via));
    } catch (IOException | RuntimeException e) {
      channel.close();
      if (held != null) {
        held.giveBack();
      }
      throw e;
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
    return joined != null;
  }

  @Override
  public @Nullable String checkInterface() throws IOException {
    return joined == null ? null : joined.check();
  }

  @Override
  public boolean isMisplaced() {
    return held.isMisplaced();
  }

  @Override
  public long drops() {
    return held.drops();
  }

  @Override
  public void whenMisplaced(Runnable reopen) {
    held.whenMisplaced(reopen);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      held.giveBack();
    }
  }
}
