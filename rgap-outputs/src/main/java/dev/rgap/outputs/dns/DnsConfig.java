package dev.rgap.outputs.dns;

import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is configured for a name server.
 *
 * @param bind where it listens, by UDP and TCP
 * @param mappings the names it answers
 * @param zones the zones it is authoritative for besides the names themselves
 * @param authoritative whether answers carry the AA bit
 * @param udpPayload the longest UDP answer, with EDNS, in bytes; 512 to 65,000
 * @param maxAnswers the most addresses in an answer
 * @param maxTtl caps the TTL; whole seconds, as all TTLs
 * @param fallbackTtl the TTL of fallback addresses
 * @param negativeTtl the TTL of "no such name" and "no such data" outside of zones
 * @param allow the networks whose queries are answered, others are refused; empty means all
 * @param rateLimit limits what a client's network gets by UDP
 * @param tcp limits of TCP connections
 * @param whileNotReady what is answered for a group that is not ready
 * @param serverId what tells this server from others; {@value #HOST_NAME} stands for the host's
 *     name
 */
record DnsConfig(
    List<Endpoint> bind,
    List<Mapping> mappings,
    List<Zone> zones,
    boolean authoritative,
    int udpPayload,
    int maxAnswers,
    Optional<Duration> maxTtl,
    Duration fallbackTtl,
    Duration negativeTtl,
    List<IpNetwork> allow,
    Optional<RateLimit> rateLimit,
    Tcp tcp,
    WhileNotReady whileNotReady,
    Optional<String> serverId) {

  /** Copies the lists. */
  DnsConfig {
    bind = List.copyOf(bind);
    mappings = List.copyOf(mappings);
    zones = List.copyOf(zones);
    allow = List.copyOf(allow);
  }

  /** Stands for the host's name. */
  static final String HOST_NAME = "hostname";

  /** More addresses than any answer can hold. */
  static final int ALL_ANSWERS = Integer.MAX_VALUE;

  /** What is answered for a group that is not ready yet. */
  enum WhileNotReady {
    /** SERVFAIL: ask another server, or later. */
    SERVFAIL,
    /** REFUSED: ask another server. */
    REFUSE,
    /** Nothing, as if there were no server. */
    SILENT
  }

  /**
   * A name and what is answered for it.
   *
   * @param name absolute; its first label may be {@code *}
   * @param group whose members, or the fallbacks for them, are the answer
   * @param service set if SRV is answered
   * @param reverse whether the addresses' reverse names are answered, too
   * @param own what it has instead of what the name server has for all names
   */
  record Mapping(
      DomainName name, MappedGroup group, Optional<Service> service, boolean reverse, Own own) {}

  /**
   * What a mapping has of its own.
   *
   * @param ttl the TTL of its records, fallbacks or not; shorter while a member has less to live
   * @param maxAnswers the most addresses in an answer
   * @param negativeTtl the TTL of "no such data" of its name, and of "no such name" below it
   */
  record Own(Optional<Duration> ttl, Optional<Integer> maxAnswers, Optional<Duration> negativeTtl) {

    /** Nothing. */
    static final Own NOTHING = new Own(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The fields of SRV records (RFC 2782); each 0 to 65535. */
  record Service(int port, int priority, int weight) {}

  /**
   * A zone.
   *
   * @param apex its name
   * @param nameservers those of its NS records; the first is the primary one; none where nobody has
   *     named them
   * @param hostmaster the SOA's mailbox
   * @param negativeTtl how long a negative answer may be kept
   */
  record Zone(
      DomainName apex, List<Nameserver> nameservers, DomainName hostmaster, Duration negativeTtl) {

    Zone {
      nameservers = List.copyOf(nameservers);
    }
  }

  /**
   * A name server of a zone.
   *
   * @param addresses what is answered for its name; empty if that is no affair of this server
   */
  record Nameserver(DomainName name, List<IpAddress> addresses) {

    Nameserver {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Limits what one client network gets by UDP, so that the server is of little use for reflection.
   *
   * @param perSecond answers a second
   * @param slip every how many-th dropped answer is replaced by an empty one with TC, which a real
   *     client repeats by TCP; 0 for none
   * @param ipv4Prefix bits that make a client network
   * @param ipv6Prefix bits that make a client network
   */
  record RateLimit(int perSecond, int slip, int ipv4Prefix, int ipv6Prefix) {}

  /**
   * Limits of TCP connections.
   *
   * @param maxConnections in all; when there are more, the longest idle one is closed
   * @param maxConnectionsPerClient of one IPv4 address, or of 64 bits of IPv6; further ones are
   *     closed at once
   * @param idleTimeout how long a client may take for a query, for reading an answer, and between
   *     the two
   */
  record Tcp(int maxConnections, int maxConnectionsPerClient, Duration idleTimeout) {}
}
