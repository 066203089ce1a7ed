package dev.rgap.worker.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server on this host that does with each connection what a test says. */
final class Peer implements AutoCloseable {

  /** What is done with a connection, on a thread of its own; it is closed after that. */
  interface Handler {
    void handle(Socket connection) throws IOException, InterruptedException;
  }

  private static final char[] PASSWORD = "rgap-test".toCharArray();

  private final ServerSocket server;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile Handler handler;

  Peer(Handler handler) throws IOException {
    this.handler = handler;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("peer").start(this::accept);
  }

  /** One that answers each request with these bytes, whatever it asks. */
  static Peer answering(String answer) throws IOException {
    Peer peer = new Peer(connection -> {});
    peer.handler = connection -> peer.answer(connection, answer);
    return peer;
  }

  /** One that answers nothing until it is closed. */
  static Peer silent() throws IOException {
    Peer peer = new Peer(connection -> {});
    peer.handler = _ -> peer.closed.await();
    return peer;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        open.add(connection);
        Thread.ofPlatform().daemon().name("peer's connection").start(() -> serve(connection));
      } catch (IOException e) {
        // It is closed, and the loop ends.
      }
    }
    over.complete(null);
  }

  private void serve(Socket connection) {
    try (connection) {
      handler.handle(connection);
    } catch (IOException | InterruptedException e) {
      // The check has had enough.
    }
  }

  /** Reads a request's head and answers it. */
  void answer(Socket connection, String answer) throws IOException {
    requests.add(head(connection.getInputStream()));
    OutputStream out = connection.getOutputStream();
    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request: " + head);
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** From now on. */
  void does(Handler next) {
    handler = next;
  }

  /** Does something by TLS, with one of the certificates that the tests have. */
  static Handler secured(String certificate, Handler then) {
    SSLContext context = context(certificate);
    return connection -> {
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(connection, null, true)) {
        socket.setUseClientMode(false);
        socket.startHandshake();
        then.handle(socket);
      }
    };
  }

  private static SSLContext context(String certificate) {
    try (InputStream in =
        Objects.requireNonNull(Peer.class.getResourceAsStream("tls/" + certificate + ".p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The file of the authority that has signed these certificates. */
  static Path authority() {
    try {
      return Path.of(Objects.requireNonNull(Peer.class.getResource("tls/ca.pem")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** The heads of the requests so far. */
  Queue<String> requests() {
    return requests;
  }

  /** When it returns, nobody is taken any more. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    over.join(); // Until then the system goes on to take connections for it.
    for (Socket each : open) {
      each.close();
    }
  }
}
