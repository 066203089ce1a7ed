package dev.rgap.outputs.dns;

import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.parsed;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Nameserver;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the zones of a name server. */
final class ZoneSettings {

  private static final Reader<List<IpAddress>> ADDRESSES =
      oneOrMore(
          parsed(ZoneSettings::address), "is an empty list", "name at least one, or remove it");

  private final Duration negativeTtl;
  private final List<Zone> zones = new ArrayList<>();

  /** Where each name server stands. */
  private final List<Given> nameservers = new ArrayList<>();

  private record Given(ConfigValue setting, Nameserver nameserver) {}

  /**
   * Reads the setting {@code zone}.
   *
   * @param negativeTtl of zones that have none of their own
   */
  ZoneSettings(ConfigValue setting, Duration negativeTtl) {
    this.negativeTtl = negativeTtl;
    Set<DomainName> seen = new HashSet<>();
    for (ConfigValue item : setting.oneOrMore()) {
      Optional<Zone> zone = zone(item);
      if (zone.isPresent() && !seen.add(zone.get().apex())) {
        item.error("the same zone is given twice", "case and a final dot don't count");
      }
      zone.ifPresent(zones::add);
    }
  }

  List<Zone> zones() {
    return zones;
  }

  private Optional<Zone> zone(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      Optional<DomainName> apex = settings.require("name", DomainNames.name());
      List<Nameserver> servers =
          settings
              .require(
                  "nameservers",
                  oneOrMore(this::nameserver, "is an empty list", "name at least one"))
              .orElse(List.of());
      ConfigValue mailbox = settings.optional("hostmaster");
      Optional<DomainName> hostmaster =
          mailbox.isEmpty() ? apex.map(OwnZones::hostmaster) : mailbox.read(DomainNames.mailbox());
      Duration ttl = settings.read("negative_ttl", TtlReader.ttl(0)).orElse(negativeTtl);
      if (apex.isEmpty() || servers.isEmpty() || hostmaster.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Zone(apex.get(), servers, hostmaster.get(), ttl));
    }
  }

  /** A name alone, or one with addresses. */
  private Optional<Nameserver> nameserver(ConfigValue setting) {
    Optional<Nameserver> nameserver =
        setting.isMapping()
            ? withAddresses(setting)
            : setting.read(DomainNames.name()).map(name -> new Nameserver(name, List.of()));
    nameserver.ifPresent(given -> nameservers.add(new Given(setting, given)));
    return nameserver;
  }

  private static Optional<Nameserver> withAddresses(ConfigValue setting) {
    try (ConfigSection settings = setting.settings()) {
      Optional<DomainName> name = settings.require("name", DomainNames.name());
      List<IpAddress> addresses = settings.read("addresses", ADDRESSES).orElse(List.of());
      return name.map(
          present -> new Nameserver(present, addresses.stream().distinct().sorted().toList()));
    }
  }

  private static IpAddress address(String text) {
    if (text.indexOf('%') >= 0) {
      throw new IllegalArgumentException("'" + text + "' has a zone, which no record holds");
    }
    return IpAddress.parse(text);
  }

  /** Adds a problem with each name server that is not answered as it should be. */
  void check(List<Mapping> mappings) {
    Map<DomainName, Nameserver> known = new HashMap<>();
    for (Given given : nameservers) {
      Nameserver nameserver = given.nameserver();
      if (!nameserver.addresses().isEmpty()) {
        checkAddresses(given, known.putIfAbsent(nameserver.name(), nameserver), mappings);
      }
    }
    for (Given given : nameservers) {
      DomainName name = given.nameserver().name();
      if (isInZone(name) && !known.containsKey(name) && !isAnswered(name, mappings)) {
        given
            .setting()
            .warning(
                "lies in a zone of this name server, which has no addresses for it",
                "give it addresses, or map it");
      }
    }
  }

  private void checkAddresses(Given given, @Nullable Nameserver before, List<Mapping> mappings) {
    Nameserver nameserver = given.nameserver();
    DomainName name = nameserver.name();
    if (!isInZone(name)) {
      given
          .setting()
          .error(
              "lies in none of the zones, so this server is not asked for its addresses",
              "remove the addresses");
    } else if (mappings.stream().anyMatch(mapping -> mapping.name().equals(name))) {
      given.setting().error("is mapped, too", "remove the addresses, or the mapping");
    } else if (before != null && !before.addresses().equals(nameserver.addresses())) {
      given.setting().error("has other addresses elsewhere", "give them once");
    }
  }

  private boolean isInZone(DomainName name) {
    return zones.stream().anyMatch(zone -> name.isWithin(zone.apex()));
  }

  private static boolean isAnswered(DomainName name, List<Mapping> mappings) {
    return mappings.stream()
        .map(Mapping::name)
        .anyMatch(mapped ->
            mapped.equals(name) || (mapped.isWildcard() && name.isWithin(mapped.parent())));
  }
}
