package dev.rgap.outputs.dns;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.integers;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Own;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.outputs.publish.MappedGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the names that a name server answers, and what it answers for them. */
final class MappingSettings {

  /** How many answers one can be limited to. */
  static final Reader<Integer> MAX_ANSWERS = integers(1, 65_535);

  private static final Reader<Integer> SIXTEEN_BITS = integers(0, 65_535);

  private final ConfiguredGroups groups;
  private final boolean hasReverseZone;

  private MappingSettings(ConfiguredGroups groups, List<Zone> zones) {
    this.groups = groups;
    hasReverseZone = zones.stream().anyMatch(zone -> ReverseNames.areIn(zone.apex()));
  }

  /**
   * Reads the setting {@code mappings}.
   *
   * @param zones the zones that are configured
   */
  static List<Mapping> read(ConfigValue setting, ConfiguredGroups groups, List<Zone> zones) {
    if (setting.isEmpty()) {
      setting.warning("no name is mapped", "every query will be refused");
    }
    return new MappingSettings(groups, zones).mappings(setting);
  }

  private List<Mapping> mappings(ConfigValue setting) {
    List<Mapping> mappings = new ArrayList<>();
    Set<DomainName> seen = new HashSet<>();
    for (ConfigValue.Named named : setting.named()) {
      Optional<DomainName> name = DomainNames.key(named);
      if (name.isPresent() && !seen.add(name.get())) {
        DomainNames.error(
            named, "the same name is mapped already", "case and a final dot don't count");
      }
      mapping(named.value(), name).ifPresent(mappings::add);
    }
    return mappings;
  }

  private Optional<Mapping> mapping(ConfigValue setting, Optional<DomainName> name) {
    try (ConfigSection settings = setting.settings()) {
      Optional<MappedGroup> group = MappedGroup.parse(settings, groups);
      Optional<Service> service = service(settings);
      Own own =
          new Own(
              settings.read("ttl", TtlReader.ttl(1)),
              settings.read("max_answers", MAX_ANSWERS),
              settings.read("negative_ttl", TtlReader.ttl(0)));
      boolean reverse = settings.read("reverse", reverse(name).orElse(false));
      boolean named = name.isPresent() && name.get().isUnderscored();
      if (named && service.isEmpty()) {
        setting.error("names a service but has no port", "give the port for the SRV records");
      }
      if (service.isPresent() && name.isPresent()) {
        checkService(setting, name.get());
      }
      if (name.isEmpty() || group.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Mapping(name.get(), group.get(), service, reverse, own));
    }
  }

  private static Optional<Service> service(ConfigSection settings) {
    Optional<Integer> port = settings.read("port", SIXTEEN_BITS);
    int priority = settings.read("priority", SIXTEEN_BITS.orElse(0));
    int weight = settings.read("weight", SIXTEEN_BITS.orElse(1));
    if (!settings.has("port") && (settings.has("priority") || settings.has("weight"))) {
      settings.owner().error("priority and weight belong to SRV records", "give a port, too");
    }
    return port.map(number -> new Service(number, priority, weight));
  }

  private Reader<Boolean> reverse(Optional<DomainName> name) {
    return setting -> {
      Optional<Boolean> wanted = booleans().read(setting);
      if (wanted.orElse(false)) {
        checkReverse(setting, name);
      }
      return wanted;
    };
  }

  private void checkReverse(ConfigValue setting, Optional<DomainName> name) {
    if (name.isPresent() && name.get().isWildcard()) {
      setting.error(
          "an address can't point to all names that a wildcard covers",
          "map the name that it is to point to");
    } else if (!hasReverseZone) {
      setting.error(
          "no zone holds the names of addresses",
          "add to 'zone' for example {name: 2.0.192.in-addr.arpa, nameservers: [ns1.example.com]}");
    }
  }

  private static void checkService(ConfigValue setting, DomainName name) {
    if (name.isWildcard()) {
      setting.error("a wildcard can't be a service", "map the service's own name");
    } else if (OwnZones.serviceBase(name).length() + 1 + AddressLabel.MAX_LENGTH > Query.MAX_NAME) {
      setting.error(
          "is too long for a service: its targets' names would have more than 255 bytes",
          "map a shorter name");
    }
  }
}
