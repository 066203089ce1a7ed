package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.TestApi.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A document in OpenAPI that is held against what is answered. */
final class Described {

  private final Map<?, ?> document;
  private final Set<String> described = new TreeSet<>();
  private final Set<String> seen = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  /** Of this text. */
  Described(String text) {
    document = map(load(text));
  }

  static @Nullable Object load(String text) {
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
  void check(String path, Map<?, ?> schema, @Nullable Object value) {
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

  /** Holds an answer against what is said about it. */
  void checkReply(String method, String template, Reply reply) {
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

  /** What a schema is called. */
  Map<?, ?> schema(String name) {
    return map(map(map(document.get("components")).get("schemas")).get(name));
  }

  /** Fails if something was not as it is described, or is described and was not answered. */
  void assertAllSeen() {
    assertThat(faults).isEmpty();
    described.removeAll(seen);
    assertThat(described).as("is described, and not answered").isEmpty();
    assertThat(seen.stream().filter(each -> each.contains(" /") && !each.contains(".")))
        .containsExactlyInAnyOrderElementsOf(operations());
  }

  /** Fails unless these are what can be asked. */
  void assertHas(Routes routes) {
    assertThat(operations())
        .containsExactlyInAnyOrderElementsOf(
            routes.all().stream()
                .map(route -> route.method().toLowerCase(Locale.ROOT) + " " + route.path())
                .toList());
  }

  /** All that can be asked. */
  List<String> operations() {
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
}
