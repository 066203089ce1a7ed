package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AgentState;
import dev.rgap.http.TestApi.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents answer to whom. */
class AgentApiTest {

  private static final String TOKEN = "0123456789abcdef-secret";
  private static final String SHOWN = "Authorization: Bearer " + TOKEN;

  @TempDir private Path directory;
  private TestAgents api;

  @BeforeEach
  void start() throws Exception {
    api = new TestAgents(directory, TOKEN);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void tellHowTheyAreDoing() throws Exception {
    assertThat(api.ask("GET", "/v1/agents").body())
        .contains(
            "{\"group\":\"1000\",\"key\":\"0123456789abcdef\",\"state\":\"announcing\","
                + "\"since\":\"2026-01-02T03:04:05Z\",\"interval_seconds\":1.5,"
                + "\"addresses\":[\"192.0.2.7\"]",
            "{\"source\":\"iface:eth0\",\"addresses\":[\"192.0.2.7\"],\"problem\":\"it is down\"}",
            "{\"check\":\"tcp 127.0.0.1:80\",\"state\":\"passing\","
                + "\"since\":\"2026-01-02T03:04:05Z\"}",
            "\"problem\":\"the status is 500\"",
            "{\"destination\":\"192.0.2.1:8271\",\"sent\":7,\"failed\":0}",
            "\"clock_offset_seconds\":-1.5");

    api.clockOffset = Optional.empty();
    assertThat(api.ask("GET", "/v1/agents").body()).doesNotContain("clock");
  }

  @Test
  void areDrainedAndUndrained() throws Exception {
    Reply drained = api.ask("POST", "/v1/drain");

    assertThat(drained.status()).isEqualTo(200);
    assertThat(drained.body()).contains("\"state\":\"draining\"");
    assertThat(api.ask("POST", "/v1/undrain").body()).contains("\"state\":\"announcing\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/drain", "/v1/undrain", "/-/reload"})
  void areToldSoByTcpWithATokenOnly(String path) throws Exception {
    assertThat(api.tcp("POST", path, "Content-Length: 0").status()).isEqualTo(401);
    assertThat(api.tcp("POST", path, "Content-Length: 0", SHOWN).status()).isEqualTo(200);
    assertThat(api.tcp("GET", path, SHOWN).status()).isEqualTo(405);

    api.close();
    api = new TestAgents(directory, "");
    assertThat(api.tcp("POST", path, "Content-Length: 0").status()).isEqualTo(403);
    assertThat(api.reports.getFirst().state()).isEqualTo(AgentState.ANNOUNCING);
  }

  @Test
  void tellTheirStateToAllAndTheRestToThoseWithAToken() throws Exception {
    assertThat(api.tcp("GET", "/-/healthy").status()).isEqualTo(200);
    assertThat(api.tcp("GET", "/-/ready").status()).isEqualTo(200);
    assertThat(api.tcp("GET", "/v1/agents").status()).isEqualTo(401);
    assertThat(api.tcp("GET", "/metrics").status()).isEqualTo(401);
    assertThat(api.tcp("GET", "/v1/agents", SHOWN).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING, group 2 is starting",
    "UNHEALTHY, group 2 is unhealthy: http 127.0.0.1:81: the status is 500",
    "WITHOUT_ADDRESS, group 2 is without address: iface:eth0: it is down",
    "DRAINING, group 2 is draining",
    "DRAINED, group 2 is drained",
    "ENDED, group 2 is ended"
  })
  void areNotReadyUnlessAllAnnounce(AgentState state, String reason) throws Exception {
    api.reports =
        List.of(TestAgents.report(1, AgentState.ANNOUNCING, 1), TestAgents.report(2, state, 1));

    Reply reply = api.tcp("GET", "/-/ready");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("Retry-After")).isNotEmpty();
    assertThat(reply.body()).contains("\"reasons\":[\"" + reason + "\"]");
  }

  @Test
  void areNotReadyBeforeSomethingWasSent() throws Exception {
    api.reports = List.of(TestAgents.report(1, AgentState.ANNOUNCING, 0));

    assertThat(api.ask("GET", "/-/ready").body())
        .contains("group 1 has not been announced to yet: the name can't be resolved");
  }

  @Test
  void withoutAConfigurationCanNotReadItAgain() throws Exception {
    api.close();
    api = new TestAgents(directory, "", Optional.empty());

    Reply reply = api.ask("POST", "/-/reload");

    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.body()).contains("goes by its command line");
  }

  @Test
  void countThemselvesAndWhoAsks() throws Exception {
    api.metrics.counter("rgap_agent_announcements_total", "a", "destination", "d").increment();

    assertThat(api.ask("GET", "/metrics").body())
        .contains(
            "rgap_agent_announcements_total{destination=\"d\"} 1.0",
            "rgap_build_info{java_version=",
            "rgap_http_connections{socket=\"unix\"} 1.0",
            "process_cpu_seconds_total");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/groups", "/v1/outputs", "/v1/events"})
  void areNoListener(String path) throws Exception {
    Reply reply = api.ask("GET", path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body()).contains("an agent, which knows no members, has nothing at this path");
  }

  @Test
  void haveWhatAListenerHasNot() throws Exception {
    try (TestApi listener = new TestApi(directory, "")) {
      assertThat(listener.get("/v1/agents").body()).contains("a listener has nothing at this path");
    }
  }

  @Test
  void areDescribed() throws Exception {
    Described document = new Described(api.ask("GET", "/v1/openapi").body());
    document.assertHas(Routes.ofAgents(api.subject()));
    document.checkReply("get", "/-/healthy", api.ask("GET", "/-/healthy"));
    document.checkReply("get", "/-/ready", api.ask("GET", "/-/ready"));
    document.checkReply("post", "/v1/drain", api.ask("POST", "/v1/drain"));
    document.checkReply("get", "/-/ready", api.ask("GET", "/-/ready"));
    document.checkReply("post", "/v1/undrain", api.ask("POST", "/v1/undrain"));
    document.checkReply("get", "/v1/agents", api.ask("GET", "/v1/agents"));
    document.checkReply("get", "/v1/openapi", api.ask("GET", "/v1/openapi"));
    document.checkReply("get", "/metrics", api.ask("GET", "/metrics"));
    document.checkReply("post", "/-/reload", api.ask("POST", "/-/reload"));
    api.reload = Optional.of(new Reload(false, List.of(), List.of("a"), List.of("b")));
    document.checkReply("post", "/-/reload", api.ask("POST", "/-/reload"));
    api.close();
    api = new TestAgents(directory, "", Optional.empty());
    document.checkReply("post", "/-/reload", api.ask("POST", "/-/reload"));
    for (String path : List.of("/-/reload", "/v1/drain", "/v1/undrain")) {
      document.checkReply("post", path, api.tcp("POST", path, "Content-Length: 0"));
    }

    document.assertAllSeen();
  }
}
