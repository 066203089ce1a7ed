package dev.rgap.outputs.dns;

import dev.rgap.time.Scheduler;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries by TCP (RFC 7766): several on a connection, one after the other, on a virtual
 * thread for each connection.
 *
 * <p>Clients can't take more than the configured number of connections. A connection that is
 * silent, or that does not read its answers, for the configured time is closed.
 */
final class TcpServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

  /** No query is longer; one that claims to be ends its connection. */
  private static final int MAX_QUERY = 4_096;

  private static final int BACKLOG = 128;
  private static final int LENGTH_PREFIX = 2;
  private static final long PAUSE_MILLIS = 100;

  private final DnsService service;
  private final Scheduler scheduler;
  private final ServerSocket server;
  private final Thread acceptor;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Object lock = new Object();
  // Guarded by the lock:
  private final Set<Connection> connections = new HashSet<>();
  private final Map<InetAddress, Integer> byClient = new HashMap<>();
  private boolean sweeping;
  private boolean closed;

  /**
   * Binds a socket and starts to accept connections.
   *
   * @param address the address, or null for all addresses
   * @param scheduler calls for closing slow connections
   * @throws IOException if the address or port can't be had
   */
  TcpServer(DnsService service, @Nullable InetAddress address, int port, Scheduler scheduler)
      throws IOException {
    this.service = service;
    this.scheduler = scheduler;
    server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(
          address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port),
          BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    acceptor = new Thread(null, this::accept, "rgap-dns-tcp " + server.getLocalPort(), 0, false);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    boolean failing = false;
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        failing = false;
        admit(socket);
      } catch (IOException e) {
        if (!server.isClosed()) {
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
    InetAddress client = socket.getInetAddress();
    Connection connection = new Connection(socket, client, scheduler.clock().nanoTime());
    synchronized (lock) {
      DnsConfig.Tcp limits = service.config.tcp();
      boolean tooMany = byClient.getOrDefault(client, 0) >= limits.maxConnectionsPerClient();
      if (closed || tooMany) {
        service.stats.connectionsRefused.increment();
        connection.closeSocket();
        return;
      }
      if (connections.size() >= limits.maxConnections()) {
        connections.stream()
            .min(Comparator.comparingLong(other -> other.activeAt - connection.activeAt))
            .ifPresent(this::refuse);
      }
      connections.add(connection);
      byClient.merge(client, 1, Integer::sum);
      if (!sweeping) {
        sweeping = true;
        planSweep();
      }
    }
    Thread.ofVirtual().name("rgap-dns-tcp " + client).start(connection);
  }

  private void refuse(Connection connection) {
    service.stats.connectionsRefused.increment();
    forget(connection);
    connection.closeSocket();
  }

  private void forget(Connection connection) {
    synchronized (lock) {
      if (connections.remove(connection)) {
        byClient.computeIfPresent(
            connection.client, (client, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  private void planSweep() {
    scheduler.at(scheduler.clock().nanoTime() + TimeUnit.SECONDS.toNanos(1), this::sweep);
  }

  /** Closes what has been silent for too long; goes on as long as there are connections. */
  private void sweep() {
    List<Connection> slow = new ArrayList<>();
    synchronized (lock) {
      long now = scheduler.clock().nanoTime();
      long timeout = service.config.tcp().idleTimeout().toNanos();
      for (Connection connection : connections) {
        if (now - connection.activeAt >= timeout) {
          slow.add(connection);
        }
      }
      slow.forEach(this::forget);
      sweeping = !closed && !connections.isEmpty();
      if (sweeping) {
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

    /** When the client last finished a query or an answer. */
    private volatile long activeAt;

    Connection(Socket socket, InetAddress client, long now) {
      this.socket = socket;
      this.client = client;
      this.activeAt = now;
    }

    @Override
    public void run() {
      try (socket) {
        socket.setTcpNoDelay(true);
        converse();
      } catch (IOException e) {
        // The client is gone, or was closed for being slow: both are its own affair.
        LOG.log(Level.DEBUG, "a DNS connection ended", e);
      } catch (RuntimeException | Error e) {
        service.stats.dropped.increment();
        LOG.log(Level.DEBUG, "a DNS query could not be answered", e);
      } finally {
        forget(this);
      }
    }

    private void converse() throws IOException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      Responder responder = service.responder();
      boolean allowed = service.allows(client);
      byte[] query = new byte[512];
      byte[] answer = new byte[Responder.MAX_ANSWER];
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
        query = query.length < length ? new byte[MAX_QUERY] : query;
        in.readFully(query, 0, length);
        activeAt = scheduler.clock().nanoTime();
        int answered = responder.respond(query, length, true, allowed, answer);
        if (answered == Responder.NONE) {
          return; // no query: there is no point in listening on
        }
        byte[] framed = new byte[LENGTH_PREFIX + answered];
        framed[0] = (byte) (answered >>> 8);
        framed[1] = (byte) answered;
        System.arraycopy(answer, 0, framed, LENGTH_PREFIX, answered);
        out.write(framed);
        activeAt = scheduler.clock().nanoTime();
      }
    }

    void closeSocket() {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing a DNS connection failed", e);
      }
    }
  }
}
