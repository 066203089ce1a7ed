package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The zones that mapped names make of themselves because they lie in no configured one. */
final class OwnZones {

  private OwnZones() {}

  static List<Zone> of(DnsConfig config) {
    Set<DomainName> configured = new HashSet<>();
    config.zones().forEach(zone -> configured.add(zone.apex()));
    Map<DomainName, Duration> negativeTtls = new LinkedHashMap<>();
    for (Mapping mapping : config.mappings()) {
      DomainName apex = apex(mapping.name());
      boolean first = !negativeTtls.containsKey(apex);
      if (!isInOneOf(configured, apex) && (first || apex.equals(mapping.name()))) {
        negativeTtls.put(apex, mapping.own().negativeTtl().orElse(config.negativeTtl()));
      }
    }
    return negativeTtls.entrySet().stream()
        .map(zone -> zone(zone.getKey(), zone.getValue()))
        .toList();
  }

  private static boolean isInOneOf(Set<DomainName> zones, DomainName name) {
    DomainName suffix = name;
    while (!suffix.isRoot() && !zones.contains(suffix)) {
      suffix = suffix.parent();
    }
    return zones.contains(suffix);
  }

  /** The zone that a mapped name makes of itself if it lies in no configured one. */
  private static DomainName apex(DomainName name) {
    return name.isWildcard() ? name.parent() : serviceBase(name);
  }

  /** The name without the labels that name a service and its protocol (RFC 2782). */
  static DomainName serviceBase(DomainName name) {
    DomainName base = name;
    while (base.isUnderscored()) {
      base = base.parent();
    }
    return base;
  }

  private static Zone zone(DomainName apex, Duration negativeTtl) {
    return new Zone(apex, List.of(), hostmaster(apex), negativeTtl);
  }

  /** The SOA's name server: one that is made up, where nobody has named any. */
  static DomainName primary(Zone zone) {
    return zone.nameservers().isEmpty()
        ? below("ns", zone.apex())
        : zone.nameservers().getFirst().name();
  }

  /** The mailbox of a zone that is given none. */
  static DomainName hostmaster(DomainName apex) {
    return below("hostmaster", apex);
  }

  /** If there is no room for a label below it, a name stands for itself. */
  private static DomainName below(String label, DomainName base) {
    return base.child(label).orElse(base);
  }
}
