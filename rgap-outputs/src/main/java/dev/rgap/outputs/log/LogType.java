package dev.rgap.outputs.log;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import java.time.Duration;
import java.util.Optional;

/** The kind {@code log}: writes all groups to the log at each interval. */
public final class LogType implements OutputType<LogType.Config> {

  /**
   * What is configured.
   *
   * @param interval between two snapshots; positive
   */
  public record Config(Duration interval) {}

  @Override
  public String kind() {
    return "log";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      return settings
          .require("interval", Readers.durations().positive().example("15s"))
          .map(Config::new);
    }
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new LogOutput(config, context);
  }
}
