package dev.rgap.transport;

import dev.rgap.time.Scheduler;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives the datagrams that are sent to one endpoint, on a thread of its own, whatever happens to
 * the socket and to the network interface.
 *
 * <pre>
 *            receive fails, or the interface is gone        a datagram arrives
 *   READING -----------------------------------------> LOST ------------------> READING
 *            (logged once)                             | ^   (logged once)
 *                                                      +-+ opened again after a pause
 * </pre>
 *
 * <p>The pauses grow from {@value #FIRST_PAUSE_MILLIS} ms to {@value #LONGEST_PAUSE_MILLIS} ms.
 * Only a datagram shows that all is well again: a socket that opens but fails at once stays lost.
 */
public final class UdpSource implements DatagramSource {

  /** An open socket; the seam that tests use to make one fail. */
  interface Port extends Closeable {
    /** Waits for a datagram and puts it into the buffer, cut to the room there is. */
    InetSocketAddress receive(ByteBuffer buffer) throws IOException;

    /** The same, but null if none is there. Called by the same thread. */
    @Nullable InetSocketAddress poll(ByteBuffer buffer) throws IOException;

    InetSocketAddress localAddress() throws IOException;

    /** How many short datagrams the socket has room for, at least. */
    int room() throws IOException;

    /** Whether {@link #checkInterface} can ever find anything. */
    boolean followsInterface();

    /** Throws if what is sent to the endpoint does not arrive at this socket any more. */
    void checkInterface() throws IOException;
  }

  /** Opens a socket. */
  @FunctionalInterface
  interface Opener {
    Port open(Endpoint endpoint) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(UdpSource.class.getName());

  /** Longer datagrams are cut; that they are too long can be seen all the same. */
  private static final int MAX_DATAGRAM = 2048;

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final long INTERFACE_CHECK_SECONDS = 2;

  private final Endpoint endpoint;
  private final Scheduler timers;
  private final Opener opener;
  private final LongAdder errors = new LongAdder();

  private final Object lock = new Object();
  // Guarded by the lock:
  private @Nullable Port port;
  private @Nullable Thread reader;
  private Scheduler.@Nullable Task interfaceCheck;
  private @Nullable String interfaceTrouble;

  /** The reader is opening the port; should this be closed meanwhile, it calls no handler. */
  private boolean opening;

  private boolean closed;

  /**
   * A source for this endpoint; nothing is opened yet.
   *
   * @param timers calls for the look at the network interface; stays the caller's to close
   */
  public UdpSource(Endpoint endpoint, Scheduler timers) {
    this(endpoint, timers, UdpPort::open);
  }

  /** A source for this endpoint; nothing is opened yet. */
  public UdpSource(Endpoint endpoint, SourceContext context) {
    this(endpoint, context.timers());
  }

  UdpSource(Endpoint endpoint, Scheduler timers, Opener opener) {
    this.endpoint = endpoint;
    this.timers = timers;
    this.opener = opener;
  }

  @Override
  public String label() {
    return endpoint.toString();
  }

  /** How often receiving or reopening has failed. */
  public long errors() {
    return errors.sum();
  }

  /**
   * The address and port that the socket has; the port is the system's choice if the endpoint's is
   * 0.
   *
   * @throws IOException if the socket isn't open at the moment
   */
  public InetSocketAddress localAddress() throws IOException {
    synchronized (lock) {
      if (port == null) {
        throw new ClosedChannelException();
      }
      return port.localAddress();
    }
  }

  @Override
  public void start(DatagramHandler handler) throws IOException {
    Port first = opener.open(endpoint);
    synchronized (lock) {
      port = first;
      Thread thread = new Thread(null, () -> read(handler), "rgap-udp " + endpoint, 0, false);
      thread.setDaemon(true);
      reader = thread;
      thread.start();
    }
    if (first.followsInterface()) {
      planInterfaceCheck();
    }
  }

  private void read(DatagramHandler handler) {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
    SocketSender sender = new SocketSender();
    boolean lost = false;
    boolean handlerFailed = false;
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        Port open = openPort();
        if (open == null) {
          return;
        }
        ReceivePacing pacing = new ReceivePacing(open.room(), timers.clock().nanoTime());
        while (true) {
          sender.set(next(open, buffer.clear(), pacing));
          if (lost) {
            lost = false;
            pause = FIRST_PAUSE_MILLIS;
            LOG.log(Level.INFO, "{0}: receiving again", endpoint);
          }
          try {
            handler.received(buffer.array(), buffer.position(), sender);
          } catch (RuntimeException | Error e) {
            // Once only: a sender must not be able to fill the log.
            if (!handlerFailed) {
              handlerFailed = true;
              LOG.log(Level.ERROR, endpoint + ": a datagram could not be processed; going on", e);
            }
          }
        }
      } catch (IOException | RuntimeException e) {
        // The JDK's channels throw unchecked exceptions too; none may end the thread unseen.
        if (!closePort()) {
          return;
        }
        errors.increment();
        if (!lost) {
          LOG.log(
              Level.WARNING,
              "{0}: receiving failed, trying again until it works: {1}",
              endpoint,
              reason(e));
        }
        lost = true;
        if (!pause(pause)) {
          return;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  private InetSocketAddress next(Port open, ByteBuffer buffer, ReceivePacing pacing)
      throws IOException {
    while (true) {
      if (!pacing.batching()) {
        InetSocketAddress sender = open.receive(buffer);
        pacing.received(timers.clock().nanoTime());
        return sender;
      }
      InetSocketAddress sender = open.poll(buffer);
      if (sender != null) {
        pacing.taken();
        return sender;
      }
      long rest = pacing.drained(timers.clock().nanoTime());
      if (rest > 0) {
        LockSupport.parkNanos(rest);
      }
    }
  }

  /** The open port, opened anew if need be; null if this source was closed. */
  private @Nullable Port openPort() throws IOException {
    synchronized (lock) {
      if (closed) {
        return null;
      }
      if (port != null) {
        return port;
      }
      opening = true;
    }
    // Not under the lock: looking up a name may take long, and closing must not wait for that.
    Port opened;
    try {
      opened = opener.open(endpoint);
    } finally {
      synchronized (lock) {
        opening = false;
      }
    }
    synchronized (lock) {
      port = opened;
      if (closed) {
        closeQuietly();
      }
      return port;
    }
  }

  /** Closes the port; false if this source was closed. */
  private boolean closePort() {
    synchronized (lock) {
      closeQuietly();
      return !closed;
    }
  }

  private void closeQuietly() {
    try {
      if (port != null) {
        port.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, endpoint + ": closing the socket failed", e);
    }
    port = null;
  }

  /** Waits; false if this source was closed meanwhile. */
  private boolean pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (lock) {
      long left = millis;
      while (!closed && left > 0) {
        try {
          lock.wait(left);
        } catch (InterruptedException e) {
          return false;
        }
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      return !closed;
    }
  }

  private String reason(Exception e) {
    synchronized (lock) {
      String reason = interfaceTrouble != null ? interfaceTrouble : describe(e);
      interfaceTrouble = null;
      return reason;
    }
  }

  private static String describe(Exception e) {
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  private void planInterfaceCheck() {
    synchronized (lock) {
      if (!closed) {
        long at = timers.clock().nanoTime() + TimeUnit.SECONDS.toNanos(INTERFACE_CHECK_SECONDS);
        interfaceCheck = timers.at(at, this::checkInterface);
      }
    }
  }

  private void checkInterface() {
    synchronized (lock) {
      if (port != null) {
        try {
          port.checkInterface();
        } catch (IOException e) {
          // The reader notices, and opens the endpoint anew as soon as it can.
          interfaceTrouble = e.getMessage();
          closeQuietly();
        }
      }
    }
    planInterfaceCheck();
  }

  @Override
  public void close() {
    Thread running;
    synchronized (lock) {
      closed = true;
      if (interfaceCheck != null) {
        interfaceCheck.cancel();
      }
      closeQuietly();
      running = opening ? null : reader;
      lock.notifyAll();
    }
    if (running != null && running != Thread.currentThread()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
