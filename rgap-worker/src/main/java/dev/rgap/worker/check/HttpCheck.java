package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.agent.HealthCheck;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import javax.net.ssl.SSLSocket;

/**
 * Passes if a web server answers as it should, all of it in time. Each time by a connection of its
 * own, as a new client would. Redirects are not followed.
 *
 * @param target what is asked for
 * @param method how
 * @param headers what is sent besides
 * @param status what it may answer
 * @param body what has to be in the answer
 * @param tls how its certificate is looked at
 */
record HttpCheck(
    Target target,
    String method,
    Headers headers,
    List<StatusRange> status,
    BodyMatch body,
    TlsSettings tls)
    implements HealthCheck {

  private static final int SHOWN = 100;

  HttpCheck {
    status = List.copyOf(status);
  }

  /**
   * What a URL says.
   *
   * @param secure whether TLS is spoken
   * @param authority the host, with its port if that is not the usual one
   * @param resource the path and the query, which may have secrets in it
   */
  record Target(boolean secure, Endpoint address, String authority, String resource) {

    /** Without the query. */
    @Override
    public String toString() {
      int query = resource.indexOf('?');
      return (secure ? "https://" : "http://")
          + authority
          + (query < 0 ? resource : resource.substring(0, query) + "?…");
    }
  }

  /**
   * Lines of the head of a request.
   *
   * @param lines each a name, a colon and a value, which may be a secret
   */
  record Headers(List<String> lines) {

    Headers {
      lines = List.copyOf(lines);
    }

    boolean has(String name) {
      String start = name + ":";
      return lines.stream().anyMatch(line -> line.regionMatches(true, 0, start, 0, start.length()));
    }

    /** Without their values. */
    @Override
    public String toString() {
      StringJoiner names = new StringJoiner(", ");
      lines.forEach(line -> names.add(line.substring(0, line.indexOf(':'))));
      return names.toString();
    }
  }

  /** Statuses from one to another, as they were written. */
  record StatusRange(int from, int to, String text) {}

  @Override
  public void run(Duration timeout) throws IOException, InterruptedException {
    TimedSocket.within(timeout, this::ask);
  }

  private void ask(Deadline deadline) throws IOException {
    Endpoint address = target.address();
    try (TimedSocket plain = TimedSocket.open(address, deadline)) {
      if (!target.secure()) {
        judge(plain, deadline);
        return;
      }
      SSLSocket secured = tls.secure(plain, address.host(), deadline);
      try {
        judge(secured, deadline);
      } finally {
        TlsSettings.end(secured);
      }
    }
  }

  private void judge(Socket socket, Deadline deadline) throws IOException {
    socket.getOutputStream().write(request());
    socket.getOutputStream().flush();
    HttpAnswer answer = new HttpAnswer(socket.getInputStream());
    try {
      answer.readHead();
    } catch (SocketTimeoutException e) {
      throw new IOException("takes the connection, but does not answer " + deadline, e);
    }
    byte[] content;
    try {
      content = answer.readBody(method);
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "answers " + answer.statusLine() + ", but not to the end " + deadline, e);
    }
    String text = new String(content, UTF_8);
    if (status.stream().noneMatch(range -> isIn(range, answer.status()))) {
      throw new IOException(unexpected(answer, text));
    }
    String missing = body.missing(text, deadline);
    if (!missing.isEmpty()) {
      throw new IOException("answers " + answer.statusLine() + ", but " + missing + quoted(text));
    }
  }

  private static boolean isIn(StatusRange range, int status) {
    return range.from() <= status && status <= range.to();
  }

  private String unexpected(HttpAnswer answer, String text) {
    StringJoiner expected = new StringJoiner(" or ");
    status.forEach(range -> expected.add(range.text()));
    String where = whereTo(answer.field("location")).map(to -> " to " + to).orElse("");
    return "answers " + answer.statusLine() + where + ", expected is " + expected + quoted(text);
  }

  /** Where a redirect leads to, without what may be secret. */
  private static Optional<String> whereTo(String location) {
    try {
      URI to = location.isEmpty() ? null : URI.create(location);
      if (to == null) {
        return Optional.empty();
      }
      String host = to.getHost() == null ? "" : to.getScheme() + "://" + to.getHost();
      String port = to.getPort() < 0 ? "" : ":" + to.getPort();
      return Optional.of(Shown.line(host + port + to.getPath(), SHOWN));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What the answer begins with, unless secrets were sent: some servers send all of them back. */
  private String quoted(String text) {
    String line = Shown.line(text, SHOWN);
    boolean secrets = !headers.lines().isEmpty() || target.resource().indexOf('?') >= 0;
    return line.isEmpty() || secrets ? "" : ": " + line;
  }

  private byte[] request() {
    StringBuilder request = new StringBuilder(256);
    request.append(method).append(' ').append(target.resource()).append(" HTTP/1.1\r\n");
    if (!headers.has("host")) {
      request.append("Host: ").append(target.authority()).append("\r\n");
    }
    if (!headers.has("user-agent")) {
      request.append("User-Agent: rgap\r\n");
    }
    if (!headers.has("accept")) {
      request.append("Accept: */*\r\n");
    }
    if (method.equals("POST")) {
      request.append("Content-Length: 0\r\n");
    }
    headers.lines().forEach(line -> request.append(line).append("\r\n"));
    return request.append("Connection: close\r\n\r\n").toString().getBytes(ISO_8859_1);
  }

  @Override
  public String label() {
    return "http " + (method.equals("GET") ? "" : method + " ") + target;
  }
}
