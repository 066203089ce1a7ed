package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.TestApi.Reply;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The document says what is answered, and no more. */
class OpenApiTest {

  @TempDir private Path directory;

  private Map<?, ?> document = Map.of();
  private final Set<String> described = new TreeSet<>();
  private final Set<String> seen = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  private static @Nullable Object load(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  /** What a reference stands for. */
  private Map<?, ?> resolved(@Nullable Object value) {
    Object reference = map(value).get("$ref");
    if (reference == null) {
      return map(value);
    }
    Map<?, ?> found = document;
    for (String step : reference.toString().substring(2).split("/", -1)) {
      found = map(found.get(step));
    }
    assertThat(found).as("%s", reference).isNotEmpty();
    return found;
  }

  /** Holds a value against its schema, and notes each property that is there. */
  private void check(String path, Map<?, ?> schema, @Nullable Object value) {
    String type = String.valueOf(schema.get("type"));
    boolean fits =
        switch (type) {
          case "object" -> value instanceof Map;
          case "array" -> value instanceof Collection;
          case "string" -> value instanceof String;
          case "boolean" -> value instanceof Boolean;
          case "integer" -> value instanceof Integer;
          case "number" -> value instanceof Number;
          default -> false;
        };
    if (!fits) {
      faults.add(path + " is no " + type + ": " + value);
    }
    if (value instanceof Collection<?> items) {
      items.forEach(item -> check(path + "[]", resolved(schema.get("items")), item));
    }
    Map<?, ?> properties = map(schema.get("properties"));
    properties.keySet().forEach(name -> described.add(path + "." + name));
    if (schema.get("required") instanceof Collection<?> required) {
      for (Object name : required) {
        if (!map(value).containsKey(name)) {
          faults.add(path + "." + name + " is missing");
        }
      }
    }
    map(value)
        .forEach((name, each) -> {
          Object known = properties.get(name);
          if (known == null && schema.get("additionalProperties") == null) {
            faults.add(path + "." + name + " is not described");
          } else if (known == null) {
            check(path + ".*", resolved(schema.get("additionalProperties")), each);
          } else {
            seen.add(path + "." + name);
            check(path + "." + name, resolved(known), each);
          }
        });
  }

  private void checkReply(String method, String template, Reply reply) {
    Map<?, ?> operation = map(map(map(document.get("paths")).get(template)).get(method));
    Map<?, ?> response =
        resolved(map(operation.get("responses")).get(String.valueOf(reply.status())));
    String where = method + " " + template + " " + reply.status();
    assertThat(response).as(where).isNotEmpty();
    if (reply.status() == 304) {
      return;
    }
    String type = reply.header("Content-Type").split(";", 2)[0];
    Map<?, ?> content = map(map(response.get("content")).get(type));
    assertThat(content).as("%s: %s", where, type).isNotEmpty();
    if (type.endsWith("json")) {
      Map<?, ?> schema = resolved(content.get("schema"));
      String name = String.valueOf(schema.get("description")).contains("9457") ? "Problem" : where;
      check(name, schema, load(reply.body()));
    }
    seen.add(where.substring(0, where.lastIndexOf(' ')));
  }

  @Test
  void saysWhatIsAnswered() throws Exception {
    try (TestApi api = new TestApi(directory, "")) {
      document = map(load(api.get("/v1/openapi").body()));
      api.announce("192.0.2.1", "192.0.2.2");
      String group = "/v1/groups/{id}";
      checkReply("get", "/", api.get("/"));
      checkReply("get", "/-/healthy", api.get("/-/healthy"));
      checkReply("get", "/-/ready", api.get("/-/ready"));
      checkReply("post", "/-/reload", reload(api));
      api.reload = new Reload(false, List.of(), List.of("a"), List.of("b"));
      checkReply("post", "/-/reload", reload(api));
      checkReply("post", "/-/reload", api.tcp("POST", "/-/reload", "Content-Length: 0"));
      api.clock.advance(Duration.ZERO);
      checkReply("get", "/v1/groups", api.get("/v1/groups?limit=1&history=true"));
      checkReply("get", "/v1/groups", api.get("/v1/groups?limit=0"));
      checkReply("get", "/v1/events", api.tcp("HEAD", "/v1/events"));
      checkReply("get", "/v1/events", api.get("/v1/events?group=3"));
      checkReply("get", "/v1/events", api.get("/v1/events?last=x"));
      checkReply("get", group, api.get("/v1/groups/1000?limit=1"));
      checkReply("get", group, api.get("/v1/groups/1000", "If-None-Match: *"));
      for (String id : List.of("x", "3", "2000")) {
        checkReply("get", group, api.get("/v1/groups/" + id));
      }
      for (String feed : List.of("prometheus", "haproxy", "traefik", "lines")) {
        for (String id : List.of("1000", "2000", "3")) {
          checkReply(
              "get", group + "/" + feed, api.get("/v1/groups/" + id + "/" + feed + "?port=80"));
        }
      }
      checkReply("get", group + "/hosts", api.get("/v1/groups/1000/hosts"));
      api.send(TestApi.READY, "192.0.2.1", Duration.ofHours(1), TestApi.KEY, "192.0.2.1");
      checkReply("get", "/v1/rejections", api.get("/v1/rejections"));
      checkReply("get", "/v1/rejections", api.get("/v1/rejections?reason=odd"));
      checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/192.0.2.1"));
      checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/x"));
      for (String path : List.of("/v1/outputs", "/v1/config", "/v1/openapi", "/metrics")) {
        checkReply("get", path, api.get(path));
      }
      checkReply("get", "/metrics", api.get("/metrics", "Accept: application/openmetrics-text"));
      checkEvents(api);
      api.clock.advance(Duration.ofMinutes(1));
      checkReply("get", "/v1/addresses/{address}", api.get("/v1/addresses/192.0.2.1"));
    }

    assertThat(faults).isEmpty();
    described.removeAll(seen);
    assertThat(described).as("is described, and not answered").isEmpty();
    assertThat(seen.stream().filter(each -> each.contains(" /") && !each.contains(".")))
        .containsExactlyInAnyOrderElementsOf(operations());
  }

  private void checkEvents(TestApi api) throws Exception {
    try (EventStream stream = new EventStream(api.port, "?group=1000")) {
      assertThat(stream.told()).isEqualTo("hello");
      api.announce("192.0.2.3");
      api.clock.advance(TestApi.DELAY);
      Map<?, ?> schema = map(map(map(document.get("components")).get("schemas")).get("Event"));
      for (int i = 0; i < 2; i++) { // has joined, has left
        check("Event", schema, load(stream.data()));
      }
    }
  }

  private List<String> operations() {
    List<String> operations = new ArrayList<>();
    map(document.get("paths"))
        .forEach((path, item) -> {
          for (Object method : map(item).keySet()) {
            if (Set.of("get", "post").contains(Objects.toString(method))) {
              operations.add(method + " " + path);
            }
          }
        });
    return operations;
  }

  private static Reply reload(TestApi api) throws Exception {
    return api.ask(
        UnixDomainSocketAddress.of(api.socket), "POST", "/-/reload", "Content-Length: 0");
  }

  @Test
  void hasEveryRoute() throws Exception {
    try (TestApi api = new TestApi(directory, "")) {
      document = map(load(api.get("/v1/openapi").body()));
      List<String> routes =
          new Routes(
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
                  new Traffic())
              .all().stream()
                  .map(route -> route.method().toLowerCase(Locale.ROOT) + " " + route.path())
                  .toList();
      assertThat(operations()).containsExactlyInAnyOrderElementsOf(routes);
    }
  }
}
