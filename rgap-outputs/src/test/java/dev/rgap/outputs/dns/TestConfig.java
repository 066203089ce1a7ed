package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Nameserver;
import dev.rgap.outputs.dns.DnsConfig.Own;
import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import dev.rgap.outputs.dns.DnsConfig.Zone;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes configurations for tests: the defaults, and what a test is about. */
final class TestConfig {

  private final List<Mapping> mappings = new ArrayList<>();
  private final List<Zone> zones = new ArrayList<>();
  private List<Endpoint> bind = List.of(new Endpoint("127.0.0.1", 0, null));
  private boolean authoritative = true;
  private int udpPayload = 1_232;
  private int maxAnswers = DnsConfig.ALL_ANSWERS;
  private Optional<Duration> maxTtl = Optional.empty();
  private Duration fallbackTtl = Duration.ofSeconds(1);
  private Duration negativeTtl = Duration.ofSeconds(5);
  private List<IpNetwork> allow = List.of();
  private Optional<RateLimit> rateLimit = Optional.empty();
  private Tcp tcp = new Tcp(256, 64, Duration.ofSeconds(10));
  private WhileNotReady whileNotReady = WhileNotReady.SERVFAIL;
  private Optional<String> serverId = Optional.empty();

  TestConfig map(String name, GroupId group, String... fallbacks) {
    return map(name, group, Optional.empty(), fallbacks);
  }

  TestConfig service(String name, GroupId group, int port, String... fallbacks) {
    return map(name, group, Optional.of(new Service(port, 10, 20)), fallbacks);
  }

  private TestConfig map(
      String name, GroupId group, Optional<Service> service, String... fallbacks) {
    List<IpAddress> addresses = Arrays.stream(fallbacks).map(IpAddress::parse).toList();
    mappings.add(
        new Mapping(
            DomainName.parse(name),
            new MappedGroup(group, addresses),
            service,
            false,
            Own.NOTHING));
    return this;
  }

  /** Gives the latest mapping some of its own. */
  private TestConfig own(Own own) {
    Mapping last = mappings.removeLast();
    mappings.add(new Mapping(last.name(), last.group(), last.service(), last.reverse(), own));
    return this;
  }

  TestConfig ownTtl(int seconds) {
    Own own = mappings.getLast().own();
    return own(
        new Own(Optional.of(Duration.ofSeconds(seconds)), own.maxAnswers(), own.negativeTtl()));
  }

  TestConfig ownMaxAnswers(int most) {
    Own own = mappings.getLast().own();
    return own(new Own(own.ttl(), Optional.of(most), own.negativeTtl()));
  }

  TestConfig ownNegativeTtl(int seconds) {
    Own own = mappings.getLast().own();
    return own(new Own(own.ttl(), own.maxAnswers(), Optional.of(Duration.ofSeconds(seconds))));
  }

  /** Answers the reverse names of the latest mapping's addresses. */
  TestConfig reverse() {
    Mapping last = mappings.removeLast();
    mappings.add(new Mapping(last.name(), last.group(), last.service(), true, last.own()));
    return this;
  }

  TestConfig zone(String apex, String... nameservers) {
    zones.add(
        new Zone(
            DomainName.parse(apex),
            Arrays.stream(nameservers).map(name -> nameserver(name)).toList(),
            DomainName.parse("admin." + (apex.equals(".") ? "" : apex)),
            Duration.ofSeconds(7)));
    return this;
  }

  static Nameserver nameserver(String name, String... addresses) {
    return new Nameserver(
        DomainName.parse(name), Arrays.stream(addresses).map(IpAddress::parse).toList());
  }

  TestConfig zone(Zone zone) {
    zones.add(zone);
    return this;
  }

  TestConfig bind(String... endpoints) {
    bind = Arrays.stream(endpoints).map(Endpoint::parse).toList();
    return this;
  }

  TestConfig nonAuthoritative() {
    authoritative = false;
    return this;
  }

  TestConfig udpPayload(int bytes) {
    udpPayload = bytes;
    return this;
  }

  TestConfig maxAnswers(int most) {
    maxAnswers = most;
    return this;
  }

  TestConfig maxTtl(int seconds) {
    maxTtl = Optional.of(Duration.ofSeconds(seconds));
    return this;
  }

  TestConfig fallbackTtl(int seconds) {
    fallbackTtl = Duration.ofSeconds(seconds);
    return this;
  }

  TestConfig negativeTtl(int seconds) {
    negativeTtl = Duration.ofSeconds(seconds);
    return this;
  }

  TestConfig allow(String... networks) {
    allow = Arrays.stream(networks).map(IpNetwork::parse).toList();
    return this;
  }

  TestConfig rateLimit(int perSecond, int slip) {
    rateLimit = Optional.of(new RateLimit(perSecond, slip, 24, 56));
    return this;
  }

  TestConfig tcp(int connections, int perClient) {
    tcp = new Tcp(connections, perClient, Duration.ofSeconds(10));
    return this;
  }

  TestConfig whileNotReady(WhileNotReady given) {
    whileNotReady = given;
    return this;
  }

  TestConfig serverId(String given) {
    serverId = Optional.of(given);
    return this;
  }

  DnsConfig build() {
    return new DnsConfig(
        bind,
        mappings,
        zones,
        authoritative,
        udpPayload,
        maxAnswers,
        maxTtl,
        fallbackTtl,
        negativeTtl,
        allow,
        rateLimit,
        tcp,
        whileNotReady,
        serverId);
  }
}
