package dev.rgap.outputs.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.time.Scheduler;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries by TCP (RFC 7766): several on a connection, one after the other, on a virtual
 * thread for each connection.
 *
 * <p>Clients can't take more than the configured number of connections. A connection that does not
 * finish a query, or does not read its answer, within the configured time is closed. What a client
 * can make a connection cost is an unfinished query, an unread answer and the system's buffers,
 * whose size is fixed.
 */
final class TcpServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

  /** No query is longer; one that claims to be ends its connection. */
  private static final int MAX_QUERY = 4_096;

  private static final int USUAL_QUERY = 512;
  private static final int BACKLOG = 128;
  private static final int RECEIVE_BUFFER = 16 << 10;
  private static final int SEND_BUFFER = 64 << 10;
  private static final int LENGTH_PREFIX = 2;
  private static final long PAUSE_MILLIS = 100;

  private final DnsService service;
  private final Scheduler scheduler;
  private final ServerSocketChannel server;
  private final int port;
  private final Thread acceptor;
  private final ResponderPool responders;
  private final AtomicBoolean bugLogged = new AtomicBoolean();

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Object lock = new Object();

  /** The one that has been idle for the longest comes first. */
  @GuardedBy("lock")
  private final Set<Connection> connections = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final Map<IpAddress, Integer> byClient = new HashMap<>();

  @GuardedBy("lock")
  private Scheduler.@Nullable Task sweep;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * Binds a socket and starts to accept connections.
   *
   * @param address the address, 0.0.0.0 for all of IPv4, or null for all addresses
   * @param scheduler calls for closing slow connections
   * @throws IOException if the address or port can't be had
   */
  TcpServer(DnsService service, @Nullable InetAddress address, int port, Scheduler scheduler)
      throws IOException {
    this.service = service;
    this.scheduler = scheduler;
    responders = new ResponderPool(service);
    server =
        address instanceof Inet4Address
            ? ServerSocketChannel.open(StandardProtocolFamily.INET)
            : ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER); // connections inherit it
      server.bind(
          address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port),
          BACKLOG);
      this.port = server.socket().getLocalPort();
    } catch (UnsupportedAddressTypeException e) {
      server.close();
      throw new IOException(UdpServer.NO_IPV6, e);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    acceptor = new Thread(null, this::accept, "rgap-dns-tcp " + this.port, 0, false);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return port;
  }

  private void accept() {
    boolean failing = false;
    while (server.isOpen()) {
      Socket socket = null;
      try {
        socket = server.accept().socket();
        admit(socket);
        failing = false;
      } catch (IOException | RuntimeException | Error e) {
        if (socket != null) {
          closeQuietly(socket);
        }
        if (server.isOpen()) {
          // Only a connection that is served shows that all is well again.
          if (!failing) {
            failing = true;
            LOG.log(Level.WARNING, "DNS by TCP: accepting failed, trying again", e);
          }
          pause();
        }
      }
    }
  }

  /** Out of descriptors, most likely: connections that end give some back. */
  private void pause() {
    try {
      stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admit(Socket socket) {
    Connection connection = new Connection(socket, scheduler.clock().nanoTime());
    try {
      admit(connection);
    } catch (RuntimeException | Error e) {
      forget(connection);
      throw e;
    }
  }

  private void admit(Connection connection) {
    Connection refused = null;
    synchronized (lock) {
      DnsConfig.Tcp limits = service.config.tcp();
      int ofClient = byClient.getOrDefault(connection.clientNetwork, 0);
      if (closed || ofClient >= limits.maxConnectionsPerClient()) {
        refused = connection;
      } else {
        if (connections.size() >= limits.maxConnections()) {
          refused = connections.iterator().next();
          forget(refused);
        }
        connections.add(connection);
        byClient.merge(connection.clientNetwork, 1, Integer::sum);
        if (sweep == null) {
          planSweep();
        }
      }
    }
    if (refused != null) {
      service.stats.connectionsRefused.increment();
      refused.closeSocket();
    }
    if (refused != connection) {
      Thread.ofVirtual().name("rgap-dns-tcp " + connection.clientNetwork).start(connection);
    }
  }

  private void touch(Connection connection) {
    synchronized (lock) {
      connection.activeAt = scheduler.clock().nanoTime();
      if (connections.remove(connection)) {
        connections.add(connection);
      }
    }
  }

  private void forget(Connection connection) {
    synchronized (lock) {
      if (connections.remove(connection)) {
        byClient.computeIfPresent(
            connection.clientNetwork, (client, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  @GuardedBy("lock")
  private void planSweep() {
    sweep =
        scheduler.at(scheduler.clock().nanoTime() + TimeUnit.SECONDS.toNanos(1), this::closeSlow);
  }

  /** Closes what has been silent for too long; goes on as long as there are connections. */
  private void closeSlow() {
    List<Connection> slow = new ArrayList<>();
    synchronized (lock) {
      long now = scheduler.clock().nanoTime();
      long timeout = service.config.tcp().idleTimeout().toNanos();
      for (Connection connection : connections) {
        if (now - connection.activeAt < timeout) {
          break;
        }
        slow.add(connection);
      }
      slow.forEach(this::forget);
      sweep = null;
      if (!closed && !connections.isEmpty()) {
        planSweep();
      }
    }
    for (Connection connection : slow) {
      service.stats.connectionsTimedOut.increment();
      connection.closeSocket();
    }
  }

  @Override
  public void close() {
    List<Connection> open;
    synchronized (lock) {
      closed = true;
      open = List.copyOf(connections);
      if (sweep != null) {
        sweep.cancel();
        sweep = null;
      }
    }
    stopped.countDown();
    try {
      server.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a DNS socket failed", e);
    }
    open.forEach(Connection::closeSocket);
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Connection implements Runnable {

    private final Socket socket;
    private final InetAddress client;

    /** What counts as one client: an address of IPv4, 64 bits of IPv6. */
    private final IpAddress clientNetwork;

    /** When the client last finished a query or an answer; with the lock held only. */
    private long activeAt;

    Connection(Socket socket, long now) {
      this.socket = socket;
      this.client = socket.getInetAddress();
      IpAddress address = IpAddress.of(client);
      this.clientNetwork = IpNetwork.prefix(address, address.isIpv4() ? 32 : 64);
      this.activeAt = now;
    }

    @Override
    public void run() {
      try (socket) {
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(SEND_BUFFER);
        converse();
      } catch (IOException e) {
        // The client is gone, or was closed for being slow: both are its own affair.
        LOG.log(Level.DEBUG, "a DNS connection ended", e);
      } catch (RuntimeException | Error e) {
        service.stats.dropped.increment();
        if (!bugLogged.getAndSet(true)) { // once: a client must not be able to fill the log
          LOG.log(Level.ERROR, "a DNS query could not be answered; going on", e);
        }
      } finally {
        forget(this);
      }
    }

    private void converse() throws IOException {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), USUAL_QUERY));
      OutputStream out = socket.getOutputStream();
      boolean allowed = service.allows(client);
      while (true) {
        int first = in.read();
        if (first < 0) {
          return;
        }
        int length = (first << 8) | in.readUnsignedByte();
        if (length > MAX_QUERY) {
          service.stats.dropped.increment();
          return;
        }
        byte[] query = new byte[length];
        in.readFully(query);
        touch(this);
        byte[] answer = responders.respond(query, allowed, LENGTH_PREFIX);
        int answered = answer.length - LENGTH_PREFIX;
        if (answered == Responder.NONE) {
          return; // no query: there is no point in listening on
        }
        service.log(client, answer, LENGTH_PREFIX, answered);
        answer[0] = (byte) (answered >>> 8);
        answer[1] = (byte) answered;
        out.write(answer);
        touch(this);
      }
    }

    void closeSocket() {
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a DNS connection failed", e);
    }
  }
}
