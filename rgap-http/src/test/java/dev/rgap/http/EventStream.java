package dev.rgap.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that is told what happens. */
final class EventStream implements AutoCloseable {

  private final SocketChannel channel;
  private final BufferedReader in;
  final List<String> head = new ArrayList<>();

  /**
   * Asks.
   *
   * @param port of this host
   * @param parameters what stands behind the path
   */
  EventStream(int port, String parameters, String... headers) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    StringBuilder request = new StringBuilder("GET /v1/events");
    request.append(parameters).append(" HTTP/1.0\r\nHost: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    channel.write(StandardCharsets.US_ASCII.encode(request.append("\r\n").toString()));
    in = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
  }

  /** The lines of the next event; none at the end of all. */
  List<String> next() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty() && !lines.isEmpty()) {
        return lines;
      }
      if (!line.isEmpty() && !line.startsWith(":")) {
        lines.add(line);
      }
    }
    return lines;
  }

  /** The next event's kind, and the address that it is about. */
  String told() throws IOException {
    List<String> event = next();
    String address = event.get(2).replaceAll(".*\"address\":\"([^\"]*)\".*", " $1");
    return event.get(1).substring("event: ".length()) + (address.startsWith("data") ? "" : address);
  }

  /** The next event's id. */
  String id() throws IOException {
    return next().getFirst().substring("id: ".length());
  }

  /** The next event's data. */
  String data() throws IOException {
    return next().get(2).substring("data: ".length());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
