package dev.rgap.listener;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.SourceTypes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What is configured for a listener: an immutable value. */
@StableApi
public final class ListenerConfig {

  private final List<ConfiguredSource<?>> listen;
  private final List<GroupConfig> groups;
  private final List<ConfiguredOutput<?>> outputs;

  private ListenerConfig(
      List<? extends ConfiguredSource<?>> listen,
      List<GroupConfig> groups,
      List<? extends ConfiguredOutput<?>> outputs) {
    this.listen = List.copyOf(listen);
    this.groups = List.copyOf(groups);
    this.outputs = List.copyOf(outputs);
  }

  /**
   * A configuration.
   *
   * @param listen where announcements arrive, each address once
   * @param groups the groups, each id once
   * @param outputs what the membership is handed to, each id once
   */
  public static ListenerConfig of(
      List<? extends ConfiguredSource<?>> listen,
      List<GroupConfig> groups,
      List<? extends ConfiguredOutput<?>> outputs) {
    return new ListenerConfig(listen, groups, outputs);
  }

  /** Where announcements arrive. */
  public List<ConfiguredSource<?>> listen() {
    return listen;
  }

  /** The groups. */
  public List<GroupConfig> groups() {
    return groups;
  }

  /** What the membership is handed to, in the order of the file. */
  public List<ConfiguredOutput<?>> outputs() {
    return outputs;
  }

  /** The same with these outputs. */
  public ListenerConfig withOutputs(List<? extends ConfiguredOutput<?>> others) {
    return new ListenerConfig(listen, groups, others);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ListenerConfig that
        && listen.equals(that.listen)
        && groups.equals(that.groups)
        && outputs.equals(that.outputs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(listen, groups, outputs);
  }

  /**
   * Reads a configuration file's root.
   *
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<ListenerConfig> parse(ConfigValue root, OutputTypes outputTypes) {
    List<ConfiguredSource<?>> listen;
    List<GroupConfig> groups = new ArrayList<>();
    List<ConfiguredOutput<?>> outputs = new ArrayList<>();
    try (ConfigSection settings = root.settings()) {
      listen = parseListen(settings.optional("listen"));
      Set<GroupId> ids = parseGroups(settings.optional("groups"), groups);
      ConfiguredGroups configured = new ConfiguredGroups(ids);
      parseOutputs(settings.optional("outputs"), configured, outputTypes, outputs);
    }
    return root.problems().hasErrors()
        ? Optional.empty()
        : Optional.of(new ListenerConfig(listen, groups, outputs));
  }

  private static void parseOutputs(
      ConfigValue setting,
      ConfiguredGroups groups,
      OutputTypes types,
      List<ConfiguredOutput<?>> outputs) {
    Map<Path, String> written = new HashMap<>();
    for (ConfigValue item : setting.list()) {
      Optional<ConfiguredOutput<?>> output = types.parse(item, groups);
      output.ifPresent(outputs::add);
      output
          .flatMap(configured -> configured.destination())
          .ifPresent(file -> {
            Path path = file.toAbsolutePath().normalize();
            String other = written.putIfAbsent(path, output.get().id().text());
            if (other != null) {
              item.error(
                  "writes the same file as " + other + ", " + file,
                  "let one output write all of it");
            }
          });
    }
  }

  private static List<ConfiguredSource<?>> parseListen(ConfigValue setting) {
    Map<Object, Position> seen = new HashMap<>();
    List<ConfiguredSource<?>> listen = new ArrayList<>();
    SourceTypes types = new SourceTypes();
    List<ConfigValue> items = setting.list();
    for (ConfigValue item : items) {
      Optional<ConfiguredSource<?>> source = item.as(types::parse);
      if (source.isPresent()) {
        Position first = seen.putIfAbsent(source.get().identity(), item.position());
        if (first == null) {
          listen.add(source.get());
        } else {
          item.error("is the same address as on line " + first.line(), "remove one of the two");
        }
      }
    }
    if (setting.isEmpty() || (setting.isList() && items.isEmpty())) {
      setting.warning("no address is given", "nothing will be received; write for example ':8271'");
    }
    return listen;
  }

  /**
   * Reads the groups.
   *
   * @param groups takes those without fault
   * @return the ids of all, so that a fault in one is not reported again wherever it is named
   */
  private static Set<GroupId> parseGroups(ConfigValue setting, List<GroupConfig> groups) {
    Map<GroupId, Position> seen = new HashMap<>();
    List<ConfigValue> items = setting.list();
    for (ConfigValue item : items) {
      try (ConfigSection settings = item.settings()) {
        ConfigValue idSetting = settings.required("id");
        Optional<GroupId> id =
            idSetting.isEmpty() ? Optional.empty() : idSetting.as(GroupId::parse);
        ConfigValue keySetting = settings.required("psk", "'rgap genpsk' makes one");
        Optional<PreSharedKey> key =
            keySetting.isEmpty() ? Optional.empty() : keySetting.as(PreSharedKey::parseHex);
        Optional<Duration> expire = settings.requiredPositiveDuration("expire");
        Optional<Duration> clockSkew = settings.duration("clock_skew");
        Optional<Duration> readinessDelay = settings.duration("readiness_delay");
        Optional<Integer> maxMembers =
            settings.integer("max_members", 1, GroupConfig.GREATEST_MAX_MEMBERS);
        if (id.isPresent()) {
          Position first = seen.putIfAbsent(id.get(), idSetting.position());
          if (first != null) {
            idSetting.error(
                "group " + id.get() + " is already defined on line " + first.line(),
                "each group is defined once");
          } else if (key.isPresent() && expire.isPresent()) {
            try {
              groups.add(
                  GroupConfig.of(id.get(), key.get(), expire.get())
                      .withClockSkew(clockSkew.orElse(Duration.ZERO))
                      .withReadinessDelay(readinessDelay.orElse(Duration.ZERO))
                      .withMaxMembers(maxMembers.orElse(GroupConfig.DEFAULT_MAX_MEMBERS)));
            } catch (IllegalArgumentException e) {
              item.error(String.valueOf(e.getMessage()), "");
            }
          }
        }
      }
    }
    if (setting.isEmpty() || (setting.isList() && items.isEmpty())) {
      setting.warning("no group is defined", "every announcement will be rejected");
    }
    return seen.keySet();
  }
}
