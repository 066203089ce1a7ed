package dev.rgap.outputs.eventlog;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.GroupId;
import java.util.Optional;
import java.util.Set;

/** The kind {@code eventlog}: writes each join and leave to the log. */
public final class EventLogType implements OutputType<EventLogType.Config> {

  /**
   * What is configured.
   *
   * @param only the groups whose events are logged; absent for those of all groups
   */
  public record Config(Optional<Set<GroupId>> only) {

    /** Copies the set. */
    public Config {
      only = only.map(Set::copyOf);
    }
  }

  @Override
  public String kind() {
    return "eventlog";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      return Optional.of(
          new Config(
              settings.read("only_groups", Readers.listOf(groups::reference)).map(Set::copyOf)));
    }
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new EventLogOutput(config, context);
  }
}
