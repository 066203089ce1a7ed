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
 * <p>Clients can't take more than a certain number of connections. When there are more, the longest
 * idle one of those that had an answer, or neither asked nor took an answer for a second, makes
 * place. Where there is none the next ones wait, for who has just connected is about to ask.
 *
 * <p>A connection that does not finish a query, or does not read its answer, within the configured
 * time is closed. What a client can make a connection cost is an unfinished query, an unread answer
 * and the system's buffers, whose size is fixed.
 */
final class TcpServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

  /** No query is longer; one that claims to be ends its connection. */
  private static final int MAX_QUERY = 4_096;

  private static final int USUAL_QUERY = 512;

  /** Connections that the system keeps until there is a place for them. */
  private static final int BACKLOG = 512;

  private static final int RECEIVE_BUFFER = 16 << 10;
  private static final int SEND_BUFFER = 64 << 10;
  private static final int LENGTH_PREFIX = 2;
  private static final long PAUSE_MILLIS = 100;

  /** How long a connection may take for its first query, or its next answer, while others wait. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Only after so long without a failure is the next one said: they come in waves. */
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final DnsService service;
  private final Scheduler scheduler;
  private final int maxConnections;
  private final ServerSocketChannel server;
  private final int port;
  private final Thread acceptor;
  private final ResponderPool responders;
  private final AtomicBoolean bugLogged = new AtomicBoolean();

  // Of the acceptor:
  private boolean everFailed;
  private long failedAt;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Object lock = new Object();

  /** Those that had no answer yet or are asking; the longest silent one comes first. */
  @GuardedBy("lock")
  private final Set<Connection> asking = new LinkedHashSet<>();

  /**
   * Those that had an answer and did not finish a query since; the longest idle one comes first.
   */
  @GuardedBy("lock")
  private final Set<Connection> answered = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final Map<IpAddress, Integer> byClient = new HashMap<>();

  @GuardedBy("lock")
  private Scheduler.@Nullable Task sweep;

  /** A connection waits for a place. */
  @GuardedBy("lock")
  private boolean placeAwaited;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * Binds a socket and starts to accept connections.
   *
   * @param address the address, 0.0.0.0 for all of IPv4, or null for all addresses
   * @param scheduler calls for closing slow connections
   * @param maxConnections how many there may be; no more than the configuration allows
   * @throws IOException if the address or port can't be had
   */
  TcpServer(
      DnsService service,
      @Nullable InetAddress address,
      int port,
      Scheduler scheduler,
      int maxConnections)
      throws IOException {
    this.service = service;
    this.maxConnections = maxConnections;
    this.scheduler = scheduler;
    responders = new ResponderPool(service);
    server =
        address instanceof Inet4Address
            ? ServerSocketChannel.open(StandardProtocolFamily.INET)
            : ServerSocketChannel.open();
    try {
      // On Linux this only takes the port over from connections that have ended: as long as this
      // socket listens, nobody else gets it.
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
    while (server.isOpen()) {
      Socket socket = null;
      try {
        socket = server.accept().socket();
        admit(socket);
      } catch (IOException | RuntimeException | Error e) {
        failed(socket, e);
      }
    }
  }

  /** Nothing that goes wrong now, such as that there is no memory for a line, ends the thread. */
  private void failed(@Nullable Socket socket, Throwable e) {
    try {
      if (socket != null) {
        closeQuietly(socket);
      }
      if (server.isOpen()) {
        service.stats.acceptFailures.increment();
        sayFailed(e);
        pause();
      }
    } catch (RuntimeException | Error another) {
      pause();
    }
  }

  private void sayFailed(Throwable e) {
    long now = scheduler.clock().nanoTime();
    boolean quiet = !everFailed || now - failedAt >= QUIET_NANOS;
    everFailed = true;
    failedAt = now;
    if (quiet) {
      LOG.log(Level.WARNING, "DNS by TCP: accepting failed, trying again", e);
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
    Connection connection = new Connection(socket);
    try {
      admit(connection);
    } catch (RuntimeException | Error e) {
      forget(connection);
      throw e;
    }
  }

  private void admit(Connection connection) {
    Connection refused;
    synchronized (lock) {
      int ofClient = byClient.getOrDefault(connection.clientNetwork, 0);
      if (ofClient >= service.config().tcp().maxConnectionsPerClient()) {
        refused = connection;
      } else {
        refused = makePlace();
        if (closed) {
          refused = connection;
        } else {
          asking.add(connection);
          service.stats.connected(1);
          byClient.merge(connection.clientNetwork, 1, Integer::sum);
          connection.activeAt = scheduler.clock().nanoTime();
          if (sweep == null) {
            planSweep();
          }
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

  /**
   * Waits until there is a place for a connection, or this is closed.
   *
   * @return the connection that has lost its place for it, if one has
   */
  @GuardedBy("lock")
  private @Nullable Connection makePlace() {
    while (!closed && asking.size() + answered.size() >= maxConnections) {
      Connection idle = longestIdle();
      if (idle != null) {
        forget(idle);
        return idle;
      }
      long end = asking.iterator().next().activeAt + GRACE_NANOS;
      Scheduler.Task look = scheduler.at(end, this::lookForPlace);
      placeAwaited = true;
      try {
        lock.wait();
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "nobody interrupts this thread", e);
      } finally {
        placeAwaited = false;
        look.cancel();
      }
    }
    return null;
  }

  /** The longest idle one of those that may be closed when others wait. */
  @GuardedBy("lock")
  private @Nullable Connection longestIdle() {
    Connection idle = answered.isEmpty() ? null : answered.iterator().next();
    Connection silent = asking.isEmpty() ? null : asking.iterator().next();
    if (silent == null || scheduler.clock().nanoTime() - silent.activeAt < GRACE_NANOS) {
      return idle;
    }
    return idle == null || silent.activeAt - idle.activeAt < 0 ? silent : idle;
  }

  private void lookForPlace() {
    synchronized (lock) {
      if (placeAwaited) {
        lock.notifyAll();
      }
    }
  }

  /** Notes that a connection has finished a query or has had an answer. */
  private void touch(Connection connection, boolean hadAnswer) {
    synchronized (lock) {
      connection.activeAt = scheduler.clock().nanoTime();
      if (asking.remove(connection) || answered.remove(connection)) {
        (hadAnswer ? answered : asking).add(connection);
      }
      if (hadAnswer) {
        lookForPlace();
      }
    }
  }

  private void forget(Connection connection) {
    synchronized (lock) {
      if (asking.remove(connection) || answered.remove(connection)) {
        service.stats.connected(-1);
        byClient.computeIfPresent(
            connection.clientNetwork, (client, count) -> count == 1 ? null : count - 1);
        lookForPlace();
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
      long timeout = service.config().tcp().idleTimeout().toNanos();
      addSlow(asking, now - timeout, slow);
      addSlow(answered, now - timeout, slow);
      slow.forEach(this::forget);
      sweep = null;
      if (!closed && !(asking.isEmpty() && answered.isEmpty())) {
        planSweep();
      }
    }
    for (Connection connection : slow) {
      service.stats.connectionsTimedOut.increment();
      connection.closeSocket();
    }
  }

  private static void addSlow(Set<Connection> some, long since, List<Connection> slow) {
    for (Connection connection : some) {
      if (connection.activeAt - since > 0) {
        break;
      }
      slow.add(connection);
    }
  }

  @Override
  public void close() {
    List<Connection> open = new ArrayList<>();
    synchronized (lock) {
      closed = true;
      open.addAll(asking);
      open.addAll(answered);
      lookForPlace();
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

    /** When it got its place, or last finished a query or an answer; with the lock held only. */
    private long activeAt;

    Connection(Socket socket) {
      this.socket = socket;
      this.client = socket.getInetAddress();
      IpAddress address = IpAddress.of(client);
      this.clientNetwork = IpNetwork.prefix(address, address.isIpv4() ? 32 : 64);
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
        touch(this, false);
        byte[] answer = responders.respond(query, client, LENGTH_PREFIX);
        int answered = answer.length - LENGTH_PREFIX;
        if (answered == Responder.NONE) {
          return; // no query: there is no point in listening on
        }
        answer[0] = (byte) (answered >>> 8);
        answer[1] = (byte) answered;
        out.write(answer);
        touch(this, true);
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
