package dev.rgap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Asks a name server by UDP and gives up after one try: as bare as it can be, for many queries. */
final class DnsClient implements AutoCloseable {

  static final int A = 1;
  static final int AAAA = 28;

  static final int NOERROR = 0;
  static final int SERVFAIL = 2;

  private static final long TIMEOUT_MILLIS = 5_000;
  private static final int HEADER = 12;

  /**
   * An answer.
   *
   * @param code its response code
   * @param addresses the A and AAAA records that it holds, as text
   */
  record Answer(int code, Set<String> addresses) {}

  private final DatagramChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
  private short id;

  DnsClient(InetSocketAddress server) throws IOException {
    channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 18);
    channel.connect(server);
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * Asks once.
   *
   * @throws IOException if there is no answer within seconds
   */
  Answer ask(String name, int type) throws IOException {
    id++;
    buffer.clear().putShort(id).putShort((short) 0x0100).putShort((short) 1);
    buffer.putInt(0).putShort((short) 1);
    for (String label : name.split("\\.", -1)) {
      buffer.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    buffer.put((byte) 0).putShort((short) type).putShort((short) 1);
    int question = buffer.position() - HEADER;
    // EDNS, so that long answers fit
    buffer
        .put((byte) 0)
        .putShort((short) 41)
        .putShort((short) 65_000)
        .putInt(0)
        .putShort((short) 0);
    channel.write(buffer.flip());
    long end = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000;
    while (true) {
      buffer.clear();
      if (channel.read(buffer) > 0) {
        if (buffer.flip().getShort(0) == id) {
          return read(question);
        }
      } else if (System.nanoTime() > end) {
        throw new IOException("no answer to " + name);
      } else {
        selector.selectedKeys().clear();
        int _ = selector.select(TIMEOUT_MILLIS);
      }
    }
  }

  private Answer read(int question) throws IOException {
    Set<String> addresses = new TreeSet<>();
    int records = buffer.getShort(6);
    buffer.position(HEADER + question);
    for (int i = 0; i < records; i++) {
      // The name is a reference to the question.
      int type = buffer.position(buffer.position() + 2).getShort();
      byte[] data = new byte[buffer.position(buffer.position() + 6).getShort()];
      buffer.get(data);
      if (type == A || type == AAAA) {
        addresses.add(InetAddress.getByAddress(data).getHostAddress());
      }
    }
    return new Answer(buffer.getShort(2) & 0xf, addresses);
  }

  /** The addresses of one family; none if there is anything but an answer with some. */
  Set<String> addresses(String name, int type) throws IOException {
    return ask(name, type).addresses();
  }

  /** What is to be expected from {@link #addresses}. */
  static Set<String> set(String... addresses) {
    return new TreeSet<>(List.of(addresses));
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
