package dev.rgap.listener;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.choice;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.parsed;

import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Percentage;
import dev.rgap.config.Problems;
import dev.rgap.config.Reader;
import dev.rgap.membership.Damping;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.SourceTypes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a {@link ListenerConfig}. */
final class ListenerConfigReader {

  /** The group that is meant where none is named, as by an agent. */
  private static final GroupId UNNAMED = new GroupId(0);

  private static final Reader<GroupId> ID = parsed(GroupId::parse);
  private static final Reader<Duration> EXPIRE =
      durations().between(GroupConfig.MIN_DURATION, GroupConfig.MAX_DURATION).example("15s");

  /** One that is not positive stands for {@code expire}, as does one that is longer. */
  private static final Reader<Duration> CLOCK_SKEW =
      durations()
          .where(
              skew -> !skew.isPositive() || skew.compareTo(GroupConfig.MIN_DURATION) >= 0,
              "must be at least 1ms, or 0 for the same as expire",
              "write for example 10s");

  private static final Reader.WithDefault<Duration> READINESS_DELAY =
      durations().atMost(GroupConfig.MAX_DURATION).example("15s").orElse(Duration.ZERO);
  private static final Reader.WithDefault<Boolean> FAREWELLS = booleans().orElse(true);
  private static final Reader.WithDefault<DrainingPolicy> DRAINING =
      choice(DrainingPolicy.class).orElse(DrainingPolicy.KEEP);
  private static final Reader.WithDefault<Boolean> READY_WHEN_RESTORED = booleans().orElse(true);
  private static final Reader.WithDefault<Integer> MAX_MEMBERS =
      integers(1, GroupConfig.GREATEST_MAX_MEMBERS).orElse(GroupConfig.DEFAULT_MAX_MEMBERS);

  private static final Reader<List<IpNetwork>> ADDRESSES =
      oneOrMore(
          parsed(IpNetwork::parse),
          "is an empty list: nobody could be a member",
          "leave 'addresses' out to allow all");

  private static final Reader.WithDefault<Integer> MIN_MEMBERS =
      integers(0, GroupConfig.GREATEST_MAX_MEMBERS).orElse(Guard.DEFAULT.minMembers());
  private static final Reader.WithDefault<Percentage> MAX_LOSS =
      parsed(Percentage::parse).orElse(new Percentage(Guard.DEFAULT.maxLossPercent()));
  private static final Reader.WithDefault<Duration> WINDOW =
      durations()
          .between(Guard.SHORTEST, Guard.LONGEST)
          .example("10s")
          .orElse(Guard.DEFAULT.window());
  private static final Reader.WithDefault<Duration> HOLD =
      durations().between(Guard.SHORTEST, Guard.LONGEST).example("5m").orElse(Guard.DEFAULT.hold());
  private static final Reader.WithDefault<Integer> MIN_ANNOUNCEMENTS =
      integers(Damping.LEAST, Damping.MOST).orElse(Damping.DEFAULT.minAnnouncements());
  private static final Reader.WithDefault<Duration> WITHIN =
      durations()
          .between(Damping.SHORTEST, Damping.LONGEST)
          .example("10s")
          .orElse(Damping.DEFAULT.within());

  /** By all spellings of an address, where it was given first. */
  private final Map<Object, Position> addresses = new HashMap<>();

  /** Where each group was defined first, be it without fault or not. */
  private final Map<GroupId, Position> ids = new HashMap<>();

  /** Where groups are defined that are ready from the start, as nothing else was given. */
  private final Map<GroupId, ConfigValue> readyAtOnce = new HashMap<>();

  /** Where groups are defined of which somebody has said how many members they may have. */
  private final Map<GroupId, ConfigValue> sized = new HashMap<>();

  private final KeySettings keys;

  private ListenerConfigReader(KeySettings keys) {
    this.keys = keys;
  }

  /**
   * Reads a configuration file's root.
   *
   * @param others reads the settings that are not the listener's
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  static Optional<ListenerConfig> read(
      ConfigValue root,
      OutputTypes outputTypes,
      KeySettings keys,
      Consumer<? super ConfigSection> others) {
    ListenerConfigReader reader = new ListenerConfigReader(keys);
    List<ConfiguredSource<?>> listen;
    List<GroupConfig> groups;
    List<ConfiguredOutput<?>> outputs;
    ConfigValue outputSetting;
    boolean watch;
    Optional<StateConfig> state;
    try (ConfigSection settings = root.settings()) {
      listen = reader.readListen(settings.optional("listen"));
      groups = reader.readGroups(settings.optional("groups"));
      // With those that have faults, so that these are not reported again wherever they are named.
      ConfiguredGroups configured = new ConfiguredGroups(reader.ids.keySet());
      outputSetting = settings.optional("outputs");
      outputs = outputTypes.parse(outputSetting, configured);
      watch = settings.read("watch", booleans().orElse(false));
      state = readState(settings);
      others.accept(settings);
    }
    if (!root.problems().hasErrors()) {
      reader.adviseOn(outputSetting, outputs);
      reader.adviseOnSizes(groups, outputs);
    }
    return root.problems().hasErrors()
        ? Optional.empty()
        : Optional.of(
            ListenerConfig.of(listen, groups, outputs)
                .withWatch(watch)
                .withState(state.orElse(null)));
  }

  private static Optional<StateConfig> readState(ConfigSection settings) {
    Optional<Path> directory = settings.read("state_dir", parsed(ListenerConfigReader::directory));
    boolean ready = settings.read("ready_when_restored", READY_WHEN_RESTORED);
    if (settings.has("ready_when_restored") && !settings.has("state_dir")) {
      settings
          .optional("ready_when_restored")
          .warning("has no effect without state_dir", "say where members are to be kept");
    }
    return directory.map(path -> new StateConfig(path, ready));
  }

  private static Path directory(String text) {
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      // As below.
    }
    throw new IllegalArgumentException("'" + text + "' is no name of a directory");
  }

  /** Warns of what is allowed, but hardly meant. */
  private void adviseOn(ConfigValue setting, List<ConfiguredOutput<?>> outputs) {
    if (outputs.isEmpty()) {
      setting.warning(
          "there is no output",
          "nobody will get to know the members; write for example '- kind: eventlog'");
    }
    for (ConfiguredOutput<?> output : outputs) {
      for (GroupId id : output.publishes()) {
        ConfigValue group = readyAtOnce.remove(id);
        if (group != null) {
          group.warning(
              "has no readiness_delay: after each start, "
                  + output.id()
                  + " may publish it before all members have reported",
              "give it one as long as expire, or 0s if that is meant");
        }
      }
    }
  }

  private void adviseOnSizes(List<GroupConfig> groups, List<ConfiguredOutput<?>> outputs) {
    for (GroupConfig group : groups) {
      ConfigValue setting = sized.get(group.id());
      for (ConfiguredOutput<?> output : outputs) {
        if (setting != null && output.publishes().contains(group.id())) {
          output
              .advice(group)
              .ifPresent(
                  advice -> setting.warning(output.id() + ": " + advice.what(), advice.hint()));
        }
      }
    }
  }

  private List<ConfiguredSource<?>> readListen(ConfigValue setting) {
    SourceTypes types = new SourceTypes();
    List<ConfiguredSource<?>> listen = new ArrayList<>();
    for (ConfigValue item : setting.list()) {
      Optional<ConfiguredSource<?>> source = item.as(types::parse);
      if (source.isEmpty()) {
        continue;
      }
      Position first = addresses.putIfAbsent(source.get().identity(), item.position());
      if (first == null) {
        listen.add(source.get());
      } else {
        item.error("is the same address as on line " + first.line(), "remove one of the two");
      }
    }
    if (setting.isEmpty() || setting.isEmptyList()) {
      setting.warning("no address is given", "nothing will be received; write for example ':8271'");
    }
    return listen;
  }

  private List<GroupConfig> readGroups(ConfigValue setting) {
    List<GroupConfig> groups = new ArrayList<>();
    for (ConfigValue item : setting.list()) {
      Optional<GroupConfig> group = readGroup(item);
      if (group.isPresent()) {
        groups.add(group.get());
      }
    }
    if (setting.isEmpty() || setting.isEmptyList()) {
      setting.warning("no group is defined", "every announcement will be rejected");
    }
    return groups;
  }

  private Optional<GroupConfig> readGroup(ConfigValue item) {
    try (ConfigSection settings = item.settings()) {
      ConfigValue idSetting = settings.optional("id");
      Optional<GroupId> id = idSetting.isEmpty() ? Optional.of(UNNAMED) : idSetting.read(ID);
      List<PreSharedKey> accepted = keys.read(settings);
      Optional<Duration> expire = settings.require("expire", EXPIRE);
      Optional<Duration> clockSkew = settings.read("clock_skew", CLOCK_SKEW);
      Duration readinessDelay = settings.read("readiness_delay", READINESS_DELAY);
      int maxMembers = settings.read("max_members", MAX_MEMBERS);
      List<IpNetwork> addresses = settings.read("addresses", ADDRESSES).orElse(List.of());
      Optional<Guard> guard = settings.read("guard", ListenerConfigReader::readGuard);
      Optional<Damping> damping = settings.read("damping", ListenerConfigReader::readDamping);
      boolean farewells = settings.read("farewells", FAREWELLS);
      DrainingPolicy draining = settings.read("draining", DRAINING);
      if (id.isEmpty()) {
        return Optional.empty();
      }
      Position first = ids.putIfAbsent(id.get(), idSetting.position());
      if (first != null) {
        idSetting.error(
            "group " + id.get() + " is already defined on line " + first.line(),
            "each group is defined once");
        return Optional.empty();
      }
      if (!settings.has("readiness_delay")) {
        readyAtOnce.put(id.get(), item);
      }
      if (settings.has("max_members")) {
        sized.put(id.get(), item);
      }
      if (accepted.isEmpty() || expire.isEmpty()) {
        return Optional.empty();
      }
      if (idSetting.isEmpty()) {
        idSetting.warning("is not given: this is group 0", "write 'id: 0' if it is meant to be");
      }
      return Optional.of(
          GroupConfig.of(id.get(), accepted.getFirst(), expire.get())
              .withKeys(accepted)
              .withClockSkew(clockSkew.orElse(expire.get()))
              .withReadinessDelay(readinessDelay)
              .withMaxMembers(maxMembers)
              .withAddresses(addresses)
              .withGuard(guard.orElse(null))
              .withDamping(damping.orElse(null))
              .withFarewells(farewells)
              .withDraining(draining));
    }
  }

  private static Optional<Guard> readGuard(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      return Optional.of(
          new Guard(
              settings.read("min_members", MIN_MEMBERS),
              settings.read("max_loss", MAX_LOSS).value(),
              settings.read("window", WINDOW),
              settings.read("hold", HOLD)));
    }
  }

  private static Optional<Damping> readDamping(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      return Optional.of(
          new Damping(
              settings.read("min_announcements", MIN_ANNOUNCEMENTS),
              settings.read("within", WITHIN)));
    }
  }
}
