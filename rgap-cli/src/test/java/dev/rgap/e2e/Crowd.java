package dev.rgap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients of a listener's HTTP API at a time, on one thread. */
final class Crowd implements AutoCloseable {

  private static final String HEAD = "GET %s HTTP/1.1\r\nHost: localhost\r\n";

  private static final int LITTLE = 4 << 10;

  private final InetSocketAddress server;
  private final InetAddress from;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> all = new ArrayList<>();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong received = new AtomicLong();
  private final Thread reader = new Thread(this::read, "crowd");

  /** Of this host, at this port of it. */
  Crowd(int port) throws IOException {
    this(port, InetAddress.getLoopbackAddress());
  }

  /** The same from another address. */
  Crowd(int port, InetAddress from) throws IOException {
    this.from = from;
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    reader.setDaemon(true);
    reader.start();
  }

  /** A connection that has said this, and takes what comes. */
  SocketChannel ask(String text) throws IOException {
    SocketChannel channel = open(text);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    selector.wakeup();
    return channel;
  }

  /** Ask for this, and take what comes. */
  void get(int count, String path) throws IOException {
    for (int i = 0; i < count; i++) {
      var _ = ask(HEAD.formatted(path) + "\r\n");
    }
  }

  /** Ask for this, and read nothing. */
  void getAndForget(int count, String path) throws IOException {
    for (int i = 0; i < count; i++) {
      var _ = open(HEAD.formatted(path) + "\r\n");
    }
  }

  /** Begin to ask, and send a byte of a header now and then. */
  List<SocketChannel> drip(int count, String path) throws IOException {
    List<SocketChannel> slow = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slow.add(ask(HEAD.formatted(path) + "X-Slow: "));
    }
    return slow;
  }

  /** Connect once for each byte of a request, and go away behind it. */
  void leaveAtEachByte(String path) throws IOException {
    String request = HEAD.formatted(path) + "\r\n";
    for (int i = 0; i <= request.length(); i++) {
      open(request.substring(0, i)).close();
    }
  }

  private SocketChannel open(String text) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, LITTLE);
    channel.bind(new InetSocketAddress(from, 0));
    channel.connect(server);
    all.add(channel);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    try {
      while (true) {
        int _ = selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          if (read((SocketChannel) key.channel(), buffer.clear()) < 0) {
            key.cancel();
            ended.incrementAndGet();
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | RuntimeException e) {
      // Closed.
    }
  }

  private int read(SocketChannel from, ByteBuffer buffer) {
    try {
      int count = from.read(buffer);
      received.addAndGet(Math.max(0, count));
      return count;
    } catch (IOException e) {
      return -1;
    }
  }

  /** How many of those who take what comes were sent away. */
  int ended() {
    return ended.get();
  }

  /** How many bytes all of them have got. */
  long received() {
    return received.get();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : all) {
      each.close();
    }
    selector.close();
  }
}
