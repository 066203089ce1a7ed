package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.TestApi.Reply;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document says what is answered, and no more. */
class OpenApiTest {

  @TempDir private Path directory;

  @Test
  void saysWhatIsAnswered() throws Exception {
    try (TestApi api = new TestApi(directory, "")) {
      Described document = new Described(api.get("/v1/openapi").body());
      api.announce("192.0.2.1", "192.0.2.2");
      String group = "/v1/groups/{id}";
      document.checkReply("get", "/", api.get("/"));
      document.checkReply("get", "/-/healthy", api.get("/-/healthy"));
      document.checkReply("get", "/-/ready", api.get("/-/ready"));
      document.checkReply("post", "/-/reload", reload(api));
      api.reload = new Reload(false, List.of(), List.of("a"), List.of("b"));
      document.checkReply("post", "/-/reload", reload(api));
      document.checkReply("post", "/-/reload", api.tcp("POST", "/-/reload", "Content-Length: 0"));
      api.clock.advance(Duration.ZERO);
      document.checkReply("get", "/v1/groups", api.get("/v1/groups?limit=1&history=true"));
      document.checkReply("get", "/v1/groups", api.get("/v1/groups?limit=0"));
      document.checkReply("get", "/v1/events", api.tcp("HEAD", "/v1/events"));
      document.checkReply("get", "/v1/events", api.get("/v1/events?group=3"));
      document.checkReply("get", "/v1/events", api.get("/v1/events?last=x"));
      document.checkReply("get", group, api.get("/v1/groups/1000?limit=1"));
      document.checkReply("get", group, api.get("/v1/groups/1000", "If-None-Match: *"));
      for (String id : List.of("x", "3", "2000")) {
        document.checkReply("get", group, api.get("/v1/groups/" + id));
      }
      for (String feed : List.of("prometheus", "haproxy", "traefik", "lines")) {
        for (String id : List.of("1000", "2000", "3")) {
          document.checkReply(
              "get", group + "/" + feed, api.get("/v1/groups/" + id + "/" + feed + "?port=80"));
        }
      }
      document.checkReply("get", group + "/hosts", api.get("/v1/groups/1000/hosts"));
      api.send(TestApi.READY, "192.0.2.1", Duration.ofHours(1), TestApi.KEY, "192.0.2.1");
      document.checkReply("get", "/v1/rejections", api.get("/v1/rejections"));
      document.checkReply("get", "/v1/rejections", api.get("/v1/rejections?reason=odd"));
      document.checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/192.0.2.1"));
      document.checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/x"));
      for (String path : List.of("/v1/outputs", "/v1/config", "/v1/openapi", "/metrics")) {
        document.checkReply("get", path, api.get(path));
      }
      document.checkReply(
          "get", "/metrics", api.get("/metrics", "Accept: application/openmetrics-text"));
      checkEvents(api, document);
      api.clock.advance(Duration.ofMinutes(1));
      document.checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/192.0.2.1"));
      document.assertAllSeen();
    }
  }

  private static void checkEvents(TestApi api, Described document) throws Exception {
    try (EventStream stream = new EventStream(api.port, "?group=1000")) {
      assertThat(stream.told()).isEqualTo("hello");
      api.announce("192.0.2.3");
      api.clock.advance(TestApi.DELAY);
      for (int i = 0; i < 2; i++) { // has joined, has left
        document.check("Event", document.schema("Event"), Described.load(stream.data()));
      }
    }
  }

  private static Reply reload(TestApi api) throws Exception {
    return TestApi.ask(
        UnixDomainSocketAddress.of(api.socket), "POST", "/-/reload", "Content-Length: 0");
  }

  @Test
  void hasEveryRoute() throws Exception {
    try (TestApi api = new TestApi(directory, "")) {
      new Described(api.get("/v1/openapi").body())
          .assertHas(
              Routes.ofListener(
                  new Subject(
                      "",
                      api.listener.membership(),
                      api.listener.metrics(),
                      api.listener.stats(),
                      api.listener::rejections,
                      () -> null,
                      () -> true,
                      () -> api.reload,
                      Optional::empty,
                      Map::of),
                  new Recent(api.listener.membership(), api.clock.scheduler()),
                  new Traffic()));
    }
  }
}
