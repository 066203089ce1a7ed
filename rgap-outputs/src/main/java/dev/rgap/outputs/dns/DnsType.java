package dev.rgap.outputs.dns;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
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
import dev.rgap.protocol.IpNetwork;
import dev.rgap.text.DurationText;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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
  public Optional<DnsConfig> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      List<Endpoint> bind = parseBind(settings.required("bind_address", "write for example :53"));
      Duration negativeTtl = ttl(settings, "negative_ttl", 0).orElse(DEFAULT_NEGATIVE_TTL);
      List<Mapping> mappings = parseMappings(settings.optional("mappings"), groups);
      List<Zone> zones = parseZones(settings.optional("zone"), negativeTtl);
      settings.bool("compress"); // names are always compressed
      boolean nonAuthoritative = settings.bool("non_authoritative").orElse(false);
      int payload = settings.integer("udp_max_payload", 512, 65_000).orElse(DEFAULT_UDP_PAYLOAD);
      int maxAnswers = settings.integer("max_answers", 1, 65_535).orElse(DnsConfig.ALL_ANSWERS);
      Optional<Duration> maxTtl = ttl(settings, "max_ttl", 1);
      Duration fallbackTtl = ttl(settings, "fallback_ttl", 0).orElse(DEFAULT_FALLBACK_TTL);
      List<IpNetwork> allow = parseAllow(settings.optional("allow"));
      ConfigValue limit = settings.optional("rate_limit");
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

  private static List<Endpoint> parseBind(ConfigValue setting) {
    List<Endpoint> bind = new ArrayList<>();
    for (ConfigValue item : setting.oneOrMore()) {
      Optional<Endpoint> endpoint = item.as(Endpoint::parse);
      if (endpoint.isPresent()) {
        Optional<Endpoint> rival =
            bind.stream().filter(other -> overlap(other, endpoint.get())).findFirst();
        if (endpoint.get().via() != null) {
          item.error("an interface can't be chosen here", "give the interface's address");
        } else if (bind.contains(endpoint.get())) {
          item.error("is given twice", "remove one of the two");
        } else if (rival.isPresent()) {
          item.error(
              "has the same port as '" + rival.get() + "', and one of them is for all addresses",
              "remove one of the two");
        } else {
          bind.add(endpoint.get());
        }
      }
    }
    if (setting.isList() && setting.list().isEmpty()) {
      setting.error("is an empty list", "write for example :53");
    }
    return bind;
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

  private static List<IpNetwork> parseAllow(ConfigValue setting) {
    List<IpNetwork> allow = new ArrayList<>();
    for (ConfigValue network : setting.oneOrMore()) {
      network.as(IpNetwork::parse).ifPresent(allow::add);
    }
    if (setting.isList() && setting.list().isEmpty()) {
      setting.error("allows nobody", "name networks, or remove it to allow all");
    }
    return allow;
  }

  private static List<Mapping> parseMappings(ConfigValue setting, ConfiguredGroups groups) {
    List<Mapping> mappings = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    for (ConfigValue.Named named : setting.named()) {
      Optional<Name> name = parseName(named.name(), true, (what, hint) -> error(named, what, hint));
      if (name.isPresent() && !seen.add(name.get())) {
        error(named, "the same name is mapped already", "case and a final dot don't count");
      }
      parseMapping(named.value(), name, groups).ifPresent(mappings::add);
    }
    if (setting.isEmpty()) {
      setting.warning("no name is mapped", "every query will be refused");
    }
    return mappings;
  }

  /** Adds an error with a name itself rather than with what it stands for. */
  private static void error(ConfigValue.Named named, String what, String hint) {
    ConfigValue value = named.value();
    value.problems().error(named.namePosition(), value.path(), what, hint);
  }

  private static Optional<Mapping> parseMapping(
      ConfigValue setting, Optional<Name> name, ConfiguredGroups groups) {
    try (ConfigSection settings = setting.settings()) {
      Optional<MappedGroup> group = MappedGroup.parse(settings, groups);
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
      if (port.isPresent() && name.isPresent()) {
        checkService(setting, name.get());
      }
      if (name.isEmpty() || group.isEmpty()) {
        return Optional.empty();
      }
      Optional<Service> service =
          port.map(number -> new Service(number, priority.orElse(0), weight.orElse(1)));
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

  private static List<Zone> parseZones(ConfigValue setting, Duration negativeTtl) {
    List<Zone> zones = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    for (ConfigValue item : setting.oneOrMore()) {
      Optional<Zone> zone = parseZone(item, negativeTtl);
      if (zone.isPresent() && !seen.add(zone.get().apex())) {
        item.error("the same zone is given twice", "case and a final dot don't count");
      }
      zone.ifPresent(zones::add);
    }
    return zones;
  }

  private static Optional<Zone> parseZone(ConfigValue setting, Duration negativeTtl) {
    try (ConfigSection settings = setting.settings()) {
      Optional<Name> apex = name(settings, "name");
      List<Name> nameservers = new ArrayList<>();
      ConfigValue servers = settings.required("nameservers");
      for (ConfigValue server : servers.oneOrMore()) {
        server
            .text()
            .flatMap(text -> parseName(text, false, server::error))
            .ifPresent(nameservers::add);
      }
      if (servers.isList() && servers.list().isEmpty()) {
        servers.error("is an empty list", "name at least one");
      }
      ConfigValue mailbox = settings.optional("hostmaster");
      Optional<Name> hostmaster =
          mailbox.isEmpty()
              ? apex.map(Catalog::hostmaster)
              : mailbox.text().flatMap(text -> parseName(mailboxName(text), false, mailbox::error));
      Duration ownNegativeTtl = ttl(settings, "negative_ttl", 0).orElse(negativeTtl);
      if (apex.isEmpty() || nameservers.isEmpty() || hostmaster.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Zone(apex.get(), nameservers, hostmaster.get(), ownNegativeTtl));
    }
  }

  private static Optional<Name> name(ConfigSection settings, String key) {
    ConfigValue setting = settings.required(key);
    return setting.isEmpty()
        ? Optional.empty()
        : setting.text().flatMap(text -> parseName(text, false, setting::error));
  }

  /** A mailbox as a name (RFC 1035 section 8): dots before the @ are no borders of labels. */
  private static String mailboxName(String text) {
    int at = text.indexOf('@');
    if (at <= 0) {
      return text;
    }
    return text.substring(0, at).replace(".", "\\.") + "." + text.substring(at + 1);
  }

  /**
   * Reads a name.
   *
   * @param error is told what is wrong and what to do about it
   */
  private static Optional<Name> parseName(
      String text, boolean wildcard, BiConsumer<String, String> error) {
    if (text.startsWith("@") || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      error.accept(
          "'" + text + "' is no domain name",
          "write names of other alphabets in their ASCII form, xn--...");
      return Optional.empty();
    }
    try {
      Name name = Name.fromString(text, Name.root).canonicalize();
      if (name.isWild() && !wildcard) {
        error.accept("a wildcard can't stand here", "");
        return Optional.empty();
      }
      return Optional.of(name);
    } catch (TextParseException e) {
      String why = String.valueOf(e.getMessage());
      error.accept("'" + text + "' is no domain name", why.replace("'" + text + "': ", ""));
      return Optional.empty();
    }
  }

  private static RateLimit parseRateLimit(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      ConfigValue rate = settings.required("responses_per_second");
      return new RateLimit(
          rate.isEmpty() ? 1 : rate.integer(1, 1_000_000).orElse(1),
          settings.integer("slip", 0, 100).orElse(2),
          settings.integer("ipv4_prefix_length", 0, 32).orElse(24),
          settings.integer("ipv6_prefix_length", 0, 128).orElse(56));
    }
  }

  private static Tcp parseTcp(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      return new Tcp(
          settings.integer("max_connections", 1, 100_000).orElse(256),
          settings.integer("max_connections_per_client", 1, 100_000).orElse(64),
          parseIdleTimeout(settings.optional("idle_timeout")));
    }
  }

  private static Duration parseIdleTimeout(ConfigValue setting) {
    Optional<Duration> timeout =
        setting.isEmpty() ? Optional.empty() : setting.as(DurationText::parse);
    if (timeout.isPresent() && !timeout.get().isPositive()) {
      setting.error("must be greater than 0", "write for example 10s");
    }
    return timeout.orElse(DEFAULT_IDLE_TIMEOUT);
  }

  /** A TTL (RFC 2181 section 8), if it is there. */
  private static Optional<Duration> ttl(ConfigSection settings, String key, int least) {
    ConfigValue setting = settings.optional(key);
    Optional<Duration> duration =
        setting.isEmpty() ? Optional.empty() : setting.as(DurationText::parse);
    if (duration.filter(given -> !isTtl(given, least)).isPresent()) {
      setting.error(
          "must be whole seconds, from " + least + " to 2147483647", "write for example 5s");
      return Optional.empty();
    }
    return duration;
  }

  private static boolean isTtl(Duration duration, int least) {
    long seconds = duration.toSeconds();
    return duration.equals(Duration.ofSeconds(seconds))
        && seconds >= least
        && seconds <= Integer.MAX_VALUE;
  }

  @Override
  public Output create(DnsConfig config, OutputContext context) {
    return new DnsOutput(config, context);
  }
}
