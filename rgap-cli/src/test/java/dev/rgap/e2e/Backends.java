package dev.rgap.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A web server at every address of 127.0.0.0/8, on one port: any of them can be a member. */
final class Backends implements AutoCloseable {

  private static final InetAddress ALL = InetAddress.ofLiteral("0.0.0.0");

  private final HttpServer server;

  Backends() throws IOException {
    server = HttpServer.create(new InetSocketAddress(ALL, Programs.freePort()), 1_000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              exchange
                  .getLocalAddress()
                  .getAddress()
                  .getHostAddress()
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
