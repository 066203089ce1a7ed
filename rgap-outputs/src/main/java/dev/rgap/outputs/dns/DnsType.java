package dev.rgap.outputs.dns;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.choice;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.parsed;
import static dev.rgap.config.Readers.text;
import static dev.rgap.outputs.dns.TtlReader.ttl;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The kind {@code dns}: an authoritative name server. */
public final class DnsType implements OutputType<DnsConfig> {

  /** What RFC 9715 recommends: no fragments on any usual network. */
  private static final int DEFAULT_UDP_PAYLOAD = 1_232;

  /** How many records of a name and type these resolvers take, unless they are told otherwise. */
  private static final int BIND_LIMIT = 100;

  private static final int POWERDNS_LIMIT = 256;

  /** Each is compared with all others. */
  private static final int MAX_ADDRESSES = 1_000;

  private static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(5);
  private static final Duration DEFAULT_FALLBACK_TTL = Duration.ofSeconds(1);
  private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(10);

  @Override
  public String kind() {
    return "dns";
  }

  @Override
  public Optional<DnsConfig> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      List<Endpoint> bind =
          settings
              .require("bind_address", "write for example :53", DnsType::bindAddresses)
              .orElse(List.of());
      Duration negativeTtl = settings.read("negative_ttl", ttl(0).orElse(DEFAULT_NEGATIVE_TTL));
      ZoneSettings zones = new ZoneSettings(settings.optional("zone"), negativeTtl);
      List<Mapping> mappings =
          MappingSettings.read(settings.optional("mappings"), groups, zones.zones());
      zones.check(mappings);
      settings.read("compress", booleans()); // names are always compressed
      boolean nonAuthoritative = settings.read("non_authoritative", booleans().orElse(false));
      int payload =
          settings.read("udp_max_payload", integers(512, 65_000).orElse(DEFAULT_UDP_PAYLOAD));
      int maxAnswers =
          settings.read("max_answers", MappingSettings.MAX_ANSWERS).orElse(DnsConfig.ALL_ANSWERS);
      Optional<Duration> maxTtl = settings.read("max_ttl", ttl(1));
      Duration fallbackTtl = settings.read("fallback_ttl", ttl(0).orElse(DEFAULT_FALLBACK_TTL));
      Reader<List<IpNetwork>> networks =
          oneOrMore(
              parsed(IpNetwork::parse),
              "allows nobody",
              "name networks, or remove it to allow all");
      List<IpNetwork> allow = settings.read("allow", networks).orElse(List.of());
      Optional<RateLimit> rateLimit = settings.read("rate_limit", DnsType::rateLimit);
      Tcp tcp = tcp(settings.optional("tcp"));
      WhileNotReady whileNotReady =
          settings.read(
              "while_not_ready", choice(WhileNotReady.class).orElse(WhileNotReady.SERVFAIL));
      Reader<String> id =
          text()
              .where(
                  ServerId::isPrintable,
                  "must be 1 to " + ServerId.MAX_LENGTH + " printable characters of ASCII",
                  "write for example ns1-a, or " + DnsConfig.HOST_NAME + " for the host's name");
      Optional<String> serverId = settings.read("server_id", id);
      return Optional.of(
          new DnsConfig(
              bind,
              mappings,
              zones.zones(),
              !nonAuthoritative,
              payload,
              maxAnswers,
              maxTtl,
              fallbackTtl,
              negativeTtl,
              allow,
              rateLimit,
              tcp,
              whileNotReady,
              serverId));
    }
  }

  private static Optional<List<Endpoint>> bindAddresses(ConfigValue setting) {
    List<Endpoint> bind = new ArrayList<>();
    if (setting.oneOrMore().size() > MAX_ADDRESSES) {
      setting.error("has more than " + MAX_ADDRESSES + " addresses", "use one for all: ':53'");
      return Optional.empty();
    }
    Reader<Endpoint> another =
        item -> {
          Optional<Endpoint> endpoint =
              item.as(Endpoint::parse).filter(given -> canBeBound(given, bind, item));
          endpoint.ifPresent(bind::add);
          return endpoint;
        };
    return oneOrMore(another, "is an empty list", "write for example :53").read(setting);
  }

  private static boolean canBeBound(Endpoint endpoint, List<Endpoint> others, ConfigValue item) {
    Optional<Endpoint> rival =
        others.stream().filter(other -> overlap(other, endpoint)).findFirst();
    if (endpoint.via() != null) {
      item.error("an interface can't be chosen here", "give the interface's address");
      return false;
    }
    if (others.contains(endpoint)) {
      item.error("is given twice", "remove one of the two");
      return false;
    }
    if (rival.isPresent()) {
      item.error(
          "has the same port as '" + rival.get() + "', and one of them is for all addresses",
          "remove one of the two");
      return false;
    }
    return true;
  }

  private static boolean overlap(Endpoint one, Endpoint other) {
    return one.port() == other.port()
        && one.port() != 0
        && (covers(one, other) || covers(other, one));
  }

  private static boolean covers(Endpoint all, Endpoint one) {
    return switch (all.host()) {
      case "", "::" -> true;
      case "0.0.0.0" -> one.host().indexOf(':') < 0;
      default -> false;
    };
  }

  private static Optional<RateLimit> rateLimit(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      return Optional.of(
          new RateLimit(
              settings.require("responses_per_second", integers(1, 1_000_000)).orElse(1),
              settings.read("slip", integers(0, 100).orElse(2)),
              settings.read("ipv4_prefix_length", integers(0, 32).orElse(24)),
              settings.read("ipv6_prefix_length", integers(0, 128).orElse(56))));
    }
  }

  private static Tcp tcp(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      return new Tcp(
          settings.read("max_connections", integers(1, 100_000).orElse(256)),
          settings.read("max_connections_per_client", integers(1, 100_000).orElse(64)),
          settings.read(
              "idle_timeout", durations().positive().example("10s").orElse(DEFAULT_IDLE_TIMEOUT)));
    }
  }

  @Override
  public Set<GroupId> publishes(DnsConfig config) {
    return config.mappings().stream()
        .map(mapping -> mapping.group().group())
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<Advice> advice(DnsConfig config, GroupConfig group) {
    return Math.min(config.maxAnswers(), group.maxMembers()) <= BIND_LIMIT
        ? Optional.empty()
        : Optional.of(
            new Advice(
                "with more than %s members BIND can't resolve the name, with more than %s PowerDNS"
                        .formatted(BIND_LIMIT, POWERDNS_LIMIT)
                    + " Recursor can't",
                "give the output 'max_answers: %s' if such resolvers ask, or as many as all who ask"
                        .formatted(BIND_LIMIT)
                    + " can take"));
  }

  @Override
  public String target(DnsConfig config) {
    return config.bind().stream().map(Endpoint::toString).collect(Collectors.joining(", "));
  }

  @Override
  public boolean reconfigure(Output running, DnsConfig from, DnsConfig to) {
    return running instanceof DnsOutput output && output.reconfigure(from, to);
  }

  @Override
  public Output create(DnsConfig config, OutputContext context) {
    return new DnsOutput(config, context);
  }
}
