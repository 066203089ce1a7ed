package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chromium, which a script of src/test/page has do what people do with the status page. Where
 * Node.js, npm or Chromium is missing, the test is skipped.
 */
final class Browser {

  private static final Path SCRIPTS = Path.of("src", "test", "page");

  /** Pictures of what was seen stay there. */
  static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();

  private static final Path SOURCES = Path.of("..", "rgap-http", "src", "main");

  /** Some look at a dozen pages, on machines with other things to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private static @Nullable Browser installed;

  private final String node;
  private final String chromium;
  private final Path directory;

  private Browser(String node, String chromium, Path directory) {
    this.node = node;
    this.chromium = chromium;
    this.directory = directory;
  }

  /**
   * With the libraries that package-lock.json names, which npm fetches where they are missing. Its
   * scripts are copied once: other tests may be reading them.
   */
  static synchronized Browser install() throws IOException, InterruptedException {
    if (installed == null) {
      installed = make();
    }
    return installed;
  }

  private static Browser make() throws IOException, InterruptedException {
    String node = Tools.require("node", "nodejs");
    String npm = Tools.require("npm", "npm");
    String chromium = Tools.require("chromium", "chromium");
    Path directory = Files.createDirectories(Path.of("target", "page").toAbsolutePath());
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path lock = directory.resolve("package-lock.json");
    Path fetched = directory.resolve("installed.json");
    if (!Files.exists(fetched) || Files.mismatch(lock, fetched) >= 0) {
      String _ =
          Program.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund").in(directory).run();
      Files.copy(lock, fetched, StandardCopyOption.REPLACE_EXISTING);
    }
    return new Browser(node, chromium, directory);
  }

  /** Has the browser go through a scenario. */
  Program scenario(String name, String... arguments) {
    return Program.of(node, "scenarios.mjs", name)
        .and(arguments)
        .in(directory)
        .with("CHROMIUM", chromium)
        .with("SCREENSHOTS", SCREENSHOTS.toString())
        .with("RGAP_HTTP_SOURCES", SOURCES.toAbsolutePath().normalize().toString());
  }

  /** Holds it against its promise to have come to its end. */
  static void expectDone(RunningProgram scenario) throws InterruptedException {
    assertThat(scenario.awaitExit(PATIENCE)).as(scenario::describe).isZero();
    assertThat(scenario.out().all()).last().asString().startsWith("done: ");
  }
}
