package dev.rgap.worker.address;

import static dev.rgap.worker.address.WebServer.answer;
import static dev.rgap.worker.address.WebServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.NoAddressException;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.ConfigTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Web services that tell addresses, byte by byte. */
@Timeout(60)
class HttpSourceTest {

  private static final String SECRET = "s3cr3t-value";

  private static List<IpAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }

  /** Of a section that has no problems. */
  private static AddressSource section(Map<String, ?> http, Object... more) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("http", http);
    for (int i = 0; i < more.length; i += 2) {
      section.put(more[i].toString(), more[i + 1]);
    }
    Problems problems = new Problems();
    AddressSource source =
        Sources.read(ConfigValue.root(new ConfigTree().node(section), problems)).orElseThrow();
    assertThat(problems.all()).isEmpty();
    return source;
  }

  private static AddressSource aws(WebServer server, String path) {
    return section(
        Map.of(
            "url",
            server.url() + path,
            "token",
            Map.of(
                "url",
                server.url() + "/latest/api/token",
                "headers",
                Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
                "header",
                "X-aws-ec2-metadata-token")));
  }

  @Test
  void awsGivesATokenThatServesUntilItIsOver() throws Exception {
    CloudMetadata.Aws aws = new CloudMetadata.Aws();
    try (WebServer server = new WebServer(aws)) {
      AddressSource source = aws(server, "/latest/meta-data/local-ipv4");
      for (int i = 0; i < 3; i++) {
        assertThat(source.find()).isEqualTo(addresses("172.31.5.6"));
      }
      aws.expire();
      assertThat(source.find()).isEqualTo(addresses("172.31.5.6"));

      String token = "PUT /latest/api/token HTTP/1.1";
      String get = "GET /latest/meta-data/local-ipv4 HTTP/1.1";
      assertThat(server.lines()).containsExactly(token, get, get, get, get, token, get);
      assertThat(server.requests.getFirst().header("Content-Length")).contains("0");
      assertThat(aws(server, "/latest/meta-data/ipv6").find()).isEqualTo(addresses("2001:db8::56"));
    }
  }

  @Test
  void awsWithoutATokenRefuses() throws Exception {
    try (WebServer server = new WebServer(new CloudMetadata.Aws())) {
      String url = server.url() + "/latest/meta-data/local-ipv4";
      assertThatThrownBy(() -> Sources.parse("http:" + url).find())
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(NoAddressException.class)
          .hasMessage(server.host() + " answers 401");
      assertThatThrownBy(() ->
              section(
                      Map.of(
                          "url",
                          url,
                          "token",
                          Map.of("url", server.url() + "/latest/api/token", "header", "X-T")))
                  .find())
          .hasMessage(server.host() + " gives no token (400, text/html, 26 characters)");
      assertThatThrownBy(() -> aws(server, "/latest/meta-data/public-ipv4").find())
          .hasMessage(server.host() + " answers 404");
    }
  }

  @Test
  void googleWantsAHeader() throws Exception {
    try (WebServer server = new WebServer(CloudMetadata::google)) {
      String url = server.url() + "/computeMetadata/v1/instance/network-interfaces/0/ip";
      assertThat(section(Map.of("url", url, "headers", Map.of("Metadata-Flavor", "Google"))).find())
          .isEqualTo(addresses("10.128.0.7"));
      assertThatThrownBy(() -> Sources.parse("http:" + url).find())
          .hasMessage(server.host() + " answers 403");
    }
  }

  @Test
  void azureWantsAHeaderAndAnswersInJson() throws Exception {
    try (WebServer server = new WebServer(CloudMetadata::azure)) {
      String url = server.url() + "/metadata/instance/network?api-version=2021-02-01";
      Map<String, String> headers = Map.of("Metadata", "true");
      String address = "/interface/0/ipv4/ipAddress/0/";
      AddressSource source =
          section(Map.of("url", url, "headers", headers, "pointer", address + "privateIpAddress"));
      assertThat(source.find()).isEqualTo(addresses("10.144.133.132"));
      assertThat(source.label())
          .isEqualTo(
              "http:"
                  + server.url()
                  + "/metadata/instance/network?...#"
                  + address
                  + "privateIpAddress");
      assertThatThrownBy(() ->
              section(
                      Map.of(
                          "url", url, "headers", headers, "pointer", address + "publicIpAddress"))
                  .find())
          .isInstanceOf(NoAddressException.class)
          .hasMessage("the answer of " + server.host() + " has no address");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ip\": \"192.0.2.1\"}                             | /ip      | 192.0.2.1",
        "{\"x\": {\"ip\": \"192.0.2.9\"}, \"ip\": \"192.0.2.1\"} | /ip  | 192.0.2.1",
        "[[1, {}], {\"a/b\": {\"~\": \"2001:db8::1\"}}]      | /1/a~1b/~0 | 2001:db8::1",
        "[\"192.0.2.1\", \"2001:db8::1\"]                    | ''       | 192.0.2.1",
        "\"192.0.2.1\"                                       | ''       | 192.0.2.1",
        "{\"ip\": [\"2001:db8::1\"]}                         | /ip/0    | 2001:db8::1",
        "{\"ip\": null}                                      | /ip      | has no address",
        "{\"ip\": []}                                        | /ip      | has no address",
        "{\"ip\": \"fe80::1\"}                               | /ip      | no address that fits",
        "{\"ip\": {\"v4\": \"192.0.2.1\"}}                   | /ip      | has no text at /ip",
        "{\"ip\": 7}                                         | /ip      | has no text at /ip",
        "{\"ip\": [7]}                                       | /ip      | has no text at /ip",
        "[]                                                  | /0       | has no text at /0",
        "{                                                   | /ip      | has no text at /ip",
        "<html>                                              | /ip      | has no text at /ip",
        "{\"ip\": \""
            + SECRET
            + "\"}                        | /ip      | something else than an address",
      })
  void pointersLeadToAddresses(String json, String pointer, String expected) throws Exception {
    try (WebServer server = new WebServer(request -> answer("200 OK", "application/json", json))) {
      AddressSource source = Sources.parse("http:" + server.url() + "/#" + pointer);
      if (Character.isLetter(expected.charAt(0)) && expected.contains(" ")) {
        assertThatThrownBy(source::find)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(expected)
            .hasMessageNotContaining(SECRET);
      } else {
        assertThat(source.find()).isEqualTo(addresses(expected));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''           | 192.0.2.1",
        "family=ipv4  | 192.0.2.1",
        "family=ipv6  | 2001:db8::1",
        "family=both  | 192.0.2.1 2001:db8::1",
      })
  void familiesAreChosen(String option, String expected) throws Exception {
    try (WebServer server = new WebServer(request -> text(" 2001:db8::1\r\n192.0.2.1,192.0.2.2"))) {
      String line = server.url() + (option.isEmpty() ? "" : "/?a,b," + option);
      assertThat(Sources.parse(line).find()).isEqualTo(addresses(expected.split(" ", -1)));
      assertThat(server.lines().getFirst()).startsWith(option.isEmpty() ? "GET /" : "GET /?a,b ");
    }
  }

  @Test
  void redirectsAreFollowedUnlessHeadersAreSent() throws Exception {
    AtomicReference<String> target = new AtomicReference<>("/there");
    try (WebServer server =
        new WebServer(request ->
            request.line().startsWith("GET /there ")
                ? text("192.0.2.1")
                : ("HTTP/1.1 302 Found\r\nLocation: "
                        + target.get()
                        + "\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8))) {
      assertThat(Sources.parse(server.url() + "/here").find()).isEqualTo(addresses("192.0.2.1"));
      int before = server.requests.size();
      assertThatThrownBy(
              () -> section(Map.of("url", server.url(), "headers", Map.of("X-Key", SECRET))).find())
          .hasMessageContaining("answers 302, and leads elsewhere")
          .hasMessageNotContaining(SECRET);
      assertThat(server.requests).hasSize(before + 1);

      target.set("/circle");
      assertThatThrownBy(() -> Sources.parse(server.url() + "/circle").find())
          .isInstanceOf(IOException.class);
      assertThat(server.requests).hasSizeLessThan(before + 1 + 10);
    }
  }

  @Test
  void endlessAnswersEnd() throws Exception {
    byte[] head = "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    byte[] much = Arrays.copyOf(head, 10_000_000);
    Arrays.fill(much, head.length, much.length, (byte) '1');
    try (WebServer server = new WebServer(request -> much)) {
      assertThatThrownBy(() -> Sources.parse(server.url()).find())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no answer of " + server.host() + ": ");
    }
  }

  @Test
  void whoDoesNotAnswerIsNotWaitedForLong() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (WebServer server =
        new WebServer(request -> {
          if (request.line().startsWith("GET /body ")) {
            return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1".getBytes(StandardCharsets.UTF_8);
          }
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return null;
        })) {
      for (String path : List.of("/", "/body")) {
        assertThatThrownBy(
                () -> section(Map.of("url", server.url() + path), "timeout", "100ms").find())
            .hasMessage(server.host() + " does not answer in time");
      }
      over.countDown();
    }
  }

  @Test
  void failuresAreToldInWords() throws Exception {
    String gone;
    try (WebServer server = new WebServer(request -> null)) {
      gone = server.host();
      assertThatThrownBy(() -> Sources.parse("http://" + gone).find())
          .hasMessageStartingWith("no answer of " + gone + ": ");
      assertThatThrownBy(() -> Sources.parse("https://" + gone).find()).hasMessageContaining(gone);
    }
    assertThatThrownBy(() -> Sources.parse("http://" + gone).find())
        .hasMessageStartingWith("can't connect to " + gone);
    assertThatThrownBy(() -> Sources.parse("http://nowhere.invalid/").find())
        .hasMessage("the name nowhere.invalid can't be resolved");
  }

  @Test
  void secretsAreNeverShown() throws Exception {
    try (WebServer server = new WebServer(request -> text("<" + SECRET + ">"))) {
      AddressSource source =
          section(
              Map.of("url", server.url() + "/?key=" + SECRET, "headers", Map.of("X-Key", SECRET)));
      assertThat(source.label() + source).doesNotContain(SECRET);
      assertThatThrownBy(source::find)
          .hasMessageContaining("something else than an address (200, text/plain, 14 characters)")
          .hasMessageNotContaining(SECRET)
          .hasStackTraceContaining("HttpSource");
      assertThat(server.requests.getFirst().header("X-Key")).contains(SECRET);
      AddressSource odd =
          section(
              Map.of(
                  "url",
                  server.url(),
                  "token",
                  Map.of("url", server.url(), "header", "X-T", "method", "GET")));
      assertThatThrownBy(odd::find).hasMessageNotContaining(SECRET);
    }
  }

  @Test
  void thoseThatAskTheSameAreEqual() {
    Map<String, ?> one = Map.of("url", "http://a.example/", "headers", Map.of("A", "1"));
    Map<String, ?> other = Map.of("url", "http://a.example/", "headers", Map.of("A", "2"));
    assertThat(section(one)).isEqualTo(section(one)).hasSameHashCodeAs(section(one));
    assertThat(section(one)).isNotEqualTo(section(other));
    assertThat(section(one)).isNotEqualTo(section(one, "family", "ipv6"));
    assertThat(Sources.parse("http://a.example/#/b"))
        .isEqualTo(Sources.parse("http:http://a.example/#/b"))
        .isNotEqualTo(Sources.parse("http://a.example/#/c"));
  }
}
