package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What can be configured, and what is refused. */
class HttpConfigTest {

  private final Map<String, String> files = new HashMap<>();
  private final Problems problems = new Problems();

  private HttpConfig read(Map<String, ?> settings) {
    return HttpConfig.read(
        ConfigValue.root(new ConfigTree().node(settings), problems), new Contents());
  }

  /** Files with what the test says. */
  private final class Contents implements SettingFiles {
    @Override
    public <T> Optional<T> read(ConfigValue name, Kind kind, Function<byte[], T> parser) {
      try {
        return name.text()
            .map(file ->
                parser.apply(
                    files
                        .getOrDefault(file, "0123456789abcdef\n")
                        .getBytes(StandardCharsets.US_ASCII)));
      } catch (IllegalArgumentException e) {
        name.error(String.valueOf(e.getMessage()), "");
        return Optional.empty();
      }
    }
  }

  private List<String> said() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  @Test
  void everybodyMayNotAskUnlessThatIsMeant() {
    read(Map.of("listen", List.of("127.0.0.1:1", "[::1]:1", "localhost:1")));
    assertThat(problems.all()).isEmpty();

    read(Map.of("listen", ":1", "insecure", "true"));
    assertThat(problems.all()).isEmpty();

    read(Map.of("listen", ":1", "token_file", "t"));
    assertThat(problems.hasErrors()).isFalse();
    assertThat(said()).singleElement().asString().contains("go over the network as they are");

    read(Map.of("listen", "10.0.0.1:1"));
    assertThat(problems.all().stream().filter(Problem::isError)).hasSize(1);
    assertThat(said())
        .anyMatch(line -> line.contains("can be reached by others") && line.contains("token_file"));
  }

  @Test
  void withTlsTokensMayGoOverTheNetwork() throws Exception {
    for (String name : List.of("ec.crt", "ec.key", "rsa.key")) {
      files.put(name, Files.readString(Path.of("src/test/resources/dev/rgap/http/tls", name)));
    }
    Map<String, ?> good = Map.of("certificate_file", "ec.crt", "key_file", "ec.key");

    assertThat(read(Map.of("listen", ":1", "token_file", "t", "tls", good)).tls()).isPresent();
    assertThat(said()).isEmpty();

    read(Map.of("listen", ":1", "tls", good));
    assertThat(said()).singleElement().asString().contains("everybody could ask");
    read(Map.of("tls", Map.of("certificate_file", "ec.crt")));
    assertThat(said()).anyMatch(line -> line.contains("tls.key_file: is required"));
    read(Map.of("tls", Map.of("certificate_file", "ec.crt", "key_file", "rsa.key")));
    assertThat(said()).anyMatch(line -> line.contains("tls.key_file: this is no key of the kind"));
  }

  @Test
  void whatIsReadIsAValue() {
    Map<String, ?> settings =
        Map.of(
            "listen",
            List.of("127.0.0.1:8270"),
            "names",
            List.of("LB.example.com"),
            "token_file",
            "t",
            "socket",
            Map.of("path", "/run/s", "mode", "0660", "owner", ":adm"));

    assertThat(read(settings)).isEqualTo(read(settings));
    assertThat(read(settings).names()).contains("lb.example.com");
    assertThat(read(settings).toString()).doesNotContain("0123");
    assertThat(read(Map.of())).isEqualTo(HttpConfig.DEFAULT);
  }

  @Test
  void aTokenIsLongEnough() {
    for (String bad : List.of("short", "two words are too many", "0123456789abcdef\nmore")) {
      assertThat(catchThrowable(() -> Token.parse(bad.getBytes(StandardCharsets.US_ASCII))))
          .hasMessageNotContaining(bad);
    }
  }

  @Test
  void theDocumentationNamesWhatIsRead() throws Exception {
    DocumentedSettings documented =
        DocumentedSettings.of(Files.readString(Path.of("../docs/http.md")));
    HttpConfig.read(
        ConfigValue.observed(
            new ConfigTree()
                .node(
                    Map.of(
                        "listen",
                        "127.0.0.1:1",
                        "tls",
                        Map.of(),
                        "socket",
                        Map.of("mode", "0660"))),
            problems,
            documented),
        new Contents());

    assertThat(documented.differences()).isEmpty();
  }
}
