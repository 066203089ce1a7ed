package dev.rgap.outputs.dns;

import dev.rgap.config.GoDuration;
import dev.rgap.config.Setting;
import dev.rgap.config.Settings;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Endpoint.ByNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** The kind {@code dns}: an authoritative name server. */
public final class DnsType implements OutputType<DnsConfig> {

  /** What RFC 9715 recommends: no fragments on any usual network. */
  private static final int DEFAULT_UDP_PAYLOAD = 1_232;

  private static final int MAX_PORT = 65_535;
  private static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(5);
  private static final Duration DEFAULT_FALLBACK_TTL = Duration.ofSeconds(1);
  private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(10);

  /** Makes the kind. */
  public DnsType() {}

  @Override
  public String kind() {
    return "dns";
  }

  @Override
  public Optional<DnsConfig> parse(Setting spec, ConfiguredGroups groups) {
    try (Settings settings = spec.settings()) {
      List<Endpoint> bind = parseBind(settings.required("bind_address"));
      Duration negativeTtl = ttl(settings, "negative_ttl").orElse(DEFAULT_NEGATIVE_TTL);
      List<Mapping> mappings = parseMappings(settings.optional("mappings"), groups);
      List<Zone> zones = new ArrayList<>();
      for (Setting zone : settings.optional("zone").oneOrMore()) {
        parseZone(zone, negativeTtl).ifPresent(zones::add);
      }
      settings.bool("compress"); // names are always compressed
      boolean nonAuthoritative = settings.bool("non_authoritative").orElse(false);
      int payload = settings.integer("udp_max_payload", 512, 65_000).orElse(DEFAULT_UDP_PAYLOAD);
      int maxAnswers = settings.integer("max_answers", 1, 65_535).orElse(DnsConfig.ALL_ANSWERS);
      Optional<Duration> maxTtl = ttl(settings, "max_ttl");
      Duration fallbackTtl = ttl(settings, "fallback_ttl").orElse(DEFAULT_FALLBACK_TTL);
      List<ByNetwork> allow = new ArrayList<>();
      for (Setting network : settings.optional("allow").oneOrMore()) {
        network.as(ByNetwork::parse).ifPresent(allow::add);
      }
      Setting limit = settings.optional("rate_limit");
      Optional<RateLimit> rateLimit =
          limit.isEmpty() ? Optional.empty() : Optional.of(parseRateLimit(limit));
      Tcp tcp = parseTcp(settings.optional("tcp"));
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

  private static List<Endpoint> parseBind(Setting setting) {
    List<Endpoint> bind = new ArrayList<>();
    for (Setting item : setting.oneOrMore()) {
      Optional<Endpoint> endpoint = item.as(Endpoint::parse);
      if (endpoint.isPresent()) {
        if (endpoint.get().via() != null) {
          item.error("an interface can't be chosen here", "give the interface's address");
        } else if (bind.contains(endpoint.get())) {
          item.error("is given twice", "remove one of the two");
        } else {
          bind.add(endpoint.get());
        }
      }
    }
    return bind;
  }

  private static List<Mapping> parseMappings(Setting setting, ConfiguredGroups groups) {
    List<Mapping> mappings = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    for (Setting.Named named : setting.named()) {
      Optional<Name> name = parseName(named.value(), named.name(), true);
      if (name.isPresent() && !seen.add(name.get())) {
        named.value().error("the same name is mapped already", "case and a final dot don't count");
      }
      parseMapping(named.value(), name, groups).ifPresent(mappings::add);
    }
    if (setting.isEmpty()) {
      setting.warning("no name is mapped", "every query will be refused");
    }
    return mappings;
  }

  private static Optional<Mapping> parseMapping(
      Setting setting, Optional<Name> name, ConfiguredGroups groups) {
    try (Settings settings = setting.settings()) {
      Setting groupSetting = settings.required("group");
      Optional<GroupId> group =
          groupSetting.isEmpty() ? Optional.empty() : groups.reference(groupSetting);
      List<IpAddress> fallbacks = new ArrayList<>();
      for (Setting address : settings.optional("fallback_addresses").list()) {
        address.as(IpAddress::parse).ifPresent(fallbacks::add);
      }
      Optional<Integer> port = settings.integer("port", 0, MAX_PORT);
      Optional<Integer> priority = settings.integer("priority", 0, MAX_PORT);
      Optional<Integer> weight = settings.integer("weight", 0, MAX_PORT);
      if (port.isEmpty() && (priority.isPresent() || weight.isPresent())) {
        setting.error("priority and weight belong to SRV records", "give a port, too");
      }
      boolean named = name.isPresent() && name.get().getLabelString(0).startsWith("_");
      if (named && port.isEmpty()) {
        setting.error("names a service but has no port", "give the port for the SRV records");
      }
      if (port.isPresent() && name.isPresent() && name.get().isWild()) {
        setting.error("a wildcard can't be a service", "map the service's own name");
      }
      if (name.isEmpty() || group.isEmpty()) {
        return Optional.empty();
      }
      Optional<Service> service =
          port.map(number -> new Service(number, priority.orElse(0), weight.orElse(1)));
      return Optional.of(new Mapping(name.get(), group.get(), fallbacks, service));
    }
  }

  private static Optional<Zone> parseZone(Setting setting, Duration negativeTtl) {
    try (Settings settings = setting.settings()) {
      Optional<Name> apex = name(settings, "name");
      List<Name> nameservers = new ArrayList<>();
      Setting servers = settings.required("nameservers");
      for (Setting server : servers.oneOrMore()) {
        server.text().flatMap(text -> parseName(server, text, false)).ifPresent(nameservers::add);
      }
      Setting mailbox = settings.optional("hostmaster");
      Optional<Name> hostmaster =
          mailbox.isEmpty()
              ? apex
              : mailbox
                  .text()
                  .map(text -> text.replaceFirst("@", "."))
                  .flatMap(text -> parseName(mailbox, text, false));
      Duration ownNegativeTtl = ttl(settings, "negative_ttl").orElse(negativeTtl);
      if (apex.isEmpty() || nameservers.isEmpty() || hostmaster.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Zone(apex.get(), nameservers, hostmaster.get(), ownNegativeTtl));
    }
  }

  private static Optional<Name> name(Settings settings, String key) {
    Setting setting = settings.required(key);
    return setting.isEmpty()
        ? Optional.empty()
        : setting.text().flatMap(text -> parseName(setting, text, false));
  }

  private static Optional<Name> parseName(Setting where, String text, boolean wildcard) {
    try {
      Name name = Name.fromString(text, Name.root).canonicalize();
      if (name.isWild() && !wildcard) {
        where.error("a wildcard can't stand here", "");
        return Optional.empty();
      }
      return Optional.of(name);
    } catch (TextParseException e) {
      where.error("'" + text + "' is no domain name", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static RateLimit parseRateLimit(Setting setting) {
    try (Settings settings = setting.settings()) {
      Setting rate = settings.required("responses_per_second");
      return new RateLimit(
          rate.isEmpty() ? 1 : rate.integer(1, 1_000_000).orElse(1),
          settings.integer("slip", 0, 100).orElse(2),
          settings.integer("ipv4_prefix_length", 0, 32).orElse(24),
          settings.integer("ipv6_prefix_length", 0, 128).orElse(56));
    }
  }

  private static Tcp parseTcp(Setting setting) {
    try (Settings settings = setting.settings()) {
      return new Tcp(
          settings.integer("max_connections", 1, 100_000).orElse(256),
          settings.integer("max_connections_per_client", 1, 100_000).orElse(64),
          settings
              .duration("idle_timeout")
              .filter(Duration::isPositive)
              .orElse(DEFAULT_IDLE_TIMEOUT));
    }
  }

  private static Optional<Duration> ttl(Settings settings, String key) {
    Setting setting = settings.optional(key);
    Optional<Duration> duration =
        setting.isEmpty() ? Optional.empty() : setting.as(GoDuration::parse);
    if (duration.isPresent() && duration.get().isNegative()) {
      setting.error("must not be negative", "");
      return Optional.empty();
    }
    return duration;
  }

  @Override
  public Output create(DnsConfig config, OutputContext context) {
    return new DnsOutput(config, context);
  }
}
