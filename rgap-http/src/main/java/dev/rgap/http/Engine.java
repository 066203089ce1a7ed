package dev.rgap.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server, which serves connections that {@link Door}s let in.
 *
 * <p>A few threads do what never waits; each request is answered on a virtual thread, which may
 * wait for its client or for news.
 */
final class Engine implements AutoCloseable {

  /** How long a client may say nothing, or take nothing of what it is sent. */
  private static final long IDLE_MILLIS = 20_000;

  /** Connections at a time by TCP, and by the local socket. */
  static final int MOST = 1024;

  private static final int MOST_LOCAL = 128;

  private static final int THREADS = 6;
  private static final int HEADER_BYTES = 8 << 10;
  private static final int BUFFER_BYTES = 16 << 10;

  private final Server server;
  private final Connections network;
  private final Connections local;

  /**
   * Begins to serve.
   *
   * @param traffic counts who is sent away
   */
  Engine(Front front, Traffic traffic) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("rgap-http");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setOutputBufferSize(BUFFER_BYTES);
    http.setOutputAggregationSize(BUFFER_BYTES);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    network = new Connections(server, false, MOST, factory, traffic);
    local = new Connections(server, true, MOST_LOCAL, factory, traffic);
    for (Connections each : new Connections[] {network, local}) {
      each.setIdleTimeout(IDLE_MILLIS);
      server.addConnector(each);
    }
    server.setHandler(front);
    server.setErrorHandler(front::answerFault);
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server can't start: " + e.getMessage(), e);
    }
  }

  /**
   * Serves a client.
   *
   * @param tls what it has to speak by TCP; one that is there already goes on with what it has
   */
  void take(SocketChannel client, boolean byLocalSocket, Optional<Tls> tls) {
    if (byLocalSocket) {
      local.take(client, Optional.empty());
    } else {
      network.take(client, tls);
    }
  }

  /** How many connections there are. */
  int connections(boolean byLocalSocket) {
    return (byLocalSocket ? local : network).count();
  }

  /** Sends a client away. */
  static void drop(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      // Is gone already.
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      System.getLogger(Engine.class.getName())
          .log(System.Logger.Level.DEBUG, "the HTTP server could not be stopped", e);
    }
  }
}
