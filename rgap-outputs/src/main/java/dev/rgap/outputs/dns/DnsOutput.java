package dev.rgap.outputs.dns;

import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.BindFailure;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name server: answers from the membership as it is at the moment of the query.
 *
 * <pre>
 *   UdpServer (a thread for each address) --+
 *                                           +-> DnsService -> Responder -> Catalog -> GroupAnswers
 *   TcpServer (a virtual thread for each  --+                                            |
 *              connection)                                                    Membership.snapshot
 * </pre>
 */
final class DnsOutput implements Output {

  private static final System.Logger LOG = System.getLogger(DnsOutput.class.getName());
  private static final Duration ADDRESS_CHECK = Duration.ofSeconds(2);

  private final OutputContext context;
  private final DnsService service;
  private final OpenFiles openFiles;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<Integer> ports = new ArrayList<>();

  DnsOutput(DnsConfig config, OutputContext context) {
    this(config, context, OpenFiles.ofThisProcess());
  }

  DnsOutput(DnsConfig config, OutputContext context, OpenFiles openFiles) {
    this.openFiles = openFiles;
    this.context = context;
    Catalog catalog = new Catalog(config, context.membership(), context.scheduler().clock());
    service =
        new DnsService(
            config,
            catalog,
            context.scheduler().clock(),
            new SecureRandom().nextLong(),
            context.metrics());
  }

  /**
   * Goes by another configuration, if that has the same sockets.
   *
   * @return whether it does
   */
  boolean reconfigure(DnsConfig from, DnsConfig to) {
    boolean sameSockets =
        from.bind().equals(to.bind())
            && from.udpPayload() == to.udpPayload()
            && from.tcp().maxConnections() == to.tcp().maxConnections();
    if (sameSockets) {
      service.change(to, context.membership());
    }
    return sameSockets;
  }

  @Override
  public void start() throws IOException {
    DnsConfig config = service.config();
    int connections = openFiles.connections(config.tcp().maxConnections(), config.bind().size());
    if (connections < config.tcp().maxConnections()) {
      // Files are few. Where they are not, there are some left when the first connection comes.
      OpenFiles.loadVirtualSockets();
    }
    for (Endpoint endpoint : config.bind()) {
      InetAddress named = null;
      try {
        named = endpoint.host().isEmpty() ? null : InetAddress.getByName(endpoint.host());
        bind(endpoint.port(), named, connections);
      } catch (UnknownHostException e) {
        throw new IOException("bind_address " + endpoint + ": the name can't be resolved", e);
      } catch (BindException e) {
        throw new IOException(
            "bind_address " + endpoint + ": " + explain(e, named, endpoint.port()), e);
      } catch (IOException e) {
        throw new IOException("bind_address " + endpoint + ": " + e.getMessage(), e);
      }
      Endpoint bound = new Endpoint(endpoint.host(), ports.getLast(), null);
      LOG.log(Level.INFO, "DNS on {0}, UDP and TCP", bound);
    }
  }

  private static String explain(BindException e, @Nullable InetAddress address, int port) {
    String said = BindFailure.explain(e, address, port);
    return said.contains("in use")
        ? new PortHolders()
            .explain(port)
            .map(taken -> e.getMessage() + " (" + taken + ")")
            .orElse(said)
        : said;
  }

  private void bind(int port, @Nullable InetAddress named, int connections) throws IOException {
    boolean all = named == null || named.isAnyLocalAddress();
    // [::] is all addresses, as it is for announcements; 0.0.0.0 is those of IPv4.
    InetAddress address = all && !(named instanceof Inet4Address) ? null : named;
    // TCP first: its port can't be shared, so a second name server on this host is noticed.
    TcpServer tcp = keep(new TcpServer(service, address, port, context.scheduler(), connections));
    ports.add(tcp.port());
    if (all) {
      LocalAddresses addresses = keep(new LocalAddresses(service, address, tcp.port()));
      update(addresses); // before the start is over: the first query may come right after it
      Scheduler.Task check = context.scheduler().every(ADDRESS_CHECK, () -> update(addresses));
      keep(check::cancel);
    } else {
      keep(new UdpServer(service, address, tcp.port(), false));
    }
  }

  private static void update(LocalAddresses addresses) {
    try {
      addresses.update();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "this host's addresses can't be listed", e);
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    open.push(closeable);
    return closeable;
  }

  /** The ports in use, in the order of the configuration. */
  List<Integer> ports() {
    return List.copyOf(ports);
  }

  DnsStats stats() {
    return service.stats;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.log(Level.ERROR, "closing a DNS socket failed", e);
      }
    }
    if (!ports.isEmpty()) {
      ports.clear(); // closing again says nothing
      LOG.log(Level.INFO, service.stats.summary());
    }
  }
}
