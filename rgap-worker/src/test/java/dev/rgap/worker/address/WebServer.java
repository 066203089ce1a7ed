package dev.rgap.worker.address;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server that is handed each request as the bytes of its head, and answers with bytes. */
final class WebServer implements AutoCloseable {

  /** Answers. */
  interface Site {
    /** All bytes of the answer; null closes the connection without any. */
    byte @Nullable [] answer(Head request) throws IOException;
  }

  /**
   * The head of a request.
   *
   * @param line such as {@code GET / HTTP/1.1}
   */
  record Head(String line, List<String> headers) {
    /** The value of a header, if it was sent once. */
    Optional<String> header(String name) {
      List<String> found =
          headers.stream()
              .filter(each ->
                  each.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": "))
              .map(each -> each.substring(name.length() + 2))
              .toList();
      return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
  }

  final List<Head> requests = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket socket;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Site site;

  WebServer(Site site) throws IOException {
    this.site = site;
    this.socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** An answer. */
  static byte[] answer(String status, String type, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return ("HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + length
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] text(String body) {
    return answer("200 OK", "text/plain", body);
  }

  String host() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  String url() {
    return "http://" + host();
  }

  List<String> lines() {
    synchronized (requests) {
      return requests.stream().map(Head::line).toList();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        open.add(connection);
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      OutputStream out = connection.getOutputStream();
      while (true) {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          lines.add(line);
        }
        Head head = new Head(lines.getFirst(), lines.subList(1, lines.size()));
        requests.add(head);
        byte @Nullable [] answer = site.answer(head);
        if (answer == null) {
          return;
        }
        out.write(answer);
        out.flush();
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("over");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
