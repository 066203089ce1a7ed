package dev.rgap.benchmarks;

import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Asks for A records; one query is under way at a time, again if there is no answer. */
final class DnsClient {

  static final int PATIENCE_MILLIS = 500;

  private final DatagramSocket socket = new DatagramSocket();
  private final byte[] answer = new byte[4_096];
  private short id;

  DnsClient(Endpoint server) throws IOException {
    socket.connect(new InetSocketAddress(server.host(), server.port()));
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** How many records the answer has. */
  int ask(String name) throws IOException {
    ByteBuffer query = ByteBuffer.allocate(512);
    query.putShort(++id).putShort((short) 0).putShort((short) 1).putShort((short) 0).putInt(0);
    for (String label : name.split("\\.", -1)) {
      query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    query.put((byte) 0).putShort((short) 1).putShort((short) 1);
    DatagramPacket received = new DatagramPacket(answer, answer.length);
    while (true) {
      socket.send(new DatagramPacket(query.array(), query.position()));
      try {
        do {
          socket.receive(received);
        } while (ByteBuffer.wrap(answer).getShort(0) != id);
        return Short.toUnsignedInt(ByteBuffer.wrap(answer).getShort(6));
      } catch (SocketTimeoutException e) {
        // Asked again; it counts as one.
      }
    }
  }
}
