package dev.rgap.worker.config;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.parsed;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Percentage;
import dev.rgap.config.Reader;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.UnreachableAddress;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import dev.rgap.worker.address.Sources;
import dev.rgap.worker.check.Checks;
import dev.rgap.worker.clock.ClockConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads an {@link AgentsConfig}. */
final class AgentsConfigReader {

  private static final String MAKE_A_KEY = "'rgap genpsk' makes one";
  private static final int MOST_HOPS = 255;

  private static final Reader.WithDefault<GroupId> GROUP =
      parsed(GroupId::parse).orElse(new GroupId(0));
  private static final Reader.WithDefault<Duration> INTERVAL =
      durations().positive().example("5s").orElse(Duration.ofSeconds(5));
  private static final Reader.WithDefault<Duration> MAX_AGE =
      durations().positive().example("1m").orElse(Duration.ofMinutes(1));
  private static final Reader.WithDefault<Percentage> JITTER =
      parsed(Percentage::parse)
          .where(jitter -> jitter.value() <= 50, "must be at most 50%", "write for example 10%")
          .orElse(new Percentage(10));
  private static final Reader.WithDefault<Integer> HOPS =
      integers(0, MOST_HOPS).orElse(UdpSink.DEFAULT_HOPS);
  private static final Reader.WithDefault<Boolean> GOODBYE = booleans().orElse(true);
  private static final Reader.WithDefault<Duration> DRAIN_FOR =
      durations().notNegative().example("10s").orElse(Duration.ZERO);
  private static final Reader.WithDefault<Boolean> WATCH = booleans().orElse(false);

  private static final Reader<PreSharedKey> KEY = parsed(PreSharedKey::parseHex);
  private static final Reader<List<AddressSource>> ADDRESSES =
      oneOrMore(
          AgentsConfigReader::readAddress,
          "is an empty list: nothing would be announced",
          "leave 'address' out to announce where the destinations are reached from");
  private static final Reader<List<Endpoint>> DESTINATIONS =
      oneOrMore(
          parsed(Endpoint::parse),
          "is an empty list: nobody would be told",
          "leave 'destinations' out for " + Endpoint.DEFAULT);

  private final Reader<AgentKey> keyFiles;

  AgentsConfigReader(Reader<AgentKey> keyFiles) {
    this.keyFiles = keyFiles;
  }

  Optional<AgentsConfig> read(ConfigValue root, Consumer<? super ConfigSection> others) {
    List<AgentEntry> entries = new ArrayList<>();
    List<ConfigValue> items;
    Optional<ClockConfig> clock;
    boolean watch;
    try (ConfigSection settings = root.settings()) {
      ConfigValue announce = settings.optional("announce");
      items = announce.list();
      for (ConfigValue item : items) {
        readEntry(item).ifPresent(entries::add);
      }
      if (announce.isEmpty() || announce.isEmptyList()) {
        announce.warning(
            "has no entry", "nothing will be announced; write for example '- group: 1'");
      }
      clock = ClockConfig.read(settings.optional("verify_clock"));
      watch = settings.read("watch", WATCH);
      others.accept(settings);
    }
    if (!root.problems().hasErrors()) {
      entries = identified(items, entries);
    }
    return root.problems().hasErrors()
        ? Optional.empty()
        : Optional.of(new AgentsConfig(entries, clock, watch));
  }

  /** Gives entries that have been read without an error what tells them apart, each once. */
  private static List<AgentEntry> identified(List<ConfigValue> items, List<AgentEntry> entries) {
    Map<Object, ConfigValue> places = new HashMap<>();
    List<AgentEntry> identified = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      AgentEntry entry = entries.get(i);
      ConfigValue item = items.get(i);
      EntryIdentity identity = EntryIdentity.of(item, entry.key());
      ConfigValue first = places.putIfAbsent(identity, item);
      if (first != null) {
        item.error(
            "says the same as the entry on line " + first.position().line(),
            "remove one of the two");
      }
      identified.add(
          new AgentEntry(
              identity,
              entry.group(),
              entry.key(),
              entry.addresses(),
              entry.maxAge(),
              entry.interval(),
              entry.jitterPercent(),
              entry.destinations(),
              entry.hops(),
              entry.goodbye(),
              entry.drainFor(),
              entry.checks()));
    }
    return identified;
  }

  private Optional<AgentEntry> readEntry(ConfigValue item) {
    try (ConfigSection settings = item.settings()) {
      GroupId group = settings.read("group", GROUP);
      Optional<AgentKey> key = readKey(settings);
      Optional<List<AddressSource>> addresses = settings.read("address", ADDRESSES);
      Duration maxAge = settings.read("max_age", MAX_AGE);
      Duration interval = settings.read("interval", INTERVAL);
      int jitter = settings.read("jitter", JITTER).value();
      List<Endpoint> destinations =
          settings.read("destinations", DESTINATIONS).orElse(List.of(Endpoint.DEFAULT));
      int hops = settings.read("hops", HOPS);
      boolean goodbye = settings.read("goodbye", GOODBYE);
      Duration drainFor = settings.read("drain_for", DRAIN_FOR);
      List<HealthCheckConfig> checks = settings.list("checks", Checks::read);
      if (settings.has("max_age") && maxAge.compareTo(interval) < 0) {
        settings
            .optional("max_age")
            .warning(
                "is shorter than the interval, at which slow sources of addresses are asked",
                "what they say will be announced only at times; write more than the interval");
      }
      if (settings.has("drain_for") && drainFor.isPositive() && !goodbye) {
        settings
            .optional("drain_for")
            .warning(
                "goes with 'goodbye: false': when it has drained it falls silent without a word",
                "remove one of the two");
      }
      return key.map(found ->
          new AgentEntry(
              item.path(),
              group,
              found,
              addresses.orElseGet(() -> List.of(new RoutedAddress(destinations))),
              maxAge,
              interval,
              jitter,
              destinations,
              hops,
              goodbye,
              drainFor,
              checks));
    }
  }

  private Optional<AgentKey> readKey(ConfigSection entry) {
    ConfigValue here = entry.optional("psk");
    ConfigValue file = entry.optional("psk_file");
    if (!here.isEmpty() && !file.isEmpty()) {
      file.error("can't be given together with psk", "an agent has one key; remove one of the two");
      return Optional.empty();
    }
    if (here.isEmpty() && file.isEmpty()) {
      if (entry.owner().isMapping() || entry.owner().isEmpty()) {
        here.error("is required, or psk_file", MAKE_A_KEY);
      }
      return Optional.empty();
    }
    ConfigValue given = here.isEmpty() ? file : here;
    Optional<AgentKey> key =
        here.isEmpty()
            ? file.read(keyFiles)
            : here.read(KEY).map(value -> new AgentKey(value, null));
    if (key.filter(found -> found.key().isExample()).isPresent()) {
      given.warning("is the key of the examples, with which everybody can announce", MAKE_A_KEY);
    }
    return key;
  }

  private static Optional<AddressSource> readAddress(ConfigValue item) {
    Optional<AddressSource> source = Sources.read(item);
    source.map(AgentsConfigReader::unreachable).ifPresent(kind -> item.warning(kind, ""));
    return source;
  }

  /** Why an address that is written down can't be reached by others; null if it can. */
  private static @Nullable String unreachable(AddressSource source) {
    try {
      IpAddress address = IpAddress.parse(source.label());
      String kind = UnreachableAddress.kind(address.high(), address.low());
      return kind == null ? null : "is " + kind + ": no other host can reach this one there";
    } catch (IllegalArgumentException e) {
      return null; // is found where this runs
    }
  }
}
