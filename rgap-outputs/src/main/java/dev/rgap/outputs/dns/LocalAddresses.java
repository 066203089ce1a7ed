package dev.rgap.outputs.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers UDP queries at all addresses of this host, each from the very address that was asked.
 *
 * <p>A socket for all addresses can't choose where its answers come from: on a host with several,
 * the system takes the one that suits the way back, and the client drops the answer as a
 * stranger's. So each address has a socket of its own. One for all remains for addresses that have
 * just come, and for those that no interface shows (127.0.0.2): what it answers is right if the
 * system happens to choose the address that was asked.
 */
final class LocalAddresses implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(LocalAddresses.class.getName());

  private final DnsService service;
  private final @Nullable InetAddress wildcard;
  private final int port;
  private final Object lock = new Object();
  private final UdpServer everything;

  @GuardedBy("lock")
  private final Map<InetAddress, UdpServer> byAddress = new HashMap<>();

  @GuardedBy("lock")
  private final Set<InetAddress> refused = new HashSet<>();

  @GuardedBy("lock")
  private boolean closed;

  /**
   * Binds the first socket; {@link #update} binds the others.
   *
   * @param wildcard null for all addresses, or 0.0.0.0 for those of IPv4
   * @throws IOException if the port can't be had
   */
  LocalAddresses(DnsService service, @Nullable InetAddress wildcard, int port) throws IOException {
    this.service = service;
    this.wildcard = wildcard;
    this.port = port;
    everything = new UdpServer(service, wildcard, port, true);
  }

  /** Opens and closes sockets, so that there is one for each address that this host has now. */
  void update() throws IOException {
    Set<InetAddress> now =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> wildcard == null || address instanceof Inet4Address)
            .collect(Collectors.toSet());
    synchronized (lock) {
      if (!closed) {
        update(now);
      }
    }
  }

  @GuardedBy("lock")
  private void update(Set<InetAddress> now) {
    Set<InetAddress> gone = new HashSet<>(byAddress.keySet());
    gone.removeAll(now);
    for (InetAddress address : gone) {
      UdpServer server = byAddress.remove(address);
      if (server != null) {
        server.close();
      }
    }
    refused.retainAll(now);
    for (InetAddress address : now) {
      if (!byAddress.containsKey(address)) {
        open(address);
      }
    }
  }

  @GuardedBy("lock")
  private void open(InetAddress address) {
    try {
      byAddress.put(address, new UdpServer(service, address, port, true));
      refused.remove(address);
    } catch (IOException | RuntimeException e) {
      // An IPv6 address that is still being probed for duplicates: usable in a moment.
      if (refused.add(address)) {
        LOG.log(Level.DEBUG, "no DNS socket on " + IpAddress.describe(address) + " yet", e);
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      byAddress.values().forEach(UdpServer::close);
      byAddress.clear();
      everything.close();
    }
  }
}
