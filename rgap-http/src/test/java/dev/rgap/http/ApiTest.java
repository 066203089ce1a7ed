package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.TestApi.Reply;
import dev.rgap.transport.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered to whom. */
class ApiTest {

  private static final String TOKEN = "0123456789abcdef-secret";

  @TempDir private Path directory;
  private TestApi api;

  @BeforeEach
  void start() throws Exception {
    api = new TestApi(directory, "");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void restartWithToken() throws Exception {
    api.close();
    api = new TestApi(directory, TOKEN);
  }

  @Test
  void membersComeWithTheLifeTheyHaveLeft() throws Exception {
    api.announce("192.0.2.2", "192.0.2.1");
    api.clock.advance(Duration.ofSeconds(10));

    assertThat(api.get("/v1/groups/1000").body())
        .contains("\"size\":2")
        .contains("\"address\":\"192.0.2.1\"")
        .contains("\"remaining_seconds\":20.0,\"held\":false,\"draining\":false")
        .doesNotContain("next");
  }

  @Test
  void largeGroupsComeInPages() throws Exception {
    api.announce("192.0.2.1", "192.0.2.2", "192.0.2.3");

    assertThat(api.get("/v1/groups/1000?limit=2").body())
        .contains("192.0.2.1", "\"next\":\"192.0.2.2\"")
        .doesNotContain("192.0.2.3");
    assertThat(api.get("/v1/groups/1000?limit=2&after=192.0.2.2").body())
        .contains("192.0.2.3")
        .doesNotContain("192.0.2.1", "192.0.2.2\",\"exp", "next");
    assertThat(api.get("/v1/groups/1000?after=192.0.2.9").body()).contains("\"members\":[]");
  }

  @Test
  void whoKnowsTheGroupAlreadyIsToldNoMore() throws Exception {
    api.announce("192.0.2.1");
    String tag = api.get("/v1/groups/1000").header("ETag");

    Reply same = api.get("/v1/groups/1000", "If-None-Match: " + tag);
    api.announce("192.0.2.2");

    assertThat(same.status()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(api.get("/v1/groups/1000", "If-None-Match: " + tag).status()).isEqualTo(200);
  }

  @Test
  void aLongPollEndsWhenTheGroupChanges() throws Exception {
    CompletableFuture<Reply> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return api.get("/v1/groups/1000?wait=5m&index=0");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    assertThat(waiting).isNotDone();

    api.announce("192.0.2.1");

    assertThat(waiting.get().body()).contains("192.0.2.1", "\"index\":1");
  }

  @Test
  void aLongPollEndsWithItsTime() throws Exception {
    assertThat(api.get("/v1/groups/1000?wait=1ms&index=0").body()).contains("\"index\":0");
  }

  @Test
  void whatIsNotReadyIsNoEmptyList() throws Exception {
    for (String feed : List.of("", "/lines", "/hosts", "/prometheus", "/haproxy?port=1")) {
      Reply reply = api.get("/v1/groups/2000" + feed);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).isEqualTo("5");
      assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }
    assertThat(api.get("/v1/groups").body())
        .contains("{\"group\":\"2000\",\"ready\":false,\"index\":0,\"size\":0,");
  }

  @Test
  void readinessNamesWhatIsWaitedForAndStays() throws Exception {
    assertThat(api.get("/-/ready").status()).isEqualTo(503);
    assertThat(api.get("/-/ready").body()).contains("group 2000 waits for its readiness_delay");

    api.wasReady = true; // and a reload has brought a group
    assertThat(api.get("/-/ready").status()).isEqualTo(200);

    api.wasReady = false;
    api.clock.advance(TestApi.DELAY);
    assertThat(api.get("/-/ready").status()).isEqualTo(200);
    assertThat(api.get("/-/healthy").status()).isEqualTo(200);
  }

  @Test
  void feedsAreWhatOthersRead() throws Exception {
    api.announce("192.0.2.1", "2001:db8::1");
    String group = "/v1/groups/1000";

    assertThat(api.get(group + "/lines").body()).isEqualTo("192.0.2.1\n2001:db8::1\n");
    assertThat(api.get(group + "/lines?port=80").body())
        .isEqualTo("192.0.2.1:80\n[2001:db8::1]:80\n");
    assertThat(api.get(group + "/hosts").body())
        .isEqualTo("192.0.2.1 member-192-0-2-1\n2001:db8::1 member-2001-db8--1\n");
    assertThat(api.get(group + "/hosts?name=worker.example.com").body())
        .startsWith("192.0.2.1 worker.example.com\n");
    assertThat(api.get(group + "/prometheus?port=9100").body())
        .isEqualTo(
            "[{\"targets\":[\"192.0.2.1:9100\",\"[2001:db8::1]:9100\"],"
                + "\"labels\":{\"__meta_rgap_group\":\"1000\"}}]\n");
    assertThat(api.get(group + "/haproxy?port=8080").body())
        .startsWith("server member-192-0-2-1 192.0.2.1:8080 check\n");
    assertThat(api.get(group + "/traefik?port=8080&name=web").body())
        .isEqualTo(
            "{\"http\":{\"services\":{\"web\":{\"loadBalancer\":{\"servers\":["
                + "{\"url\":\"http://192.0.2.1:8080\"},{\"url\":\"http://[2001:db8::1]:8080\"}"
                + "]}}}}}\n");
  }

  @Test
  void outputsTellHowTheyDo() throws Exception {
    assertThat(api.get("/v1/outputs").body())
        .isEqualTo(
            "{\"outputs\":[{\"output\":\"out\",\"kind\":\"idle\",\"groups\":[\"1000\"],"
                + "\"failing\":true,\"last_success\":\"2001-09-09T01:46:40Z\","
                + "\"runs\":{\"failed\":1},\"last_run\":\"1970-01-01T00:00:00Z\","
                + "\"last_duration_seconds\":1.5,\"error\":\"the disk is full\"}]}\n");
  }

  @Test
  void theConfigurationHasFingerprintsForKeys() throws Exception {
    assertThat(api.get("/v1/config").body())
        .contains("\"keys\":[\"" + TestApi.KEY.fingerprint() + "\"]")
        .contains(
            "\"last_reload\":{\"time\":\"1970-01-01T00:00:00Z\",\"successful\":true,"
                + "\"problems\":[],\"failed\":[]}")
        .doesNotContain("abab");
  }

  @Test
  void numbersComeInTheFormatThatIsAccepted() throws Exception {
    Reply text = api.get("/metrics");
    assertThat(text.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(text.body())
        .contains("# TYPE rgap_announcements_accepted_total counter")
        .contains("rgap_build_info{")
        .contains("rgap_group_members{group=\"1000\"} 0.0");

    Reply open = api.get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
    assertThat(open.header("Content-Type")).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/nothing, 404",
    "/v1/groups/1/lines/more, 404",
    "/v1/groups/3, 404",
    "/v1/groups/x, 400",
    "/v1/groups/1000?limit=0, 400",
    "/v1/groups/1000?after=x, 400",
    "/v1/groups/1000?wait=x, 400",
    "/v1/groups/1000?limt=1, 400",
    "/v1/groups/1000/haproxy, 400",
    "/v1/groups/1000/hosts?name=a%20b, 400",
    "/-/reload, 405",
  })
  void whatCanNotBeAnsweredIsAProblem(String path, int status) throws Exception {
    Reply reply = api.get(path);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.body()).contains("\"status\":" + status, "\"detail\":\"");
  }

  @Test
  void whatIsNoRequestIsAProblem() throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port))) {
      channel.write(StandardCharsets.US_ASCII.encode("nonsense\r\n\r\n"));
      Reply reply = TestApi.reply(channel);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }
  }

  @Test
  void answersMayNotBeFramedSniffedOrScripted() throws Exception {
    Reply reply = api.tcp("GET", "/v1/groups");

    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(reply.headers()).doesNotContainKeys("Server", "Access-Control-Allow-Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1", "[::1]:8270", "lb.example.com", "LB.Example.com"})
  void ownNamesAreAnswered(String host) throws Exception {
    assertThat(api.tcp("GET", "/v1/groups", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example"})
  void namesOfOthersAreNot(String host) throws Exception {
    assertThat(api.tcp("GET", "/v1/groups", "Host: " + host).status()).isEqualTo(421);
    assertThat(api.get("/v1/groups", "Host: " + host).status()).isEqualTo(200);
  }

  @Test
  void withoutATokenOnlyTheSocketMayWrite() throws Exception {
    assertThat(api.tcp("POST", "/-/reload", "Content-Length: 0").status()).isEqualTo(403);
    assertThat(reload().body())
        .isEqualTo("{\"changed\":[\"group 7 added\"],\"failed\":[],\"problems\":[]}\n");

    api.reload = new Reload(false, List.of(), List.of(), List.of("f:1:1: bad"));
    assertThat(reload().status()).isEqualTo(422);
    assertThat(reload().body()).contains("\"problems\":[\"f:1:1: bad\"]");
  }

  private Reply reload() throws Exception {
    return TestApi.ask(
        UnixDomainSocketAddress.of(api.socket), "POST", "/-/reload", "Content-Length: 0");
  }

  @Test
  void aTokenIsAskedForAndLetsWrite() throws Exception {
    restartWithToken();
    String shown = "Authorization: Bearer " + TOKEN;

    Reply refused = api.tcp("GET", "/v1/groups");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(api.tcp("GET", "/v1/groups", shown + "x").status()).isEqualTo(401);
    assertThat(api.tcp("GET", "/-/healthy").status()).isEqualTo(200);
    assertThat(api.tcp("GET", "/-/ready").status()).isEqualTo(503);
    assertThat(api.tcp("GET", "/v1/groups", shown).status()).isEqualTo(200);
    assertThat(api.tcp("POST", "/-/reload", shown, "Content-Length: 0").status()).isEqualTo(200);
    assertThat(api.get("/v1/groups").status()).isEqualTo(200);
  }

  @Test
  void aChangedConfigurationTakesEffectAndKeepsWhatIsTheSame() throws Exception {
    int other = TestApi.freePort();
    HttpConfig before = api.config();
    HttpConfig more =
        new HttpConfig(
            List.of(before.listen().getFirst(), Endpoint.parse("127.0.0.1:" + other)),
            before.names(),
            before.token(),
            before.tls(),
            before.socket());

    assertThat(api.api.reconfigure(before).made()).isEmpty();
    assertThat(api.api.reconfigure(more).made())
        .containsExactly("http 127.0.0.1:" + other + " added");
    assertThat(
            TestApi.ask(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), other),
                    "GET",
                    "/-/healthy")
                .status())
        .isEqualTo(200);
    assertThat(api.api.reconfigure(before).made())
        .containsExactly("http 127.0.0.1:" + other + " removed");
    assertThat(api.tcp("GET", "/-/healthy").status()).isEqualTo(200);
  }

  @Test
  void anAddressThatCanNotBeHadIsNamedAndTriedAgain() throws Exception {
    HttpConfig before = api.config();
    Endpoint address;
    HttpConfig more;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = Endpoint.parse("127.0.0.1:" + taken.getLocalPort());
      more =
          new HttpConfig(
              List.of(address), before.names(), before.token(), before.tls(), before.socket());

      assertThat(api.api.reconfigure(more).failed())
          .singleElement()
          .asString()
          .startsWith("http: can't listen on " + address + ": Address already in use");
    }
    assertThat(api.api.missing()).isOne();

    api.clock.advance(Duration.ofSeconds(5));

    assertThat(api.api.missing()).isZero();
    assertThat(api.api.reconfigure(more).made()).isEmpty();
  }

  @Test
  void groupsComeInPagesWithTheirHistory() throws Exception {
    api.announce("192.0.2.1");
    api.clock.advance(SizeRing.INTERVAL.minusSeconds(1));

    assertThat(api.get("/v1/groups?limit=1&history=true").body())
        .isEqualTo(
            "{\"groups\":[{\"group\":\"1000\",\"ready\":true,\"index\":1,\"size\":1,\"held\":0,"
                + "\"draining\":0,\"pending\":0,\"history\":{\"interval_seconds\":30,\"sizes\":[1]}}],"
                + "\"next\":\"1000\"}\n");
    assertThat(api.get("/v1/groups?after=1000").body())
        .startsWith("{\"groups\":[{\"group\":\"2000\",")
        .doesNotContain("history", "next");
    for (String wrong : List.of("history=1", "limit=0", "after=x")) {
      assertThat(api.get("/v1/groups?" + wrong).status()).isEqualTo(400);
    }
  }

  @Test
  void aBodyThatNobodyReadsKeepsNoConnection() throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port))) {
      channel.write(
          StandardCharsets.US_ASCII.encode(
              "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"));

      assertThat(TestApi.reply(channel).status()).isEqualTo(403); // and its end
    }
  }
}
