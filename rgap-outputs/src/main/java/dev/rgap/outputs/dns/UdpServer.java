package dev.rgap.outputs.dns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers what arrives at one UDP socket, on a thread of its own. */
final class UdpServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(UdpServer.class.getName());

  private static final int MAX_QUERY = 4_096;
  private static final int BUFFER = 1 << 20;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final DnsService service;
  private final @Nullable InetAddress address;
  private final boolean shared;
  private final InetSocketAddress local;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Object lock = new Object();
  // Guarded by the lock:
  private @Nullable DatagramChannel channel;
  private boolean closed;

  /**
   * Binds a socket and starts to answer.
   *
   * @param address the address, or null for all addresses
   * @param shared whether other sockets of this server have the same port on other addresses
   * @throws IOException if the address or port can't be had
   */
  UdpServer(DnsService service, @Nullable InetAddress address, int port, boolean shared)
      throws IOException {
    this.service = service;
    this.address = address;
    this.shared = shared;
    DatagramChannel first = open(port);
    channel = first;
    local = localAddress(first);
    thread = new Thread(null, this::run, "rgap-dns-udp " + local, 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private static InetSocketAddress localAddress(DatagramChannel channel) throws IOException {
    if (channel.getLocalAddress() instanceof InetSocketAddress bound) {
      return bound;
    }
    throw new IOException("the socket is not bound");
  }

  private DatagramChannel open(int port) throws IOException {
    DatagramChannel opened =
        address == null
            ? DatagramChannel.open()
            : DatagramChannel.open(
                address.getAddress().length == 4
                    ? StandardProtocolFamily.INET
                    : StandardProtocolFamily.INET6);
    try {
      opened.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
      opened.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
      if (shared) {
        opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      opened.bind(
          address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port));
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  int port() {
    return local.getPort();
  }

  private void run() {
    Responder responder = service.responder();
    byte[] message = new byte[MAX_QUERY];
    byte[] answer = new byte[Math.max(service.config.udpPayload(), MAX_QUERY)];
    ByteBuffer in = ByteBuffer.allocateDirect(MAX_QUERY);
    ByteBuffer out = ByteBuffer.allocateDirect(answer.length);
    boolean failing = false;
    boolean bugLogged = false;
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        DatagramChannel open = openAgain();
        if (open == null) {
          return;
        }
        while (true) {
          in.clear();
          if (!(open.receive(in) instanceof InetSocketAddress client)) {
            throw new IOException("no datagram from a blocking socket");
          }
          if (failing) {
            failing = false;
            LOG.log(Level.INFO, "DNS {0}: receiving again", local);
          }
          pause = FIRST_PAUSE_MILLIS;
          int length = in.flip().remaining();
          in.get(message, 0, length);
          try {
            int answered =
                service.respondUdp(responder, message, length, client.getAddress(), answer);
            if (answered != Responder.NONE) {
              out.clear().put(answer, 0, answered).flip();
              send(open, out, client);
            }
          } catch (RuntimeException | Error e) {
            service.stats.dropped.increment();
            if (!bugLogged) {
              bugLogged = true; // once: a sender must not be able to fill the log
              LOG.log(Level.ERROR, "a DNS query could not be answered; going on", e);
            }
          }
        }
      } catch (IOException e) {
        if (!closeChannel()) {
          return;
        }
        if (!failing) {
          failing = true;
          LOG.log(
              Level.WARNING, "DNS {0}: receiving failed, trying again: {1}", local, e.getMessage());
        }
        if (!pause(pause)) {
          return;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  private static void send(DatagramChannel open, ByteBuffer out, InetSocketAddress client)
      throws IOException {
    try {
      open.send(out, client);
    } catch (IOException e) {
      if (!open.isOpen()) {
        throw e;
      }
      // No way to this client; it asks again or it doesn't.
      LOG.log(Level.DEBUG, "a DNS answer could not be sent", e);
    }
  }

  private @Nullable DatagramChannel openAgain() throws IOException {
    synchronized (lock) {
      if (!closed && channel == null) {
        channel = open(local.getPort());
      }
      return closed ? null : channel;
    }
  }

  private boolean closeChannel() {
    synchronized (lock) {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.log(Level.DEBUG, "closing a DNS socket failed", e);
        }
      }
      channel = null;
      return !closed;
    }
  }

  /** Waits; false if this server was closed meanwhile. */
  private boolean pause(long millis) {
    try {
      return !stopped.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    stopped.countDown();
    closeChannel();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
