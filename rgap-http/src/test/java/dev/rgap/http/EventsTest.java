package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.http.TestApi.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients are told what happens. */
@Timeout(60)
class EventsTest {

  @TempDir private Path directory;
  private TestApi api;

  @BeforeEach
  void start() throws Exception {
    api = new TestApi(directory, "");
    api.clock.runDue(); // the groups as they stand at the start
  }

  @AfterEach
  void close() {
    api.close();
  }

  private EventStream stream(String parameters, String... headers) throws Exception {
    return new EventStream(api.port, parameters, headers);
  }

  private void announce(String... addresses) {
    api.announce(addresses);
    api.clock.runDue();
  }

  @Test
  void aNewClientIsToldWhatHappensFromThenOn() throws Exception {
    announce("192.0.2.1");
    try (EventStream stream = stream("")) {
      assertThat(stream.head)
          .contains("Content-Type: text/event-stream", "Cache-Control: no-cache")
          .noneMatch(line -> line.startsWith("Access-Control"));
      assertThat(stream.next())
          .element(2)
          .asString()
          .matches("data: \\{\"start\":\"[0-9a-z]+\",\"version\":\"9\\.9\\.9\"}");

      announce("192.0.2.2");
      assertThat(stream.told()).isEqualTo("joined 192.0.2.2");

      api.clock.advance(TestApi.DELAY);
      assertThat(List.of(stream.told(), stream.told(), stream.told()))
          .containsExactlyInAnyOrder("left 192.0.2.1", "left 192.0.2.2", "ready");
    }
  }

  @Test
  void whoComesBackIsToldWhatItHasMissed() throws Exception {
    announce("192.0.2.1");
    String id;
    try (EventStream stream = stream("?last=1")) {
      assertThat(stream.told()).isEqualTo("hello");
      id = stream.id();
    }
    announce("192.0.2.2", "192.0.2.3");

    try (EventStream stream = stream("", "Last-Event-ID: " + id)) {
      assertThat(stream.told()).isEqualTo("joined 192.0.2.2");
      assertThat(stream.told()).isEqualTo("joined 192.0.2.3");
    }
  }

  @Test
  void theLastEventsComeFirstToWhoWantsThem() throws Exception {
    announce("192.0.2.1", "192.0.2.2", "192.0.2.3");

    try (EventStream stream = stream("?last=2")) {
      assertThat(stream.told()).isEqualTo("hello");
      assertThat(stream.told()).isEqualTo("joined 192.0.2.2");
      assertThat(stream.told()).isEqualTo("joined 192.0.2.3");
    }
    try (EventStream stream = stream("?last=1&group=2000")) {
      assertThat(stream.told()).isEqualTo("hello");
      assertThat(stream.next().getLast()).contains("\"group\":\"2000\"");
    }
  }

  @Test
  void onlyTheGroupsThatAreWantedAreTold() throws Exception {
    try (EventStream stream = stream("?group=2000")) {
      assertThat(stream.told()).isEqualTo("hello");
      announce("192.0.2.1");
      api.clock.advance(TestApi.DELAY);
      assertThat(stream.told()).isEqualTo("ready");
    }
  }

  @ParameterizedTest
  @CsvSource({"other-1", "nonsense", "START-99", "START-x", "START--7"})
  void whatIsNotKnownAnyMoreIsAReset(String known) throws Exception {
    announce("192.0.2.1");
    String last;
    try (EventStream stream = stream("")) {
      last = stream.id();
    }
    String start = last.substring(0, last.indexOf('-'));
    try (EventStream stream = stream("", "Last-Event-ID: " + known.replace("START", start))) {
      List<String> event = stream.next();
      assertThat(event).startsWith("id: " + last, "event: reset");
      announce("192.0.2.2");
      assertThat(stream.told()).isEqualTo("joined 192.0.2.2");
    }
  }

  @Test
  void whatTheRingHasForgottenIsAReset() throws Exception {
    String id;
    try (EventStream stream = stream("")) {
      id = stream.id();
    }
    for (int i = 0; i <= EventRing.MOST; i++) {
      announce("10.0." + i / 256 + "." + i % 256);
    }
    try (EventStream stream = stream("", "Last-Event-ID: " + id)) {
      assertThat(stream.told()).isEqualTo("reset");
    }
  }

  @Test
  void theEndIsToldAllAtOnce() throws Exception {
    try (EventStream one = stream("");
        EventStream two = stream("")) {
      assertThat(one.told()).isEqualTo("hello");
      assertThat(two.told()).isEqualTo("hello");

      api.api.close();

      assertThat(one.next()).isEmpty();
      assertThat(two.next()).isEmpty();
    }
  }

  @Test
  void anotherTokenEndsThoseWhoHaveShownTheOneBefore() throws Exception {
    try (EventStream stream = stream("")) {
      assertThat(stream.told()).isEqualTo("hello");
      HttpConfig before = api.config();
      Token token = Token.parse("0123456789abcdef-other".getBytes(StandardCharsets.US_ASCII));

      assertThat(
              api.api
                  .reconfigure(
                      new HttpConfig(
                          before.listen(),
                          Set.of(),
                          Optional.of(token),
                          Optional.empty(),
                          before.socket()))
                  .failed())
          .isEmpty();

      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void whoAsksForTheHeadOnlyGetsNoMore() throws Exception {
    Reply reply = api.tcp("HEAD", "/v1/events");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("text/event-stream");
  }

  @ParameterizedTest
  @CsvSource({"group=3, 404", "group=x, 400", "group=1000;2000, 400", "last=-1, 400", "x=1, 400"})
  void whatCanNotBeToldIsAProblem(String parameters, int status) throws Exception {
    assertThat(api.get("/v1/events?" + parameters).status()).isEqualTo(status);
  }

  /** It would be remembered for ever if it has gone, and could not go on where it is. */
  @Test
  void whoWantsNothingOfWhatHappensIsToldSoNowAndThen() throws Exception {
    AtomicInteger clients = new AtomicInteger();
    try (Recent recent = new Recent(api.listener.membership(), api.clock.scheduler())) {
      api.clock.runDue(); // the groups as they stand
      Events events = new Events(api.subject, recent, clients, 1);
      Call call = new Call("", Map.of("group", "2000"), name -> null, false);
      StringBuilder written = new StringBuilder();
      OutputStream out =
          new OutputStream() {
            @Override
            public void write(int b) {
              throw new UnsupportedOperationException("it comes in arrays");
            }

            @Override
            public void write(byte[] text) throws IOException {
              written.append(new String(text, StandardCharsets.US_ASCII));
              announce("192.0.2." + written.length() % 250);
              if (written.toString().matches("(?s).*\n\n:\n\nid: [0-9a-z]+-[0-9]+\n\n")) {
                throw new IOException("has gone");
              }
            }
          };

      assertThatThrownBy(() -> events.stream(call).body().write(out)).hasMessage("has gone");

      assertThat(written).contains("event: hello").doesNotContain("joined");
      assertThat(clients).hasValue(0);
    }
  }

  @Test
  void clientsAreCounted() throws Exception {
    try (EventStream stream = stream("")) {
      assertThat(stream.told()).isEqualTo("hello");
      assertThat(api.get("/metrics").body())
          .contains("rgap_http_event_clients 1.0")
          .contains("rgap_http_requests_total{code=\"200\"} 1.0")
          .contains("rgap_http_connections{socket=\"tcp\"} 1.0")
          .contains("rgap_http_connections{socket=\"unix\"} 1.0")
          .contains("rgap_http_connections_refused_total 0.0");
    }
  }
}
