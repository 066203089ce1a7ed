package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.metrics.Metrics;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedSettings;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file with the numbers. */
class TextfileTest {

  private static final Duration INTERVAL = Duration.ofSeconds(15);

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.http");
  private final ManualClock clock = new ManualClock();
  private final Metrics metrics = new Metrics();
  @TempDir private Path directory;

  private final Textfile textfile = new Textfile(metrics, "9.9.9", name -> clock.scheduler());

  private Optional<TextfileConfig> config(String file) {
    return Optional.of(new TextfileConfig(directory.resolve(file), INTERVAL));
  }

  private String content(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  @Test
  void isThereAtOnceAndAtEachInterval() throws Exception {
    var counter = metrics.counter("rgap_tests_total", "Tests.");
    assertThat(textfile.reconfigure(config("a.prom")).made()).containsExactly("metrics added");
    clock.runDue();

    assertThat(content("a.prom"))
        .contains("rgap_tests_total 0.0", "rgap_build_info{")
        .doesNotContain("process_", "jvm_");
    assertThat(Files.getPosixFilePermissions(directory.resolve("a.prom")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));

    counter.increment();
    clock.advance(INTERVAL);
    assertThat(content("a.prom")).contains("rgap_tests_total 1.0");
    textfile.close();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void goesWithItsSetting() throws Exception {
    assertThat(textfile.reconfigure(Optional.empty()).made()).isEmpty();
    textfile.reconfigure(config("a.prom"));
    clock.runDue();
    assertThat(textfile.reconfigure(config("a.prom")).made()).isEmpty();

    assertThat(textfile.reconfigure(config("b.prom")).made()).containsExactly("metrics changed");
    clock.runDue();
    assertThat(directory.resolve("a.prom")).doesNotExist();
    assertThat(content("b.prom")).isNotEmpty();

    assertThat(textfile.reconfigure(Optional.empty()).made()).containsExactly("metrics removed");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whatFailsIsSaidOnceCountedAndTriedAgain() throws Exception {
    textfile.reconfigure(config("missing/a.prom"));
    clock.runDue();
    clock.advance(INTERVAL);
    clock.advance(INTERVAL);

    assertThat(log.lines(Level.ERROR))
        .singleElement()
        .asString()
        .contains("missing/a.prom: the directory", "does not exist");
    assertThat(metrics.snapshot().value("rgap_textfile_write_failures_total")).isEqualTo(3);

    Files.createDirectory(directory.resolve("missing"));
    clock.advance(INTERVAL);
    assertThat(content("missing/a.prom")).contains("rgap_textfile_write_failures_total 3.0");
    assertThat(log.lines(Level.INFO)).hasSize(1);
  }

  @Test
  void theDocumentationNamesWhatIsRead() throws Exception {
    Problems problems = new Problems();
    DocumentedSettings documented =
        DocumentedSettings.of(Files.readString(Path.of("../docs/configuration.md")));
    ConfigValue root =
        ConfigValue.observed(
            new ConfigTree().node(Map.of("metrics", Map.of("textfile", "/a.txt"))),
            problems,
            documented);
    Optional<TextfileConfig> read = TextfileConfig.read(root.settings().optional("metrics"));

    assertThat(read).contains(new TextfileConfig(Path.of("/a.txt"), INTERVAL));
    assertThat(documented.differences().stream().filter(each -> each.startsWith("metrics")))
        .isEmpty();
    assertThat(problems.all()).singleElement().asString().contains(".prom");
    assertThat(List.of(problems.hasErrors())).containsExactly(false);
  }
}
