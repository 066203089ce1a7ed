package dev.rgap.http;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.host.files.FileSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The file that a listener's numbers are written to.
 *
 * @param file where it is
 * @param interval how often it is written
 */
@InternalApi
public record TextfileConfig(Path file, Duration interval) {

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);

  /** Only files that are called so are read by node_exporter. */
  private static final String SUFFIX = ".prom";

  /** Reads the setting {@code metrics}, which may be absent. */
  public static Optional<TextfileConfig> read(ConfigValue value) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try (ConfigSection settings = value.settings()) {
      ConfigValue name = settings.required("textfile", "name a file in node_exporter's directory");
      Optional<Path> file = name.read(FileSettings.file());
      if (file.isPresent() && !file.get().toString().endsWith(SUFFIX)) {
        name.warning("node_exporter reads only files whose names end with " + SUFFIX, "call it so");
      }
      Duration interval =
          settings.read(
              "interval",
              Readers.durations()
                  .between(Duration.ofSeconds(1), Duration.ofHours(1))
                  .example("15s")
                  .orElse(DEFAULT_INTERVAL));
      return file.map(path -> new TextfileConfig(path, interval));
    }
  }
}
