package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page about checks names what is read, with the defaults that it has. */
class SettingsTest {

  private static final String OF_THE_FILE =
      """
      | setting | default | |
      |---|---|---|
      | `announce`, `announce.checks` | of the file | |
      """;

  /** What the page says by a reference. */
  private static final String OF_GRPC =
      """
      Of `announce.checks.grpc.tls`:

      | setting | default | |
      |---|---|---|
      | `ca_file`, `server_name` | | |
      | `insecure` | `false` | |
      """;

  @Test
  void areThoseOfThePage() throws IOException {
    String page = Files.readString(Path.of("../docs/agent-checks.md"));
    DocumentedSettings documented =
        DocumentedSettings.of(OF_THE_FILE + "\n" + page + "\n" + OF_GRPC);
    Map<String, Object> file =
        Map.of(
            "announce",
            List.of(
                Map.of(
                    "checks",
                    List.of(
                        Map.of("tcp", Map.of("address", "")),
                        Map.of("http", Map.of("tls", Map.of("insecure", true))),
                        Map.of("grpc", Map.of("tls", Map.of("insecure", true))),
                        Map.of("file", Map.of("absent", "")),
                        Map.of("systemd", Map.of("unit", ""))))));

    ConfigValue root =
        ConfigValue.observed(new ConfigTree().node(file), new Problems(), documented);
    try (ConfigSection settings = root.settings();
        ConfigSection set = settings.optional("announce").list().getFirst().settings()) {
      set.optional("checks").list().forEach(Checks::read);
    }

    assertThat(documented.differences()).isEmpty();
  }
}
