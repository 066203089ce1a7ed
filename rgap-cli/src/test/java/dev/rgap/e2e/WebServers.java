package dev.rgap.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Web servers that stand for a group's members: each says at its own address of 127.0.0.0/8 which
 * one it is. All have the same port.
 */
final class WebServers implements AutoCloseable {

  private final List<HttpServer> servers = new ArrayList<>();
  private final int port = Programs.freePort();

  WebServers(String... addresses) throws IOException {
    for (String address : addresses) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0);
      servers.add(server);
      byte[] body = address.getBytes(StandardCharsets.US_ASCII);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }
  }

  int port() {
    return port;
  }

  /** Which of them a load balancer at this port gives so many requests to. */
  static Set<String> reached(int balancer, int requests) throws IOException {
    Set<String> reached = new TreeSet<>();
    for (int i = 0; i < requests; i++) {
      reached.add(get(balancer));
    }
    return reached;
  }

  /** What a load balancer answers: an address, or the status if there is none. */
  static String get(int balancer) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + balancer + "/").toURL().openConnection();
    connection.setUseCaches(false);
    connection.setRequestProperty("Connection", "close");
    int status = connection.getResponseCode();
    if (status != 200) {
      connection.disconnect();
      return Integer.toString(status);
    }
    return new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }
}
