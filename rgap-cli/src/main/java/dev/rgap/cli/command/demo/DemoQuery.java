package dev.rgap.cli.command.demo;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The demo's question to its own name server: the IPv4 addresses of one name, by UDP. */
final class DemoQuery {

  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int MAX_PLAIN_UDP = 512;
  private static final int HEADER = 12;
  private static final short A = 1;
  private static final short IN = 1;

  private DemoQuery() {}

  /**
   * Asks (RFC 1035 section 4).
   *
   * @return the addresses as text, in the order of the answer
   * @throws IOException if there is no answer
   */
  static List<String> addresses(InetSocketAddress server, String name) throws IOException {
    ByteBuffer query = ByteBuffer.allocate(MAX_PLAIN_UDP);
    query.putShort((short) 1).putShort((short) 0); // id, flags
    query.putShort((short) 1).putShort((short) 0).putInt(0); // one question and nothing else
    for (String label : name.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      query.put((byte) bytes.length).put(bytes);
    }
    query.put((byte) 0).putShort(A).putShort(IN);
    int length = query.position();
    byte[] answer = new byte[MAX_PLAIN_UDP];
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server);
      socket.send(new DatagramPacket(query.array(), length));
      socket.receive(new DatagramPacket(answer, answer.length));
    }
    // The answer repeats the question; each record begins with a two bytes' reference to its name.
    ByteBuffer records = ByteBuffer.wrap(answer);
    int count = records.getShort(HEADER / 2);
    records.position(length);
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.position(records.position() + 10); // reference, type, class, TTL
      byte[] address = new byte[records.getShort()];
      records.get(address);
      addresses.add(IpAddress.describe(InetAddress.getByAddress(address)));
    }
    return addresses;
  }
}
