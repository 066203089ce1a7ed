package dev.rgap.worker.clock;

import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A server that is asked what time it is, by SNTP. */
final class TimeServer implements AutoCloseable {

  private static final String SCHEME = "ntp://";
  private static final int PORT = 123;
  private static final int MOST_BYTES = 1_024;

  /**
   * What asking once has told.
   *
   * @param ahead how far this host's clock is ahead of the server's; negative if it is behind
   * @param uncertainty how far that may be off, as nobody knows how long each way took
   */
  record Sample(Duration ahead, Duration uncertainty) {}

  private final String label;
  private final Endpoint server;
  private final Duration patience;
  private final SecureRandom random = new SecureRandom();
  private volatile boolean closed;

  /** What an answer is waited for at; null if none is. */
  private volatile @Nullable DatagramSocket open;

  private TimeServer(String label, Endpoint server, Duration patience) {
    this.label = label;
    this.server = server;
    this.patience = patience;
  }

  /**
   * Reads {@code ntp://HOST} or {@code ntp://HOST:PORT}. Looks nothing up.
   *
   * @param patience how long it may take to answer
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  static TimeServer parse(String text, Duration patience) {
    if (!text.startsWith(SCHEME)) {
      throw new IllegalArgumentException("must be a time server, such as ntp://pool.ntp.org");
    }
    String host = text.substring(SCHEME.length());
    boolean bare = host.endsWith("]") || host.indexOf(':') < 0;
    Endpoint server = Endpoint.parse(bare ? host + ":" + PORT : host);
    if (server.host().isEmpty() || server.port() == 0 || server.via() != null) {
      throw new IllegalArgumentException("must be ntp://HOST or ntp://HOST:PORT");
    }
    return new TimeServer(text, server, patience);
  }

  /** As it was written. */
  String label() {
    return label;
  }

  /**
   * Asks. Of a name with several addresses the first one is asked that is not out of reach.
   *
   * @throws IOException if there is no answer, or none of use; the message says why
   */
  Sample ask(HostClock clock) throws IOException {
    IOException failure = new IOException("its name leads nowhere");
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(server.host());
    } catch (UnknownHostException e) {
      throw new IOException("its name can't be resolved", e);
    }
    for (InetAddress address : addresses) {
      try (DatagramSocket socket = new DatagramSocket()) {
        open = socket;
        if (closed) {
          break;
        }
        // What others send does not arrive then, and an answer that nobody listens does.
        socket.connect(new InetSocketAddress(address, server.port()));
        return ask(socket, clock);
      } catch (SocketTimeoutException | SntpPacket.KissOfDeathException e) {
        throw e;
      } catch (PortUnreachableException e) {
        throw new IOException("nobody listens there", e);
      } catch (IOException e) {
        failure = e;
      } finally {
        open = null;
      }
    }
    throw failure;
  }

  /** Ends asking at once. */
  @Override
  public void close() {
    closed = true;
    DatagramSocket socket = open;
    if (socket != null) {
      socket.close();
    }
  }

  private Sample ask(DatagramSocket socket, HostClock clock) throws IOException {
    long transmit = random.nextLong();
    byte[] request = SntpPacket.request(transmit);
    Instant asked = clock.instant();
    long start = clock.nanoTime();
    long began = System.nanoTime();
    socket.send(new DatagramPacket(request, request.length));
    SntpPacket.Answer answer = null;
    while (answer == null) {
      answer = receive(socket, transmit, patience.toNanos() - (System.nanoTime() - began));
    }
    // Not by the wall clock, which may be set meanwhile.
    Duration took = Duration.ofNanos(clock.nanoTime() - start);
    Instant answered = asked.plus(took);
    Duration ahead =
        Duration.between(answer.received(), asked)
            .plus(Duration.between(answer.transmitted(), answered))
            .dividedBy(2);
    Duration underWay =
        took.minus(Duration.between(answer.received(), answer.transmitted())).dividedBy(2);
    return new Sample(ahead, underWay.isNegative() ? Duration.ZERO : underWay);
  }

  private static SntpPacket.@Nullable Answer receive(
      DatagramSocket socket, long transmit, long leftNanos) throws IOException {
    if (leftNanos <= 0) {
      throw new SocketTimeoutException("it does not answer");
    }
    socket.setSoTimeout((int) Math.max(1, leftNanos / 1_000_000));
    DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      throw new SocketTimeoutException("it does not answer");
    }
    return SntpPacket.read(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), transmit);
  }
}
