package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The alerts and the dashboard in examples/ are such as Prometheus takes them, ask for numbers that
 * there are, and have a page that says what to do.
 */
class OperationsKitIT {

  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();
  private static final Path RULES = EXAMPLES.resolve("prometheus/rgap.rules.yaml");
  private static final Path RULE_TESTS = EXAMPLES.resolve("prometheus/rgap.rules.test.yaml");
  private static final Path DASHBOARD = EXAMPLES.resolve("grafana/rgap.json");
  private static final Path DOCS = Path.of("..", "docs");

  private static final Pattern NUMBER = Pattern.compile("\\brgap_[a-z0-9_]+");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(rgap_[a-z0-9_]+)` \\|");
  private static final Pattern ADDRESS = Pattern.compile("<rgap\\.url>(.*)</rgap\\.url>");

  @TempDir private Path directory;

  private static JsonObject yaml(Path file) throws IOException {
    Object document =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    return new Gson().toJsonTree(document).getAsJsonObject();
  }

  private static List<JsonObject> alerts() throws IOException {
    List<JsonObject> alerts = new ArrayList<>();
    for (JsonElement group : yaml(RULES).getAsJsonArray("groups")) {
      for (JsonElement rule : group.getAsJsonObject().getAsJsonArray("rules")) {
        alerts.add(rule.getAsJsonObject());
      }
    }
    assertThat(alerts).hasSizeGreaterThan(10);
    return alerts;
  }

  private static String text(JsonObject of, String name) {
    return of.get(name).getAsString();
  }

  /** Strictly read: Grafana's reader forgives nothing. */
  private static JsonObject dashboard() throws IOException {
    JsonReader reader = new JsonReader(new StringReader(Files.readString(DASHBOARD)));
    reader.setStrictness(Strictness.STRICT);
    return JsonParser.parseReader(reader).getAsJsonObject();
  }

  private static List<String> dashboardExpressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (JsonElement panel : dashboard().getAsJsonArray("panels")) {
      if (panel.getAsJsonObject().has("targets")) {
        for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
          expressions.add(text(target.getAsJsonObject(), "expr"));
        }
      }
    }
    assertThat(expressions).hasSizeGreaterThan(20);
    return expressions;
  }

  private static Set<String> matches(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(found.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void prometheusTakesTheRulesAndTheyAlertWhenTheyShould() throws Exception {
    String promtool = Tools.require("promtool", "prometheus");
    assertThat(Program.of(promtool, "check", "rules", RULES.toString()).run())
        .contains("SUCCESS: " + alerts().size() + " rules found");
    assertThat(Program.of(promtool, "test", "rules", RULE_TESTS.toString()).run())
        .contains("SUCCESS");
  }

  /** Both ways: some numbers raise it, and others, of a listener at which all is well, don't. */
  @Test
  void eachAlertIsTested() throws Exception {
    Set<String> raised = new HashSet<>();
    Set<String> silent = new HashSet<>();
    for (JsonElement test : yaml(RULE_TESTS).getAsJsonArray("tests")) {
      for (JsonElement check : test.getAsJsonObject().getAsJsonArray("alert_rule_test")) {
        JsonObject each = check.getAsJsonObject();
        (each.has("exp_alerts") ? raised : silent).add(text(each, "alertname"));
      }
    }
    List<String> names = alerts().stream().map(alert -> text(alert, "alert")).toList();
    assertThat(raised).containsExactlyInAnyOrderElementsOf(names);
    assertThat(silent).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void eachAlertHasItsPartOfTheRunbook() throws Exception {
    String address = matches(ADDRESS, Files.readString(Path.of("..", "pom.xml"))).iterator().next();
    List<String> headings = new ArrayList<>();
    for (String line : Files.readAllLines(DOCS.resolve("operations.md"))) {
      if (line.startsWith("### Rgap")) {
        headings.add(line.substring("### ".length()));
      }
    }
    for (JsonObject alert : alerts()) {
      String name = text(alert, "alert");
      JsonObject annotations = alert.getAsJsonObject("annotations");
      assertThat(text(annotations, "runbook_url"))
          .isEqualTo(address + "/blob/main/docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(text(annotations, "summary")).contains("$labels.instance");
      assertThat(text(alert.getAsJsonObject("labels"), "severity")).isIn("critical", "warning");
    }
    assertThat(headings)
        .containsExactlyElementsOf(alerts().stream().map(alert -> text(alert, "alert")).toList());
  }

  @Test
  void allNumbersAreThere() throws Exception {
    Set<String> documented = matches(DOCUMENTED, Files.readString(DOCS.resolve("metrics.md")));
    Stream<String> asked =
        Stream.concat(
            dashboardExpressions().stream(), alerts().stream().map(alert -> text(alert, "expr")));
    Set<String> names = new TreeSet<>();
    asked.forEach(expression -> names.addAll(matches(NUMBER, expression)));
    assertThat(names.stream().map(name -> name.replaceFirst("_bucket$", "")))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(documented).contains(name));
  }

  /** With values for what Grafana puts in. */
  @Test
  void prometheusCanReadAllExpressionsOfTheDashboard() throws Exception {
    String promtool = Tools.require("promtool", "prometheus");
    List<String> expressions = dashboardExpressions();
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      String expression =
          expressions
              .get(i)
              .replace("$__rate_interval", "1m")
              .replace("$instance", ".*")
              .replace("$group", ".*");
      assertThat(expression).doesNotContain("$");
      rules.append("      - {record: 'panel:").append(i).append("', expr: '");
      rules.append(expression.replace("'", "''")).append("'}\n");
    }
    Path file = Files.writeString(directory.resolve("dashboard.yaml"), rules);
    assertThat(Program.of(promtool, "check", "rules", file.toString()).run())
        .contains("SUCCESS: " + expressions.size() + " rules found");
  }

  @Test
  void panelsDoNotOverlapAndHaveNumbersOfTheirOwn() throws Exception {
    Set<String> cells = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonElement each : dashboard().getAsJsonArray("panels")) {
      JsonObject panel = each.getAsJsonObject();
      assertThat(ids.add(panel.get("id").getAsInt())).isTrue();
      JsonObject place = panel.getAsJsonObject("gridPos");
      int left = place.get("x").getAsInt();
      int right = left + place.get("w").getAsInt();
      assertThat(right).as(text(panel, "title")).isLessThanOrEqualTo(24);
      int top = place.get("y").getAsInt();
      for (int y = top; y < top + place.get("h").getAsInt(); y++) {
        for (int x = left; x < right; x++) {
          assertThat(cells.add(x + "," + y)).as(text(panel, "title")).isTrue();
        }
      }
    }
  }
}
