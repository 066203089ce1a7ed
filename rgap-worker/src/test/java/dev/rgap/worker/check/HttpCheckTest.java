package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rgap.agent.HealthCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Web servers that answer well, badly, slowly, endlessly or not at all. */
class HttpCheckTest {

  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private static String url(int port) {
    return "http://127.0.0.1:" + port + "/health";
  }

  private static HealthCheck check(int port, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.putIfAbsent("url", url(port));
    return Read.check("http", settings);
  }

  private static String outcomeOf(String answer, Map<String, ?> more) throws Exception {
    try (Peer peer = Peer.answering(answer)) {
      return Read.outcome(check(peer.port(), more));
    }
  }

  /** A server of the JDK. */
  private static HttpServer server(AtomicInteger status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Location", "https://u:pw@login.example/in?token=1");
          exchange.sendResponseHeaders(status.get(), bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void followsWhatAServerAnswers() throws Exception {
    AtomicInteger status = new AtomicInteger(200);
    HttpServer server = server(status, "{\"status\":\"…\"}\nmore");
    try {
      HealthCheck check = check(server.getAddress().getPort(), Map.of());
      assertThat(Read.outcome(check)).isEmpty();
      status.set(500);
      assertThat(Read.outcome(check))
          .isEqualTo(
              "answers 500 Internal Server Error to https://login.example/in, expected is 2xx:"
                  + " {\"status\":\"…\"}");
      status.set(299);
      assertThat(Read.outcome(check)).isEmpty();
      status.set(302);
      assertThat(Read.outcome(check))
          .startsWith("answers 302 Temporary Redirect to https://login.example/in,");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"200, ''", "204, ''", "299, ''", "404, ''", "503, fails", "300, fails", "403, fails"})
  void takesTheStatusesThatAreGiven(int status, String outcome) throws Exception {
    String told =
        outcomeOf(
            "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n",
            Map.of("status", List.of("2xx", 404)));
    assertThat(told)
        .isEqualTo(outcome.isEmpty() ? "" : "answers " + status + " X, expected is 2xx or 404");
  }

  @Test
  void asksAsItIsTold() throws Exception {
    try (Peer peer = Peer.answering(OK + "Content-Length: 0\r\n\r\n")) {
      HealthCheck check =
          check(
              peer.port(),
              Map.of(
                  "url",
                  "http://user:p%C3%A4ss@127.0.0.1:" + peer.port() + "?token=secret-1",
                  "method",
                  "POST",
                  "headers",
                  Map.of("X-Token", "secret-2", "host", "www.example.com")));
      assertThat(Read.outcome(check)).isEmpty();

      assertThat(peer.requests().remove().lines())
          .startsWith("POST /?token=secret-1 HTTP/1.1")
          .contains(
              "X-Token: secret-2",
              "host: www.example.com",
              "Content-Length: 0",
              "Connection: close",
              "Authorization: Basic dXNlcjpww6Rzcw==")
          .doesNotContain("Host: 127.0.0.1:" + peer.port());
      assertThat(check.label()).isEqualTo("http POST http://127.0.0.1:" + peer.port() + "/?…");
      assertThat(check.toString()).doesNotContain("secret", "pass", "dXNl");
    }
  }

  @Test
  void repeatsNothingOfAnAnswerToARequestWithSecrets() throws Exception {
    String answer = "HTTP/1.1 401 No\r\n\r\nwrong token: secret";
    assertThat(outcomeOf(answer, Map.of())).endsWith("wrong token: secret");
    assertThat(outcomeOf(answer, Map.of("headers", Map.of("Authorization", "Bearer secret"))))
        .isEqualTo("answers 401 No, expected is 2xx");
  }

  @Test
  void looksForATextInTheAnswer() throws Exception {
    String chunked =
        OK + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nall\r\n5\r\n well\r\n0\r\n\r\n";
    assertThat(outcomeOf(chunked, Map.of("body", "all well"))).isEmpty();
    assertThat(outcomeOf(chunked, Map.of("body", "all is well")))
        .isEqualTo("answers 200 OK, but without the text that has to be in it: all well");
    assertThat(outcomeOf(chunked, Map.of("body_matches", "^a.* w[a-f]ll$"))).isEmpty();
    assertThat(outcomeOf(chunked, Map.of("body_matches", "^b")))
        .isEqualTo("answers 200 OK, but body_matches finds nothing in it: all well");
  }

  @Test
  void passesOverWhatIsSaidBeforeTheAnswer() throws Exception {
    assertThat(
            outcomeOf(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + "Content-Length: 1\r\n\r\nx",
                Map.of("body", "x")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | closes the connection without an answer",
        "SSH-2.0-OpenSSH_9.2\\r\\n | what it answers is no HTTP: SSH-2.0-OpenSSH_9.2",
        "\\25\\3\\3\\r\\n | what it answers is no HTTP: ???",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nabc | closes the connection in the middle of its answer",
        "HTTP/1.1 200 OK\\r\\nContent- | closes the connection in the middle of its answer",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nabcd\\r\\n | closes the connection in the middle of its answer",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nnone\\r\\n | the chunks of its answer can't be told apart",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nabc\\r\\n | the chunks of its answer can't be told apart",
        "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\n | says that its answer is as long as '-1'",
      })
  void saysWhatIsWrongWithAnAnswer(String answer, String problem) throws Exception {
    assertThat(outcomeOf(answer.translateEscapes(), Map.of())).isEqualTo(problem);
  }

  @Test
  void readsNoHeadWithoutEnd() throws Exception {
    try (Peer peer = new Peer(HttpCheckTest::sayForever)) {
      assertThat(Read.outcome(check(peer.port(), Map.of())))
          .isEqualTo("its answer has a head of more than 16 KiB");
    }
  }

  private static void sayForever(Socket connection) throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write((OK + "X: ").getBytes(StandardCharsets.US_ASCII));
    while (true) {
      out.write(new byte[1024]);
    }
  }

  @Test
  void readsTheBeginningOfABodyWithoutEnd() throws Exception {
    try (Peer peer =
        new Peer(connection -> {
          OutputStream out = connection.getOutputStream();
          out.write((OK + "\r\n").getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write("well ".getBytes(StandardCharsets.US_ASCII));
          }
        })) {
      assertThat(Read.outcome(check(peer.port(), Map.of("body", "well")))).isEmpty();
      assertThat(Read.outcome(check(peer.port(), Map.of("body", "ill"))))
          .startsWith("answers 200 OK, but without the text");
    }
  }

  @Test
  void endsWhenThereIsNoAnswer() throws Exception {
    try (Peer peer = Peer.silent()) {
      assertThat(Read.outcome(check(peer.port(), Map.of()), SHORT))
          .isEqualTo("takes the connection, but does not answer within 1s");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\r\n\r\n', 'answers 200 OK, but not to the end within 1s'",
    "'HTTP/1.1 200 OK\r\nX: ', 'takes the connection, but does not answer within 1s'"
  })
  void endsWhenAnAnswerDrips(String beginning, String problem) throws Exception {
    try (Peer peer = new Peer(_ -> {})) {
      peer.does(connection -> {
        peer.answer(connection, beginning);
        while (true) {
          connection.getOutputStream().write('.');
          Thread.sleep(20);
        }
      });
      assertThat(Read.outcome(check(peer.port(), Map.of()), SHORT)).isEqualTo(problem);
    }
  }

  @Test
  void endsARegularExpressionThatDoesNot() throws Exception {
    String answer = OK + "\r\n" + "a".repeat(5_000) + "!";
    try (Peer peer = Peer.answering(answer)) {
      assertThat(
              Read.outcome(
                  check(peer.port(), Map.of("body_matches", "(a|aa)+$".replace("$", "\\z"))),
                  SHORT))
          .isIn(
              "body_matches takes too long for this answer: not done within 1s",
              "body_matches needs too much memory for this answer");
    }
  }

  @Test
  void connectsAnewEachTime() throws Exception {
    Peer peer = Peer.answering(OK + "Content-Length: 0\r\n\r\n");
    HealthCheck check = check(peer.port(), Map.of());
    assertThat(Read.outcome(check)).isEmpty();
    peer.close();

    assertThat(Read.outcome(check)).isEqualTo("connection refused: nothing listens there");
  }
}
