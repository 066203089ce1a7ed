package dev.rgap.outputs.dns;

import dev.rgap.membership.Membership;
import dev.rgap.outputs.dns.GroupAnswers.Rendered;
import dev.rgap.outputs.dns.GroupAnswers.ServiceFormats;
import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.time.HostClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All names that the server knows, as a tree: zones, mapped names, wildcards, and the names in
 * between that exist only because something lies below them. Immutable but for what the answers
 * look up.
 *
 * <pre>
 *   example.com             zone (configured)
 *   └ worker.example.com    mapped
 *     ├ *                   wildcard, if mapped
 *     ├ _http._tcp          mapped, with a service
 *     └ ip-10-0-0-1         a service's target: made from the members
 * </pre>
 */
final class Catalog {

  /** Negative answers have the TTL of the zone's. */
  private static final int OF_ZONE = -1;

  /** A name that exists. */
  static final class Node {
    @Nullable Zone zone;
    @Nullable GroupAnswers addresses;
    @Nullable GroupAnswers services;
    @Nullable Node wildcard;

    /** The TTL of negative answers of the name, or {@link #OF_ZONE}. */
    int negativeTtl = OF_ZONE;

    /** The services whose targets lie right below this name. */
    final List<GroupAnswers> targets = new ArrayList<>();
  }

  /** A zone's apex and what is said of it. */
  static final class Zone {
    final ZoneSerial serial;

    /** The TTL of negative answers. */
    final int negativeTtl;

    /** The names that stand for members, if this is where they are. */
    @Nullable ReverseNames reverse;

    /** The SOA record, ready. */
    final SoaForms soa;

    /** The NS records; there may be none. */
    final NameserverRecords nameservers;

    Zone(DnsConfig.Zone config, Membership membership, HostClock clock) {
      serial = new ZoneSerial(membership, clock);
      negativeTtl = (int) config.negativeTtl().toSeconds();
      soa = new SoaForms(OwnZones.primary(config), config);
      nameservers = new NameserverRecords(config);
    }
  }

  /** What was found for a name; one object is used for query after query. */
  static final class Match {
    /** The zone that the name lies in; null if in none. */
    @Nullable Zone zone;

    /** The name, or the wildcard that covers it; null if it doesn't exist. */
    @Nullable Node node;

    /**
     * Set if the name is, or lies below, the target of a service, or what may be that of one that
     * is not ready.
     */
    @Nullable IpAddress target;

    /** The service. */
    @Nullable GroupAnswers targetOf;

    /** Set if the name stands for addresses of members, or may do so of a group not ready. */
    @Nullable ReverseNames reverse;

    /** The addresses; null if nobody knows yet. */
    @Nullable IpNetwork network;

    /** The TTL of a negative answer, in seconds. */
    int negativeTtl;

    /** Whether the name is not the target, but one below it. */
    boolean belowTarget;

    private final NameKey probe = NameKey.probe();

    /** The hash of each of the name's endings that may exist, by its first label. */
    private final int[] hashes = new int[Query.MAX_LABELS];
  }

  private final Map<NameKey, Node> nodes = new HashMap<>();
  private final ReverseNames reverse = new ReverseNames();

  // No longer name is looked up:
  private int mostLabels;
  private int mostBytes;

  /** Makes the tree. */
  Catalog(DnsConfig config, Membership membership, HostClock clock) {
    for (DnsConfig.Zone zone : config.zones()) {
      node(zone.apex()).zone = new Zone(zone, membership, clock);
    }
    for (DnsConfig.Zone zone : OwnZones.of(config)) {
      node(zone.apex()).zone = new Zone(zone, membership, clock);
    }
    for (DnsConfig.Zone zone : config.zones()) {
      addNameservers(zone, config, clock);
    }
    for (DnsConfig.Mapping mapping : config.mappings()) {
      add(mapping, config, membership, clock);
    }
    if (!reverse.isEmpty()) {
      addReverse(config);
    }
    config.mappings().forEach(mapping -> addNamesBetween(mapping.name()));
    config.zones().forEach(zone -> addNamesBetween(zone.apex()));
  }

  /** Takes the place of another one: the serials of zones that are in both go on. */
  void follow(Catalog before) {
    nodes.forEach((name, node) -> {
      Node known = before.nodes.get(name);
      if (node.zone != null && known != null && known.zone != null) {
        node.zone.serial.follow(known.zone.serial);
      }
    });
  }

  /** The names of a zone's name servers have addresses that never change. */
  private void addNameservers(DnsConfig.Zone zone, DnsConfig config, HostClock clock) {
    DnsConfig.Own own =
        new DnsConfig.Own(
            Optional.of(zone.negativeTtl()), Optional.of(DnsConfig.ALL_ANSWERS), Optional.empty());
    for (DnsConfig.Nameserver nameserver : zone.nameservers()) {
      if (!nameserver.addresses().isEmpty()) {
        MappedGroup addresses = new MappedGroup(new GroupId(0), nameserver.addresses());
        DnsConfig.Mapping mapping =
            new DnsConfig.Mapping(nameserver.name(), addresses, Optional.empty(), false, own);
        node(nameserver.name()).addresses =
            new GroupAnswers(mapping, config, Optional.empty(), Membership.fixed(Map.of()), clock);
        addNamesBetween(nameserver.name());
      }
    }
  }

  /** The zones of reverse names have those of all groups that want them. */
  private void addReverse(DnsConfig config) {
    for (DnsConfig.Zone configured : config.zones()) {
      Zone zone = node(configured.apex()).zone;
      if (zone != null && ReverseNames.areIn(configured.apex())) {
        zone.reverse = reverse;
        for (DnsConfig.Mapping mapping : config.mappings()) {
          if (mapping.reverse()) {
            zone.serial.add(mapping.group().group());
          }
        }
      }
    }
  }

  private void add(
      DnsConfig.Mapping mapping, DnsConfig config, Membership membership, HostClock clock) {
    DomainName base = OwnZones.serviceBase(mapping.name());
    Optional<ServiceFormats> formats =
        mapping
            .service()
            .map(service ->
                new ServiceFormats(
                    RecordFormat.service(service, base.wire()),
                    RecordFormat.target(mapping.name().length() - base.length())));
    GroupAnswers answers = new GroupAnswers(mapping, config, formats, membership, clock);
    Node node = node(mapping.name());
    if (mapping.own().negativeTtl().isPresent()) {
      node.negativeTtl = (int) mapping.own().negativeTtl().get().toSeconds();
    }
    if (mapping.service().isPresent()) {
      node.services = answers;
      node(base).targets.add(answers);
    }
    if (base.equals(mapping.name())) {
      node.addresses = answers;
    }
    if (mapping.reverse()) {
      reverse.add(base, mapping.service().isPresent(), answers);
    }
    if (mapping.name().isWildcard()) {
      node(mapping.name().parent()).wildcard = node;
    }
    Zone zone = enclosingZone(mapping.name());
    if (zone == null) {
      throw new IllegalStateException(mapping.name() + " lies in no zone");
    }
    zone.serial.add(mapping.group().group());
  }

  /** The names between a name and the zones above it exist, too (RFC 4592 section 2.2.2). */
  private void addNamesBetween(DomainName low) {
    List<DomainName> between = new ArrayList<>();
    for (DomainName name = low; ; name = name.parent()) {
      between.add(name);
      Node node = nodes.get(NameKey.of(name));
      if (node != null && node.zone != null) {
        between.forEach(this::node);
        between.clear();
      }
      if (name.isRoot()) {
        return;
      }
    }
  }

  private Node node(DomainName name) {
    mostLabels = Math.max(mostLabels, name.labels());
    mostBytes = Math.max(mostBytes, name.length());
    return nodes.computeIfAbsent(NameKey.of(name), key -> new Node());
  }

  private @Nullable Zone enclosingZone(DomainName name) {
    for (DomainName suffix = name; ; suffix = suffix.parent()) {
      Node node = nodes.get(NameKey.of(suffix));
      if (node != null && node.zone != null) {
        return node.zone;
      }
      if (suffix.isRoot()) {
        return null;
      }
    }
  }

  /** Looks a query's name up (RFC 1034 section 4.3.2, RFC 4592). */
  void find(Query query, Match match) {
    match.zone = null;
    match.node = null;
    match.target = null;
    match.targetOf = null;
    match.reverse = null;
    match.network = null;
    match.negativeTtl = OF_ZONE;
    match.belowTarget = false;
    byte[] name = query.name;
    int end = query.nameLength;
    int[] starts = query.labelStarts;
    int first = hashEndings(query, match);
    boolean exists = false;
    boolean encloserSeen = false;
    // Where the label right below the suffix begins:
    int below = first == 0 ? 0 : starts[first - 1];
    for (int label = first; label < query.labels; label++) {
      int at = starts[label];
      Node node = nodes.get(match.probe.at(name, at, end, match.hashes[label]));
      if (node != null) {
        if (at == 0) {
          exists = true;
          match.node = node;
          match.negativeTtl = node.negativeTtl;
        } else if (!encloserSeen) {
          fromEncloser(match, node, name, below, at);
        }
        encloserSeen = true;
        if (node.zone != null) {
          match.zone = node.zone;
          if (match.negativeTtl == OF_ZONE) {
            match.negativeTtl = node.zone.negativeTtl;
          }
          if (!exists && node.zone.reverse != null) {
            node.zone.reverse.find(query, match);
          }
          return;
        }
      }
      below = at;
    }
  }

  /**
   * Hashes the endings of a query's name that are short enough to exist, going over them once: a
   * name of 127 labels must not cost much more than one of three.
   *
   * @return the first label of the longest of them
   */
  private int hashEndings(Query query, Match match) {
    int end = query.nameLength;
    int to = end;
    int hash = NameKey.EMPTY_HASH;
    int least = Math.max(0, query.labels - mostLabels);
    for (int label = query.labels - 1; label >= least; label--) {
      int start = query.labelStarts[label];
      if (end - start > mostBytes) {
        return label + 1;
      }
      hash = NameKey.hash(hash, query.name, start, to);
      match.hashes[label] = hash;
      to = start;
    }
    return least;
  }

  /**
   * The name itself is not in the tree; the longest one above it that is there is this. In between
   * there may be a target, and no wildcard covers that and what lies below it.
   *
   * @param from where the label right below that name begins
   * @param to where it ends
   */
  private static void fromEncloser(Match match, Node encloser, byte[] name, int from, int to) {
    match.negativeTtl = encloser.negativeTtl;
    boolean below = from > 0;
    if (!encloser.targets.isEmpty() && (!below || encloser.wildcard != null)) {
      AddressLabel.parse(Arrays.copyOfRange(name, from, to))
          .ifPresent(address -> findTarget(match, encloser, address));
    }
    if (match.targetOf == null && encloser.wildcard != null) {
      match.node = encloser.wildcard;
      match.negativeTtl = encloser.wildcard.negativeTtl;
    }
    if (match.targetOf != null) {
      match.belowTarget = below;
    }
  }

  private static void findTarget(Match match, Node base, IpAddress address) {
    for (GroupAnswers service : base.targets) {
      Rendered current = service.current();
      boolean found = current.snapshot.ready() && current.addresses.contains(address);
      // A group that is not ready may have the address: nobody can say yet that it has not.
      if (found || (!current.snapshot.ready() && match.targetOf == null)) {
        match.target = address;
        match.targetOf = service;
      }
      if (found) {
        return;
      }
    }
  }
}
