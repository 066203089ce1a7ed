package dev.rgap.outputs.eventlog;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.GroupId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The kind {@code eventlog}: writes each join and leave to the log. */
public final class EventLogType implements OutputType<EventLogType.Config> {

  /**
   * What is configured.
   *
   * @param groups the groups whose events are logged
   */
  public record Config(Set<GroupId> groups) {

    /** Copies the set. */
    public Config {
      groups = Set.copyOf(groups);
    }
  }

  /** Makes the kind. */
  public EventLogType() {}

  @Override
  public String kind() {
    return "eventlog";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      ConfigValue only = settings.optional("only_groups");
      if (only.isEmpty()) {
        return Optional.of(new Config(groups.ids()));
      }
      Set<GroupId> chosen = new HashSet<>();
      only.list().forEach(item -> groups.reference(item).ifPresent(chosen::add));
      return Optional.of(new Config(chosen));
    }
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new EventLogOutput(config, context);
  }
}
