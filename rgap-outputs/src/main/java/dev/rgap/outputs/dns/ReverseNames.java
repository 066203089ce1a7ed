package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.Catalog.Match;
import dev.rgap.outputs.dns.GroupAnswers.Rendered;
import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names that stand for addresses (RFC 1035 section 3.5, RFC 3596 section 2.5), and where they
 * point to: to each mapped name that is answered with the address, or, of services, to the target
 * that is the address alone. Which addresses have one changes with the membership.
 *
 * <pre>
 *   1.0.0.10.in-addr.arpa   PTR   worker.example.com
 *                           PTR   ip-10-0-0-1.service.example.com
 *     0.0.10.in-addr.arpa   exists, as a name below it does
 *   2.0.0.10.in-addr.arpa   does not exist
 * </pre>
 *
 * <p>Complete once the catalog is made.
 */
final class ReverseNames {

  static final DomainName IPV4 = DomainName.parse("in-addr.arpa");
  static final DomainName IPV6 = DomainName.parse("ip6.arpa");

  /** How long the first label of IPv4's is. */
  private static final int IPV4_LABEL = 7;

  /** Those of both have so many labels, with the root's. */
  private static final int LABELS = 3;

  private static final int OCTETS = 4;
  private static final int NIBBLES = 32;
  private static final int RECORD_FIXED = 12;

  private final List<Pointer> pointers = new ArrayList<>();

  /** A name that addresses point to, and the groups whose addresses do. */
  private static final class Pointer {
    private final List<GroupAnswers> groups = new ArrayList<>();
    private final DomainName name;
    private final byte[] wire;
    private final boolean target;

    Pointer(DomainName name, boolean target) {
      this.name = name;
      this.wire = name.wire();
      this.target = target;
    }

    /** The TTL of the address's record; -1 if there is no such record. */
    int ttl(IpAddress address) {
      int least = -1;
      for (GroupAnswers group : groups) {
        Rendered current = group.current();
        if (current.snapshot.ready() && current.addresses.contains(address)) {
          int ttl = group.ttl(current);
          least = least < 0 ? ttl : Math.min(least, ttl);
        }
      }
      return least;
    }

    /** The most bytes that its record may have. */
    int maxLength() {
      return RECORD_FIXED + (target ? 1 + AddressLabel.MAX_LENGTH : 0) + wire.length;
    }

    /** Writes the record of an address, without the TTL; the index after its last byte. */
    int write(IpAddress address, byte[] output, int at) {
      int data = at + RECORD_FIXED;
      int base = target ? AddressLabel.write(address, output, data) : data;
      System.arraycopy(wire, 0, output, base, wire.length);
      int end = base + wire.length;
      ByteBuffer.wrap(output)
          .position(at)
          .putShort((short) (0xc000 | Query.HEADER))
          .putShort((short) RecordType.PTR)
          .putShort((short) Query.CLASS_IN)
          .putInt(0)
          .putShort((short) (end - data));
      return end;
    }
  }

  /** Whether a zone holds names that stand for addresses, and nothing else. */
  static boolean areIn(DomainName zone) {
    return zone.isWithin(IPV4) || zone.isWithin(IPV6);
  }

  /**
   * Adds a name that a group's addresses point to.
   *
   * @param target whether they point to the targets right below it
   */
  void add(DomainName name, boolean target, GroupAnswers group) {
    for (Pointer pointer : pointers) {
      if (pointer.target == target && pointer.name.equals(name)) {
        pointer.groups.add(group); // another service with the same targets
        return;
      }
    }
    Pointer pointer = new Pointer(name, target);
    pointer.groups.add(group);
    pointers.add(pointer);
  }

  boolean isEmpty() {
    return pointers.isEmpty();
  }

  /**
   * Writes an address's records, as far as there is room.
   *
   * @return how many were written; the complement of that ({@code ~}), if there are more
   */
  int write(IpAddress address, Answer answer) {
    int start = answer.end;
    int count = 0;
    boolean all = true;
    int ttl = Integer.MAX_VALUE;
    for (Pointer pointer : pointers) {
      int left = pointer.ttl(address);
      if (left < 0) {
        continue;
      }
      ttl = Math.min(ttl, left);
      if (pointer.maxLength() <= answer.room()) {
        answer.end = pointer.write(address, answer.bytes, answer.end);
        count++;
      } else {
        all = false;
      }
    }
    putTtl(answer.bytes, start, answer.end, ttl);
    return all ? count : ~count;
  }

  /** Writes the TTL, which all records of an answer have in common, into each of them. */
  private static void putTtl(byte[] records, int from, int to, int ttlSeconds) {
    for (int at = from; at < to; ) {
      Rrset.putTtl(records, at + RecordFormat.TTL_AFTER_POINTER, ttlSeconds);
      int data = at + RECORD_FIXED;
      at = data + ((records[data - 2] & 0xff) << 8 | (records[data - 1] & 0xff));
    }
  }

  /**
   * Looks a name up that lies in a zone of such names. If it exists because of a member, or may
   * exist because a group is not ready, it is the match.
   */
  void find(Query query, Match match) {
    IpNetwork network = network(query);
    if (network == null) {
      return;
    }
    boolean unknown = false;
    for (Pointer pointer : pointers) {
      for (GroupAnswers group : pointer.groups) {
        Rendered current = group.current();
        if (!current.snapshot.ready()) {
          unknown = true;
        } else if (hasAny(current.addresses, network)) {
          match.reverse = this;
          match.network = network;
          return;
        }
      }
    }
    match.reverse = unknown ? this : null;
  }

  /** Whether one of the addresses, which are sorted, lies in a network. */
  private static boolean hasAny(List<IpAddress> addresses, IpNetwork network) {
    IpAddress first = network.first();
    if (first.equals(network.last())) {
      return addresses.contains(first);
    }
    int at = GroupAnswers.insertionPoint(addresses, first);
    if (!first.isIpv4() && at < addresses.size() && addresses.get(at).isIpv4()) {
      at = GroupAnswers.insertionPoint(addresses, GroupAnswers.AFTER_IPV4);
    }
    return at < addresses.size() && network.contains(addresses.get(at));
  }

  /** The addresses that a name stands for; null if for none. */
  private static @Nullable IpNetwork network(Query query) {
    int labels = query.labels - LABELS;
    boolean ipv4 = query.name[query.labelStarts[labels]] == IPV4_LABEL;
    if (labels < 1 || labels > (ipv4 ? OCTETS : NIBBLES)) {
      return null;
    }
    return ipv4 ? ipv4(query, labels) : ipv6(query, labels);
  }

  /** The first octets, the last one first. */
  private static @Nullable IpNetwork ipv4(Query query, int octets) {
    int bits = 0;
    for (int i = octets - 1; i >= 0; i--) {
      int octet = octet(query.name, query.labelStarts[i]);
      if (octet < 0) {
        return null;
      }
      bits = bits << 8 | octet;
    }
    IpAddress first = IpAddress.ofIpv4(bits << (8 * (OCTETS - octets)));
    return new IpNetwork(first, 8 * octets);
  }

  /** The number of a label, as it is written without leading zeros; -1 if it is none. */
  private static int octet(byte[] name, int label) {
    int length = name[label];
    int octet = 0;
    for (int i = label + 1; i <= label + length; i++) {
      octet = 10 * octet + Character.digit(name[i], 10);
      if (name[i] < '0' || name[i] > '9' || octet > 255) {
        return -1;
      }
    }
    return name[label + 1] == '0' && length > 1 ? -1 : octet;
  }

  /** The first digits, the last one first. */
  private static @Nullable IpNetwork ipv6(Query query, int digits) {
    long high = 0;
    long low = 0;
    for (int i = digits - 1; i >= digits - NIBBLES; i--) {
      int digit = 0;
      if (i >= 0) {
        int label = query.labelStarts[i];
        digit = Character.digit(query.name[label + 1], 16);
        if (query.name[label] != 1 || digit < 0) {
          return null;
        }
      }
      high = high << 4 | low >>> 60;
      low = low << 4 | digit;
    }
    // Addresses of IPv4 have no names here.
    return IpAddress.isIpv4(high, low) ? null : new IpNetwork(new IpAddress(high, low), 4 * digits);
  }
}
