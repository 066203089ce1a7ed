package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The examples for Kubernetes and Compose are such as the schemas of these demand. */
class DeploymentExamplesIT {

  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(OffsetDateTime.class, new JSON.OffsetDateTimeTypeAdapter())
          .create();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"agent.yaml", "listener.yaml"})
  void kubernetesKnowsAllOfIt(String file) throws IOException {
    validateKubernetes(Files.readString(EXAMPLES.resolve("kubernetes").resolve(file)));
  }

  /**
   * The listener that is not ready yet gets announcements, all of them, and no queries; a second
   * one would take a part of the announcements away.
   */
  @Test
  void announcementsReachTheOneListenerBeforeItIsReady() throws IOException {
    Map<String, JsonElement> specs = new HashMap<>();
    String yaml = Files.readString(EXAMPLES.resolve("kubernetes/listener.yaml"));
    for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      JsonElement document = GSON.toJsonTree(each);
      specs.put(at(document, "kind") + " " + at(document, "metadata.name"), document);
    }

    JsonElement deployment = specs.get("\"Deployment\" \"rgap-listener\"");
    assertThat(at(deployment, "spec.replicas")).hasToString("1");
    assertThat(at(deployment, "spec.strategy.type")).hasToString("\"Recreate\"");
    String container = "spec.template.spec.containers.0.";
    assertThat(at(deployment, container + "readinessProbe.exec.command"))
        .hasToString("[\"/usr/bin/rgap\",\"health\",\"--ready\"]");
    assertThat(at(deployment, container + "livenessProbe.exec.command"))
        .hasToString("[\"/usr/bin/rgap\",\"health\"]");
    JsonElement announcements = specs.get("\"Service\" \"rgap-listener\"");
    assertThat(at(announcements, "spec.publishNotReadyAddresses")).hasToString("true");
    assertThat(at(specs.get("\"Service\" \"rgap-dns\""), "spec.publishNotReadyAddresses")).isNull();
  }

  /** What is at a path of names and, in lists, numbers; null if there is nothing. */
  private static @Nullable JsonElement at(@Nullable JsonElement document, String path) {
    JsonElement found = document;
    for (String step : path.split("\\.", -1)) {
      if (found instanceof JsonArray items) {
        found = items.get(Integer.parseInt(step));
      } else if (found instanceof JsonObject fields) {
        found = fields.get(step);
      } else {
        return null;
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "hostNetwork:,       hostNetwrok:",
    "hostNetwork: true,  hostNetwork: 'yes'",
    "runAsUser: 9999,    runAsUser: rgap",
    "memory: 40Mi,       memory: 40 MiB",
    "- name: agent,      - tty: true",
  })
  void whatKubernetesWouldRefuseIsNoticed(String right, String wrong) throws IOException {
    String yaml = spoil(EXAMPLES.resolve("kubernetes/agent.yaml"), right, wrong);

    assertThatThrownBy(() -> validateKubernetes(yaml)).isNotNull();
  }

  /** By the checks of the client; and types as all is still there after it was read. */
  private static void validateKubernetes(String yaml) throws IOException {
    for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      JsonElement document = GSON.toJsonTree(each);
      String kind = document.getAsJsonObject().get("kind").getAsString();
      switch (kind) {
        case "DaemonSet" -> V1DaemonSet.validateJsonElement(document);
        case "Deployment" -> V1Deployment.validateJsonElement(document);
        case "Service" -> V1Service.validateJsonElement(document);
        default -> throw new AssertionError("no schema for " + kind);
      }
      Class<?> type =
          switch (kind) {
            case "DaemonSet" -> V1DaemonSet.class;
            case "Deployment" -> V1Deployment.class;
            default -> V1Service.class;
          };
      JsonElement read = GSON.toJsonTree(GSON.fromJson(document, type));
      assertThat(holds(read, document)).as("%s holds all of %s", read, document).isTrue();
    }
  }

  private static boolean holds(JsonElement whole, JsonElement part) {
    if (whole instanceof JsonObject fields && part instanceof JsonObject some) {
      return some.keySet().stream()
          .allMatch(name -> fields.has(name) && holds(fields.get(name), some.get(name)));
    }
    if (whole instanceof JsonArray elements && part instanceof JsonArray same) {
      return elements.size() == same.size()
          && IntStream.range(0, same.size()).allMatch(i -> holds(elements.get(i), same.get(i)));
    }
    return whole.equals(part);
  }

  @Test
  void composeTakesIt() throws Exception {
    validateCompose(EXAMPLES.resolve("compose.yaml"));
  }

  @ParameterizedTest
  @CsvSource({
    "read_only:,       read_olny:",
    "read_only: true,  read_only: maybe",
    "cap_drop: [ALL],  cap_drop: ALL",
  })
  void whatComposeWouldRefuseIsNoticed(String right, String wrong) throws IOException {
    String yaml = spoil(EXAMPLES.resolve("compose.yaml"), right, wrong);
    Path file = Files.writeString(directory.resolve("compose.yaml"), yaml);

    assertThatThrownBy(() -> validateCompose(file)).isInstanceOf(AssertionError.class);
  }

  private static void validateCompose(Path file) throws Exception {
    String compose = Tools.require("docker-compose", "docker-compose");
    Program.of(compose, "-f", file.toString(), "config", "--quiet").run();
  }

  private static String spoil(Path file, String right, String wrong) throws IOException {
    String yaml = Files.readString(file);
    assertThat(yaml).contains(right);
    return yaml.replace(right, wrong);
  }
}
