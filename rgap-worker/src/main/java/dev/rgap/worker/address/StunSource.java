package dev.rgap.worker.address;

import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.AddressSource;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a STUN server sees this host (RFC 8489 over UDP). It is asked by a request with a random
 * transaction id, which is sent again after half a second, one second more, two more and so on.
 *
 * @param server whom to ask
 * @param firstPause how long to wait before the request is sent again for the first time
 * @param timeout how long to wait in all
 */
record StunSource(
    String label, Endpoint server, Duration firstPause, Duration timeout, AddressChoice choice)
    implements AddressSource {

  private static final int DEFAULT_PORT = 3_478;
  private static final int MOST_BYTES = 1_500;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** Seeded when it is first needed, and used by all. */
  private static final class Random {
    static final SecureRandom IDS = new SecureRandom();
  }

  static AddressSource parse(SourceLine line) {
    return new StunSource(
        line.text(), server(line.what()), FIRST_PAUSE, SourceSection.TIMEOUT, line.choice());
  }

  private static Endpoint server(String what) {
    boolean bare = what.endsWith("]") || what.indexOf(':') < 0;
    try {
      Endpoint server = Endpoint.parse(bare ? what + ":" + DEFAULT_PORT : what);
      if (server.host().isEmpty() || server.port() == 0 || server.via() != null) {
        throw new BadLineException("a server and its port have to stand there: stun:HOST:PORT");
      }
      return server;
    } catch (BadLineException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<IpAddress> find() throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<IpAddress> found = new ArrayList<>();
    IOException failure = null;
    boolean asked = false;
    for (InetAddress address : addresses()) {
      asked = true;
      try {
        found.add(ask(address, deadline));
      } catch (IOException e) {
        failure = e;
      }
    }
    if (!asked) {
      throw new IOException("the name " + server.host() + " leads to no address that fits");
    }
    if (failure != null) {
      // With one of two, whether the other one is gone can't be told.
      throw new IOException(server + ": " + failure.getMessage(), failure);
    }
    return AddressText.chosen(choice, found, "what " + server + " answered");
  }

  /** The server's address of each family that is wanted. */
  private List<InetAddress> addresses() throws IOException {
    InetAddress four = null;
    InetAddress six = null;
    try {
      for (InetAddress each : InetAddress.getAllByName(server.host())) {
        if (each instanceof Inet4Address) {
          four = four == null && choice.ipv4() ? each : four;
        } else {
          six = six == null && choice.ipv6() ? each : six;
        }
      }
    } catch (UnknownHostException e) {
      throw new IOException("the name " + server.host() + " can't be resolved", e);
    }
    List<InetAddress> wanted = new ArrayList<>(2);
    if (four != null) {
      wanted.add(four);
    }
    if (six != null && (four == null || choice.each())) {
      wanted.add(six);
    }
    return wanted;
  }

  private IpAddress ask(InetAddress address, long deadline) throws IOException {
    byte[] id = new byte[StunMessage.ID_LENGTH];
    Random.IDS.nextBytes(id);
    byte[] request = StunMessage.request(id);
    try (DatagramSocket socket = new DatagramSocket()) {
      // What others send does not arrive then, and an answer that nobody listens does.
      socket.connect(new InetSocketAddress(address, server.port()));
      long pause = firstPause.toNanos();
      while (deadline - System.nanoTime() > 0) {
        socket.send(new DatagramPacket(request, request.length));
        IpAddress found =
            answer(socket, id, System.nanoTime() + Math.min(pause, deadline - System.nanoTime()));
        if (found != null) {
          return found;
        }
        pause *= 2;
      }
    } catch (PortUnreachableException e) {
      throw new IOException("nobody listens there", e);
    }
    throw new IOException("no answer");
  }

  /** Waits for an answer; null if none has come in time. */
  private static @Nullable IpAddress answer(DatagramSocket socket, byte[] id, long until)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    long left;
    while ((left = until - System.nanoTime()) > 0) {
      socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return null;
      }
      IpAddress found =
          StunMessage.read(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), id);
      if (found != null) {
        return found;
      }
      packet.setLength(MOST_BYTES);
    }
    return null;
  }
}
