package dev.rgap.transport;

import dev.rgap.api.InternalApi;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives the datagrams that are sent to one endpoint, on a thread of its own, whatever happens to
 * the socket, see {@link ReceiveLoop}, and to the network interface: where a multicast group was
 * joined is looked after, and the group joined anew if need be.
 */
@InternalApi
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

    /**
     * Sees that what is sent to the endpoint arrives at this socket.
     *
     * @return why some of it does not at the moment; null if all is well
     * @throws IOException if the socket is to be opened anew, with the reason for people
     */
    @Nullable String checkInterface() throws IOException;

    /** Whether it would be bound to another address if it were opened now. */
    default boolean isMisplaced() {
      return false;
    }

    /** How many datagrams the system has dropped for want of room; negative if it does not say. */
    default long drops() {
      return -1;
    }

    /** Calls back when a neighbour on the same port has made it misplaced. */
    default void whenMisplaced(Runnable reopen) {}
  }

  /** Opens a socket. */
  @FunctionalInterface
  interface Opener {
    Port open(Endpoint endpoint) throws IOException;
  }

  /** A socket and what was received at it last. */
  private final class Reading implements ReceiveLoop.Session {

    final Port port;
    private final DatagramHandler handler;
    private final HostClock clock;
    private final ReceivePacing pacing;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
    private final SocketSender sender = new SocketSender();

    Reading(Port port, DatagramHandler handler, HostClock clock) throws IOException {
      this.port = port;
      this.handler = handler;
      this.clock = clock;
      this.pacing = new ReceivePacing(port.room(), clock.nanoTime());
    }

    @Override
    public void receive() throws IOException {
      buffer.clear();
      while (true) {
        if (!pacing.batching()) {
          sender.set(port.receive(buffer));
          pacing.received(clock.nanoTime());
          return;
        }
        InetSocketAddress from = port.poll(buffer);
        if (from != null) {
          sender.set(from);
          pacing.taken();
          return;
        }
        long rest = pacing.drained(clock.nanoTime());
        if (rest > 0) {
          LockSupport.parkNanos(rest);
        }
      }
    }

    @Override
    public void handle() {
      handler.received(buffer.array(), buffer.position(), sender);
    }

    @Override
    public void close() throws IOException {
      drops.look(port);
      port.close();
    }
  }

  private static final System.Logger LOG = System.getLogger(UdpSource.class.getName());

  /** Longer datagrams are cut; that they are too long can be seen all the same. */
  private static final int MAX_DATAGRAM = 2048;

  private static final Duration INTERFACE_CHECK = Duration.ofSeconds(2);

  private final Endpoint endpoint;
  private final Scheduler timers;
  private final Opener opener;
  private final ReceiveLoop.Numbers numbers;
  private final ReceiveDrops drops = new ReceiveDrops();
  private final ReceiveLoop<Reading> loop;

  /** What was wrong with the interface at the last look; of the timers' thread. */
  private boolean deaf;

  private volatile Scheduler.@Nullable Task interfaceCheck;
  private volatile boolean closed;

  /** A source for this endpoint; nothing is opened yet. */
  public UdpSource(Endpoint endpoint, SourceContext context) {
    this(endpoint, context, new UdpPort.Opener(context.ports()), ReceiveLoop.REAL_PAUSE);
  }

  UdpSource(Endpoint endpoint, SourceContext context, Opener opener, ReceiveLoop.Pause pause) {
    this.endpoint = endpoint;
    this.timers = context.timers();
    this.opener = opener;
    this.numbers = ReceiveLoop.Numbers.ofSource(context.metrics());
    this.loop = new ReceiveLoop<>(endpoint.toString(), LOG, numbers, pause, timers.clock());
    drops.register(context.metrics(), this::port);
  }

  /** The open socket. */
  private @Nullable Port port() {
    Reading reading = loop.session();
    return reading == null ? null : reading.port;
  }

  @Override
  public String label() {
    return endpoint.toString();
  }

  /**
   * The address and port that the socket has; the port is the system's choice if the endpoint's is
   * 0.
   *
   * @throws IOException if the socket isn't open at the moment
   */
  public InetSocketAddress localAddress() throws IOException {
    Reading reading = loop.session();
    if (reading == null) {
      throw new ClosedChannelException();
    }
    return reading.port.localAddress();
  }

  @Override
  public void start(DatagramHandler handler) throws IOException {
    Reading first = open(handler);
    loop.start("rgap-udp " + endpoint, first, () -> open(handler));
    if (first.port.followsInterface()) {
      Scheduler.Task check = timers.every(INTERFACE_CHECK, this::checkInterface);
      interfaceCheck = check;
      if (closed) {
        check.cancel();
      }
    }
  }

  private Reading open(DatagramHandler handler) throws IOException {
    Port port = opener.open(endpoint);
    try {
      Reading reading = new Reading(port, handler, timers.clock());
      if (port.followsInterface()) {
        port.whenMisplaced(() -> loop.reopen(reading));
      }
      return reading;
    } catch (IOException | RuntimeException | Error e) {
      port.close();
      throw e;
    }
  }

  private void checkInterface() {
    Reading reading = loop.session();
    if (reading != null) {
      try {
        if (reading.port.isMisplaced()) {
          loop.reopen(reading);
        } else {
          checked(reading.port.checkInterface());
        }
      } catch (IOException e) {
        loop.interrupt(reading, String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        // What can't be looked at can't be trusted; opening anew shows what is wrong with it.
        loop.interrupt(reading, e.toString());
      }
    }
  }

  private void checked(@Nullable String trouble) {
    boolean before = deaf;
    deaf = trouble != null;
    if (deaf && !before) {
      numbers.errors().increment();
      numbers.up().set(false);
      LOG.log(
          Level.WARNING,
          "{0}: the multicast group can''t be heard at the moment, joining it again as soon as that"
              + " is possible: {1}",
          endpoint,
          trouble);
    } else if (before && !deaf) {
      numbers.up().set(true);
      LOG.log(Level.INFO, "{0}: the multicast group can be heard again", endpoint);
    }
  }

  @Override
  public void close() {
    closed = true;
    Scheduler.Task check = interfaceCheck;
    if (check != null) {
      check.cancel();
    }
    loop.close();
  }
}
