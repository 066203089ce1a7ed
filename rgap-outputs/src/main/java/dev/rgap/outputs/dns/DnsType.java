package dev.rgap.outputs.dns;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.parsed;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;

/** The kind {@code dns}: an authoritative name server. */
public final class DnsType implements OutputType<DnsConfig> {

  /** What RFC 9715 recommends: no fragments on any usual network. */
  private static final int DEFAULT_UDP_PAYLOAD = 1_232;

  /** Each is compared with all others. */
  private static final int MAX_ADDRESSES = 1_000;

  private static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(5);
  private static final Duration DEFAULT_FALLBACK_TTL = Duration.ofSeconds(1);
  private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(10);
  private static final Reader<Integer> SIXTEEN_BITS = integers(0, 65_535);

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
      List<Mapping> mappings = mappings(settings.optional("mappings"), groups);
      List<Zone> zones =
          settings.read("zone", value -> zones(value, negativeTtl)).orElse(List.of());
      settings.read("compress", booleans()); // names are always compressed
      boolean nonAuthoritative = settings.read("non_authoritative", booleans().orElse(false));
      int payload =
          settings.read("udp_max_payload", integers(512, 65_000).orElse(DEFAULT_UDP_PAYLOAD));
      int maxAnswers =
          settings.read("max_answers", integers(1, 65_535)).orElse(DnsConfig.ALL_ANSWERS);
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
      return Optional.of(
          new DnsConfig(
              bind,
              mappings,
              zones,
              !nonAuthoritative,
              payload,
              maxAnswers,
              maxTtl,
              fallbackTtl,
              negativeTtl,
              allow,
              rateLimit,
              tcp));
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

  private static List<Mapping> mappings(ConfigValue setting, ConfiguredGroups groups) {
    List<Mapping> mappings = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    for (ConfigValue.Named named : setting.named()) {
      Optional<Name> name = DomainNames.key(named);
      if (name.isPresent() && !seen.add(name.get())) {
        DomainNames.error(
            named, "the same name is mapped already", "case and a final dot don't count");
      }
      mapping(named.value(), name, groups).ifPresent(mappings::add);
    }
    if (setting.isEmpty()) {
      setting.warning("no name is mapped", "every query will be refused");
    }
    return mappings;
  }

  private static Optional<Mapping> mapping(
      ConfigValue setting, Optional<Name> name, ConfiguredGroups groups) {
    try (ConfigSection settings = setting.settings()) {
      Optional<MappedGroup> group = MappedGroup.parse(settings, groups);
      Optional<Integer> port = settings.read("port", SIXTEEN_BITS);
      int priority = settings.read("priority", SIXTEEN_BITS.orElse(0));
      int weight = settings.read("weight", SIXTEEN_BITS.orElse(1));
      if (!settings.has("port") && (settings.has("priority") || settings.has("weight"))) {
        setting.error("priority and weight belong to SRV records", "give a port, too");
      }
      boolean named = name.isPresent() && name.get().getLabelString(0).startsWith("_");
      if (named && port.isEmpty()) {
        setting.error("names a service but has no port", "give the port for the SRV records");
      }
      if (port.isPresent() && name.isPresent()) {
        checkService(setting, name.get());
      }
      if (name.isEmpty() || group.isEmpty()) {
        return Optional.empty();
      }
      Optional<Service> service = port.map(number -> new Service(number, priority, weight));
      return Optional.of(new Mapping(name.get(), group.get(), service));
    }
  }

  private static void checkService(ConfigValue setting, Name name) {
    if (name.isWild()) {
      setting.error("a wildcard can't be a service", "map the service's own name");
    } else if (Catalog.serviceBase(name).length() + 1 + AddressLabel.MAX_LENGTH > Query.MAX_NAME) {
      setting.error(
          "is too long for a service: its targets' names would have more than 255 bytes",
          "map a shorter name");
    }
  }

  private static Optional<List<Zone>> zones(ConfigValue setting, Duration negativeTtl) {
    List<Zone> zones = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    for (ConfigValue item : setting.oneOrMore()) {
      Optional<Zone> zone = zone(item, negativeTtl);
      if (zone.isPresent() && !seen.add(zone.get().apex())) {
        item.error("the same zone is given twice", "case and a final dot don't count");
      }
      zone.ifPresent(zones::add);
    }
    return Optional.of(zones);
  }

  private static Optional<Zone> zone(ConfigValue setting, Duration negativeTtl) {
    try (ConfigSection settings = setting.settings()) {
      Optional<Name> apex = settings.require("name", DomainNames.name());
      List<Name> nameservers =
          settings
              .require(
                  "nameservers",
                  oneOrMore(DomainNames.name(), "is an empty list", "name at least one"))
              .orElse(List.of());
      ConfigValue mailbox = settings.optional("hostmaster");
      Optional<Name> hostmaster =
          mailbox.isEmpty() ? apex.map(Catalog::hostmaster) : mailbox.read(DomainNames.mailbox());
      Duration ownNegativeTtl = settings.read("negative_ttl", ttl(0)).orElse(negativeTtl);
      if (apex.isEmpty() || nameservers.isEmpty() || hostmaster.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Zone(apex.get(), nameservers, hostmaster.get(), ownNegativeTtl));
    }
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

  /** A TTL (RFC 2181 section 8). */
  private static Reader<Duration> ttl(int least) {
    return durations()
        .where(
            given -> isTtl(given, least),
            "must be whole seconds, from " + least + " to 2147483647",
            "write for example 5s");
  }

  private static boolean isTtl(Duration duration, int least) {
    long seconds = duration.toSeconds();
    return duration.equals(Duration.ofSeconds(seconds))
        && seconds >= least
        && seconds <= Integer.MAX_VALUE;
  }

  @Override
  public Set<GroupId> publishes(DnsConfig config) {
    return config.mappings().stream()
        .map(mapping -> mapping.group().group())
        .collect(Collectors.toSet());
  }

  @Override
  public String target(DnsConfig config) {
    return config.bind().stream().map(Endpoint::toString).collect(Collectors.joining(", "));
  }

  @Override
  public Output create(DnsConfig config, OutputContext context) {
    return new DnsOutput(config, context);
  }
}
