package dev.rgap.outputs.dns;

import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is answered for a mapped name at the moment. Rendered when the first query after a change of
 * the membership needs it, and then used until the next change. Safe for all threads.
 */
final class GroupAnswers {

  /** The first address after those of IPv4. */
  static final IpAddress AFTER_IPV4 = new IpAddress(0, 0x1_0000_0000_0000L);

  /** Up to so many addresses lie ready in wire form; of larger groups, what an answer needs. */
  private static final int RENDERED = 1_024;

  /**
   * How long a TTL's origin is used before it is looked up again. Looking it up later only makes
   * TTLs shorter than they could be: a refresh moves a member's expiry away, never closer, and a
   * join makes a new snapshot.
   */
  private static final long TTL_ORIGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MappedGroup group;
  private final Membership membership;
  private final HostClock clock;
  private final int fallbackTtl;
  private final int maxTtl;
  private final Optional<ServiceFormats> service;

  /** The most addresses (or services) in an answer. */
  final int maxAnswers;

  private volatile @Nullable Rendered latest;

  /** How a service's SRV records and their targets' addresses look. */
  record ServiceFormats(RecordFormat service, RecordFormat target) {}

  /** The answers of one snapshot. */
  static final class Rendered {
    final GroupSnapshot snapshot;

    /** Whether the addresses are fallbacks. */
    final boolean fallback;

    /** The addresses that are answered, of both families, sorted. */
    final List<IpAddress> addresses;

    final Rrset ipv4;
    final Rrset ipv6;
    final Rrset services;

    /** The address of each service's target, in the same order. */
    final Rrset targets;

    /** What was left of the life of the member that leaves first, and when that was. */
    final long remaining;

    final long remainingAt;

    Rendered(
        GroupSnapshot snapshot,
        boolean fallback,
        List<IpAddress> addresses,
        List<Rrset> sets,
        long remaining,
        long remainingAt) {
      this.snapshot = snapshot;
      this.fallback = fallback;
      this.addresses = addresses;
      this.ipv4 = sets.get(0);
      this.ipv6 = sets.get(1);
      this.services = sets.get(2);
      this.targets = sets.get(3);
      this.remaining = remaining;
      this.remainingAt = remainingAt;
    }

    /** Whether there are answers that last as long as the members do. */
    boolean hasMembers() {
      return !fallback && !addresses.isEmpty();
    }

    /** The same answers, with a TTL's origin as it is now. */
    Rendered at(long newRemaining, long now) {
      return new Rendered(
          snapshot, fallback, addresses, List.of(ipv4, ipv6, services, targets), newRemaining, now);
    }
  }

  GroupAnswers(
      DnsConfig.Mapping mapping,
      DnsConfig config,
      Optional<ServiceFormats> service,
      Membership membership,
      HostClock clock) {
    this.group =
        new MappedGroup(
            mapping.group().group(), mapping.group().fallbacks().stream().sorted().toList());
    this.membership = membership;
    this.clock = clock;
    this.fallbackTtl = seconds(mapping.own().ttl().orElse(config.fallbackTtl()));
    Optional<Duration> cap =
        mapping.own().ttl().isPresent() ? mapping.own().ttl() : config.maxTtl();
    this.maxTtl = cap.isPresent() ? seconds(cap.get()) : Integer.MAX_VALUE;
    this.maxAnswers = mapping.own().maxAnswers().orElse(config.maxAnswers());
    this.service = service;
  }

  private static int seconds(Duration ttl) {
    return (int) Math.max(0, Math.min(ttl.toSeconds(), Integer.MAX_VALUE));
  }

  /** The answers as they are now. */
  Rendered current() {
    GroupSnapshot snapshot = membership.snapshot(group.group());
    long now = clock.nanoTime();
    Rendered known = latest;
    if (known == null || !snapshot.isSame(known.snapshot)) {
      known = render(snapshot, now);
      latest = known;
    } else if (known.hasMembers() && now - known.remainingAt >= TTL_ORIGIN_NANOS) {
      known = known.at(remaining(snapshot), now);
      latest = known;
    }
    return known;
  }

  /**
   * How long the members of a snapshot stay. Nothing, if the membership has gone on since: what is
   * known of the life of the members now says nothing about one who is gone.
   */
  private long remaining(GroupSnapshot snapshot) {
    long remaining = membership.remainingNanos(group.group());
    return membership.snapshot(group.group()).isSame(snapshot) ? remaining : 0;
  }

  /** The TTL of these answers now, in seconds. */
  int ttl(Rendered answers) {
    if (!answers.hasMembers()) {
      return fallbackTtl;
    }
    long left = answers.remaining - (clock.nanoTime() - answers.remainingAt);
    return (int) Math.max(1, Math.min(left / NANOS_PER_SECOND, maxTtl));
  }

  private Rendered render(GroupSnapshot snapshot, long now) {
    MappedGroup.Addresses found = group.addresses(snapshot);
    List<IpAddress> addresses = found.addresses();
    // Sorted as 128-bit numbers, IPv4 addresses stand side by side.
    int from = insertionPoint(addresses, IpAddress.ofIpv4(0));
    int to = insertionPoint(addresses, AFTER_IPV4);
    List<IpAddress> ipv4 = addresses.subList(from, to);
    List<IpAddress> ipv6 =
        from == 0
            ? addresses.subList(to, addresses.size())
            : new Joined(addresses.subList(0, from), addresses.subList(to, addresses.size()));
    return new Rendered(
        snapshot,
        found.fallback(),
        addresses,
        List.of(
            rrset(ipv4, RecordFormat.ADDRESS, RecordFormat.IPV4_LENGTH),
            rrset(ipv6, RecordFormat.ADDRESS, RecordFormat.IPV6_LENGTH),
            service
                .map(formats -> rrset(addresses, formats.service(), 0))
                .orElse(RenderedRrset.EMPTY),
            service
                .map(formats -> rrset(addresses, formats.target(), 0))
                .orElse(RenderedRrset.EMPTY)),
        remaining(snapshot),
        now);
  }

  private static Rrset rrset(List<IpAddress> addresses, RecordFormat format, int length) {
    return addresses.size() <= RENDERED
        ? new RenderedRrset(addresses, format)
        : new ComputedRrset(addresses, format, length);
  }

  /** Where an address is in a list, or would be. */
  static int insertionPoint(List<IpAddress> sorted, IpAddress address) {
    int found = Collections.binarySearch(sorted, address);
    return found >= 0 ? found : -found - 1;
  }

  /** Two lists, seen as one. */
  private static final class Joined extends AbstractList<IpAddress> implements RandomAccess {
    private final List<IpAddress> first;
    private final List<IpAddress> second;

    Joined(List<IpAddress> first, List<IpAddress> second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public IpAddress get(int index) {
      return index < first.size() ? first.get(index) : second.get(index - first.size());
    }

    @Override
    public int size() {
      return first.size() + second.size();
    }
  }
}
