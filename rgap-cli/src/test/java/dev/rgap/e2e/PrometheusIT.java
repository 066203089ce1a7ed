package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus itself asks a listener for its numbers and for what to scrape. */
class PrometheusIT {

  private static final Path RULES =
      Path.of("..", "examples", "prometheus", "rgap.rules.yaml").toAbsolutePath().normalize();

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int udp;
  private int tcp;
  private int web;

  @BeforeEach
  void choosePorts() throws Exception {
    udp = Programs.freePort();
    tcp = Programs.freePort();
    web = Programs.freePort();
  }

  private RunningProgram listener(String readinessDelay, String more) throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups: [{id: 1000, psk: %s, expire: 3s, readiness_delay: %s}]
            outputs: [{kind: eventlog}]
            http: {listen: ["127.0.0.1:%d"]}
            %s
            """
                .formatted(udp, programs.key, readinessDelay, tcp, more));
    return programs.listener(config);
  }

  private void prometheus() throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ["%s"]
            scrape_configs:
              - job_name: rgap
                static_configs: [{targets: ["127.0.0.1:%d"]}]
              - job_name: workers
                http_sd_configs:
                  - url: http://127.0.0.1:%d/v1/groups/1000/prometheus?port=9100
                    refresh_interval: 1s
            """
                .formatted(RULES, tcp, tcp));
    RunningProgram _ =
        programs.start(
            Program.of(Tools.require("prometheus", "prometheus"))
                .and("--config.file=" + config)
                .and("--storage.tsdb.path=" + directory.resolve("data"))
                .and("--web.listen-address=127.0.0.1:" + web));
  }

  /** What Prometheus says by its own API; nothing while it is starting. */
  private JsonObject ask(String path) throws Exception {
    String curl = Tools.require("curl", "curl");
    Program question = Program.of(curl, "-s", "http://127.0.0.1:" + web + "/api/v1/" + path);
    String answer =
        Program.of("sh", "-c", "\"$@\" || true", "sh")
            .and(question.words().toArray(String[]::new))
            .run();
    return answer.startsWith("{")
        ? JsonParser.parseString(answer).getAsJsonObject().getAsJsonObject("data")
        : new JsonObject();
  }

  private static List<JsonObject> objects(JsonObject of, String name) {
    List<JsonObject> found = new ArrayList<>();
    if (of.has(name)) {
      for (JsonElement each : of.getAsJsonArray(name)) {
        found.add(each.getAsJsonObject());
      }
    }
    return found;
  }

  private Set<String> workers() throws Exception {
    Set<String> found = new TreeSet<>();
    for (JsonObject target : objects(ask("targets?state=active"), "activeTargets")) {
      JsonObject labels = target.getAsJsonObject("labels");
      if (labels.get("job").getAsString().equals("workers")) {
        found.add(labels.get("instance").getAsString());
      }
    }
    return found;
  }

  private String value(String query) throws Exception {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    List<JsonObject> result = objects(ask("query?query=" + encoded), "result");
    return result.size() == 1 ? result.getFirst().getAsJsonArray("value").get(1).getAsString() : "";
  }

  private Set<String> healthOfRules() throws Exception {
    Set<String> found = new TreeSet<>();
    for (JsonObject group : objects(ask("rules"), "groups")) {
      for (JsonObject rule : objects(group, "rules")) {
        found.add(rule.get("health").getAsString());
      }
    }
    return found;
  }

  @Test
  void followsJoinsAndLeavesAndKeepsWhatItHasWhileNobodyKnowsMore() throws Exception {
    RunningProgram first = listener("0s", "");
    RunningProgram agent =
        programs.start(programs.agent("192.0.2.1", "-i", "200ms", "-d", "127.0.0.1:" + udp));
    RunningProgram other =
        programs.start(programs.agent("192.0.2.2", "-i", "200ms", "-d", "127.0.0.1:" + udp));
    prometheus();

    Eventually.equal(this::workers, Set.of("192.0.2.1:9100", "192.0.2.2:9100"));
    Eventually.equal(() -> value("rgap_group_members{group=\"1000\"}"), "2");
    Eventually.equal(() -> value("up{job=\"rgap\"}"), "1");
    Eventually.equal(() -> value("process_open_fds{job=\"rgap\"} > bool 0"), "1");
    Eventually.equal(this::healthOfRules, Set.of("ok"));

    other.signal("KILL");
    Eventually.equal(this::workers, Set.of("192.0.2.1:9100"));
    Eventually.equal(() -> value("rgap_group_leaves_total{cause=\"expired\"}"), "1");

    // Nobody announces any more, and the next listener waits for who might.
    first.stop();
    agent.signal("KILL");
    RunningProgram _ = listener("10m", "");
    Eventually.equal(() -> value("rgap_group_ready{group=\"1000\"}"), "0");
    int refused = refused();
    Eventually.see("refused again", this::refused, now -> now >= refused + 2);
    assertThat(workers()).containsExactly("192.0.2.1:9100");
  }

  /** How often Prometheus has been told nothing. */
  private int refused() throws Exception {
    String numbers =
        Program.of(Tools.require("curl", "curl"), "-s", "http://127.0.0.1:" + web + "/metrics")
            .run();
    return numbers
        .lines()
        .filter(line -> line.startsWith("prometheus_sd_http_failures_total"))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void theNumbersAreInAFileForNodeExporterUntilTheListenerIsStopped() throws Exception {
    String promtool = Tools.require("promtool", "prometheus");
    Path file = directory.resolve("rgap.prom");
    RunningProgram listener = listener("0s", "metrics: {textfile: " + file + ", interval: 1s}");

    Eventually.see("the file", () -> Files.exists(file), there -> there);
    assertThat(Program.of("sh", "-c", promtool + " check metrics <" + file + " 2>&1").run())
        .isEmpty();
    programs.announce("192.0.2.1", "-d", "127.0.0.1:" + udp);
    Eventually.see(
        "the member",
        () -> Files.readString(file),
        text -> text.contains("rgap_group_members{group=\"1000\"} 1.0"));

    listener.stop();
    assertThat(file).doesNotExist();
  }
}
