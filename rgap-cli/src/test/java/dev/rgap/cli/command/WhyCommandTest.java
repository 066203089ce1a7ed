package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Why an address is a member or is none, as an answer of the API has it. */
class WhyCommandTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final String MEMBER =
      """
      {"address": "192.0.2.1", "groups": [
        {"group": "1000", "ready": true, "member": true, "address": "192.0.2.1",
         "since": "2026-01-02T02:04:05Z", "announced": "2026-01-02T03:04:01.500Z",
         "sender": "10.0.0.7", "skew_seconds": -0.25, "key": "1f2e3d", "remaining_seconds": 11.04,
         "held": true, "draining": true},
        {"group": "2000", "ready": false, "member": false,
         "left": {"time": "2026-01-02T03:03:05Z", "cause": "expired"}}],
       "rejections": [
        {"reason": "stale", "sender": "10.0.0.7", "source": ":8271", "group": "1000",
         "address": "192.0.2.1", "count": 12, "first": "2026-01-02T03:00:00Z",
         "last": "2026-01-02T03:04:02Z", "skew_seconds": 90, "detail": "set\\u001b its clock"}]}
      """;

  private static final String NOTHING =
      "{\"address\": \"192.0.2.1\", \"groups\": [], \"rejections\": []}\n";

  @AutoClose private final Listener listener = new Listener();

  WhyCommandTest() throws IOException {}

  /** Answers by HTTP what a test wants. */
  private static final class Listener implements AutoCloseable {
    final Map<String, String> answers = new ConcurrentHashMap<>();
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    Listener() throws IOException {
      Thread.ofVirtual().start(this::serve);
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket client = server.accept()) {
          BufferedReader in =
              new BufferedReader(
                  new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
          String path = in.readLine().split(" ", -1)[1];
          while (!in.readLine().isEmpty()) {
            // headers
          }
          String body = answers.get(path);
          String answer =
              body == null
                  ? "HTTP/1.1 404 Not Found\r\n\r\n{\"detail\": \"there is no " + path + "\"}"
                  : "HTTP/1.1 200 OK\r\n\r\n" + body;
          client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
          // closed
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static Explanation explained(String json) throws IOException {
    return new Explanation(Json.object(json), NOW);
  }

  @Test
  void aMemberIsDescribedAndSoIsWhatWasRejected() throws Exception {
    assertThat(explained(MEMBER).lines())
        .containsExactly(
            "192.0.2.1 is a member of group 1000",
            "  since              2026-01-02T02:04:05Z, 1h ago",
            "  last announcement  2026-01-02T03:04:01.500Z, 3.5s ago by its clock",
            "  its clock          200ms behind the listener's",
            "  key                1f2e3d",
            "  sender             10.0.0.7",
            "  life left          11s",
            "  it is due, and only kept by the group's guard",
            "  it drains: it is there, and asks for nothing new",
            "192.0.2.1 is no member of group 2000",
            "  left               2026-01-02T03:03:05Z, 1m ago",
            "  cause              expired: no announcement came in time",
            "  the group is not ready: outputs do not have its members yet",
            "rejected as stale, 12 times, last 3s ago, from 10.0.0.7 at :8271, for group 1000",
            "  its clock          1m30s ahead of the listener's",
            "  set\\u001b its clock");
    assertThat(explained(MEMBER).isMember()).isTrue();
  }

  @Test
  void ofNothingItIsSaidWhereToLook() throws Exception {
    assertThat(explained(NOTHING).lines())
        .contains("nothing is remembered that came from 192.0.2.1 or for it")
        .anyMatch(line -> line.contains("rgap sniff"))
        .anyMatch(line -> line.contains("firewall"));
  }

  @Test
  void theStatusTellsWhetherItIsAMember() {
    listener.answers.put("/v1/addresses/192.0.2.1", MEMBER);
    listener.answers.put("/v1/addresses/2001:db8::1", NOTHING);
    for (String command : List.of("why", "status")) {
      Run good = Run.of(command, "--url", listener.url(), "192.0.2.1");
      assertThat(good.out()).startsWith("192.0.2.1 is a member of group 1000\n");
      assertThat(good.status()).isZero();
      Run bad = Run.of(command, "--url", listener.url(), "2001:DB8::1");
      assertThat(bad.out()).startsWith("nothing is remembered");
      assertThat(bad.status()).isEqualTo(1);
      assertThat(Run.of(command, "--url", listener.url(), "::2").err())
          .isEqualTo("Error: there is no /v1/addresses/::2\n");
    }
    assertThat(Run.of("why", "--json", "--url", listener.url(), "192.0.2.1").out())
        .isEqualTo(MEMBER);
  }
}
