package dev.rgap.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that knows whether a request is being answered, and for how long a client has been
 * sending one.
 *
 * <pre>
 *   idle  --a byte-->  asks  --the head is complete-->  is answered
 *    ^                                                       |
 *    +-------------------------------------------------------+
 * </pre>
 */
final class Client extends SocketChannelEndPoint {

  /** Of an address of IPv6 so many bytes are one client's, as it has the rest to itself. */
  private static final int NETWORK_BYTES = 8;

  private static final int IPV4_BYTES = 4;

  private final @Nullable ByteBuffer network;

  /** When the first byte of what is no request yet has come; 0 if there is none. */
  private volatile long askingSince;

  private volatile boolean answered;

  Client(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
    network = getRemoteSocketAddress() instanceof InetSocketAddress from ? network(from) : null;
  }

  /** What an address is one client's by. */
  static @Nullable ByteBuffer network(InetSocketAddress from) {
    InetAddress address = from.getAddress();
    if (address == null) {
      return null;
    }
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(
        Arrays.copyOf(bytes, bytes.length == IPV4_BYTES ? IPV4_BYTES : NETWORK_BYTES));
  }

  /** The connection by which a request has come; null if it is none of these. */
  static @Nullable Client of(Request request) {
    EndPoint found = request.getConnectionMetaData().getConnection().getEndPoint();
    while (found instanceof EndPoint.Wrapper wrapper) {
      found = wrapper.unwrap();
    }
    return found instanceof Client client ? client : null;
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    int filled = super.fill(buffer);
    if (filled > 0 && !answered && askingSince == 0) {
      askingSince = System.nanoTime() | 1; // 0 means something
    }
    return filled;
  }

  /** The request's head is complete. */
  void asked() {
    answered = true;
    askingSince = 0;
  }

  /** The answer is complete. */
  void answered() {
    answered = false;
  }

  /** Whether no request of it is being answered. */
  boolean isWaiting() {
    return !answered;
  }

  /** Whether it has been sending a request for longer than this. */
  boolean asksFor(long nanos, long now) {
    long since = askingSince;
    return since != 0 && now - since > nanos;
  }

  /** Where it comes from; null by the local socket. */
  @Nullable ByteBuffer network() {
    return network;
  }
}
