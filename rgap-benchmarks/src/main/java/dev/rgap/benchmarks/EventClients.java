package dev.rgap.benchmarks;

import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of a listener's events, on one thread: some read, and some never do and come back when
 * they are sent away. Says when all are there, and runs until it is killed.
 */
final class EventClients {

  private static final byte[] REQUEST =
      "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int BUFFER = 1 << 16;

  /** Of one that reads nothing. */
  private static final int LITTLE = 4 << 10;

  private static final long LOOK_MILLIS = 1_000;

  private final InetSocketAddress server;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> deaf = new ArrayList<>();

  private EventClients(Endpoint listener) throws IOException {
    server = new InetSocketAddress(listener.host(), listener.port());
  }

  /** The listener, how many clients in all, and how many of these never read. */
  public static void main(String[] arguments) throws IOException {
    EventClients clients = new EventClients(Endpoint.parse(arguments[0]));
    int all = Integer.parseInt(arguments[1]);
    int deaf = Integer.parseInt(arguments[2]);
    for (int i = deaf; i < all; i++) {
      SocketChannel channel = clients.open(BUFFER);
      channel.register(clients.selector, SelectionKey.OP_READ);
    }
    for (int i = 0; i < deaf; i++) {
      clients.deaf.add(clients.open(LITTLE));
    }
    System.out.println("connected");
    clients.run();
  }

  private SocketChannel open(int buffer) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, buffer);
    channel.connect(server);
    channel.write(ByteBuffer.wrap(REQUEST));
    channel.configureBlocking(false);
    return channel;
  }

  private void run() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    long looked = System.nanoTime();
    while (true) {
      selector.select(LOOK_MILLIS);
      for (SelectionKey key : selector.selectedKeys()) {
        if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
          throw new IOException("a client that reads was sent away");
        }
      }
      selector.selectedKeys().clear();
      if (System.nanoTime() - looked > LOOK_MILLIS * 1_000_000) {
        looked = System.nanoTime();
        deaf.replaceAll(this::again);
      }
    }
  }

  /** The same, or another in place of one that was sent away, as a write tells. */
  private SocketChannel again(SocketChannel channel) {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      return channel;
    } catch (IOException e) {
      try {
        channel.close();
        return open(LITTLE);
      } catch (IOException again) {
        return channel; // at the next look
      }
    }
  }
}
