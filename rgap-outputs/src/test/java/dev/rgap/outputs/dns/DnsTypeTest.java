package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.outputs.Yaml;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsTypeTest {

  private static final GroupId GROUP = new GroupId(1_000);

  private final Problems problems = new Problems();

  private DnsConfig read(String text) {
    return new DnsType()
        .parse(
            ConfigValue.root(SpecText.read(text), problems),
            new ConfiguredGroups(Set.of(GROUP, new GroupId(1_001))))
        .orElseThrow();
  }

  private List<String> shown() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  private static DomainName name(String text) {
    return DomainName.parse(text);
  }

  /** A minimal configuration with more lines, for what they say. */
  private List<String> problemsOf(String... lines) {
    read("bind_address: :53\nmappings:\n  a:\n    group: 1000\n" + String.join("\n", lines));
    return shown();
  }

  @Test
  @Timeout(60)
  void veryManyAddressesAreAnError() {
    Yaml yaml = new Yaml();
    List<String> addresses =
        IntStream.range(0, 300_000).mapToObj(i -> IpAddress.ofIpv4(i) + ":53").toList();
    yaml.read(new DnsType(), Map.of("bind_address", addresses), 1);

    assertThat(yaml.problems())
        .contains("f:1:1: bind_address: has more than 1000 addresses; use one for all: ':53'");
  }

  /** The ASCII form of so long a name would take minutes to make. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "a.", "日本.", "\\"})
  @Timeout(60)
  void aVeryLongNameIsNone(String part) {
    String text = part.repeat(5_000_000 / part.length());
    DomainNames.name()
        .read(ConfigValue.root(new ConfigNode.Scalar(new Position(1, 1), text), problems));

    assertThat(shown()).singleElement().asString().startsWith("f:1:1: '").hasSizeLessThan(1_000);
  }

  @Test
  void aConfigurationOfTheReferenceImplementation() {
    DnsConfig config =
        read(
            """
            bind_address: ":53"
            mappings:
              worker.example.com:
                group: 1000
                fallback_addresses:
                  - 10.0.0.1
                  - 2001:db8::1
              Backup.Example.com.:
                group: 0x3e9
            compress: true
            non_authoritative: true
            """);

    assertThat(shown()).isEmpty();
    assertThat(config)
        .isEqualTo(
            new DnsConfig(
                List.of(new Endpoint("", 53, null)),
                List.of(
                    new Mapping(
                        name("worker.example.com"),
                        new MappedGroup(
                            GROUP,
                            List.of(IpAddress.parse("10.0.0.1"), IpAddress.parse("2001:db8::1"))),
                        Optional.empty(),
                        false,
                        Own.NOTHING),
                    new Mapping(
                        name("backup.example.com"),
                        new MappedGroup(new GroupId(1_001), List.of()),
                        Optional.empty(),
                        false,
                        Own.NOTHING)),
                List.of(),
                false,
                1_232,
                Integer.MAX_VALUE,
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                List.of(),
                Optional.empty(),
                new Tcp(256, 64, Duration.ofSeconds(10)),
                WhileNotReady.SERVFAIL,
                Optional.empty()));
  }

  @Test
  void everything() {
    DnsConfig config =
        read(
            """
            bind_address:
              - 127.0.0.1:53
              - "[::1]:5353"
            mappings:
              "*.worker.example.com":
                group: 1000
                fallback_addresses: [10.0.0.1]
                ttl: 3s
                max_answers: 4
                negative_ttl: 2s
              _http._tcp.worker.example.com:
                group: 1000
                port: 8080
                priority: 1
                weight: 2
              plain.example.com:
                group: 1000
                port: 0
            zone:
              - name: Example.com
                nameservers:
                  - ns1.example.net
                  - NS2.example.net.
                  - name: NS3.example.com
                    addresses: [2001:db8::53, 192.0.2.53, 192.0.2.53]
                hostmaster: first.last@example.com
                negative_ttl: 30s
              - name: example.org
                nameservers: ns.example.net
            compress: false
            non_authoritative: false
            udp_max_payload: 4096
            max_answers: 8
            max_ttl: 10s
            fallback_ttl: 0
            negative_ttl: 1m
            allow:
              - 10.0.0.0/8
              - 2001:db8::/32
              - 192.0.2.1
            rate_limit:
              responses_per_second: 20
              slip: 3
              ipv4_prefix_length: 32
              ipv6_prefix_length: 64
            tcp:
              max_connections: 1000
              max_connections_per_client: 10
              idle_timeout: 1m30s
            while_not_ready: refuse
            server_id: ns1-a
            """);

    assertThat(shown()).isEmpty();
    assertThat(config)
        .isEqualTo(
            new DnsConfig(
                List.of(new Endpoint("127.0.0.1", 53, null), new Endpoint("::1", 5_353, null)),
                List.of(
                    new Mapping(
                        name("*.worker.example.com"),
                        new MappedGroup(GROUP, List.of(IpAddress.parse("10.0.0.1"))),
                        Optional.empty(),
                        false,
                        new Own(
                            Optional.of(Duration.ofSeconds(3)),
                            Optional.of(4),
                            Optional.of(Duration.ofSeconds(2)))),
                    new Mapping(
                        name("_http._tcp.worker.example.com"),
                        new MappedGroup(GROUP, List.of()),
                        Optional.of(new Service(8_080, 1, 2)),
                        false,
                        Own.NOTHING),
                    new Mapping(
                        name("plain.example.com"),
                        new MappedGroup(GROUP, List.of()),
                        Optional.of(new Service(0, 0, 1)),
                        false,
                        Own.NOTHING)),
                List.of(
                    new Zone(
                        name("example.com"),
                        List.of(
                            TestConfig.nameserver("ns1.example.net"),
                            TestConfig.nameserver("ns2.example.net"),
                            TestConfig.nameserver("ns3.example.com", "192.0.2.53", "2001:db8::53")),
                        name("first\\.last.example.com"),
                        Duration.ofSeconds(30)),
                    new Zone(
                        name("example.org"),
                        List.of(TestConfig.nameserver("ns.example.net")),
                        name("hostmaster.example.org"),
                        Duration.ofMinutes(1))),
                true,
                4_096,
                8,
                Optional.of(Duration.ofSeconds(10)),
                Duration.ZERO,
                Duration.ofMinutes(1),
                List.of(
                    IpNetwork.parse("10.0.0.0/8"),
                    IpNetwork.parse("2001:db8::/32"),
                    IpNetwork.parse("192.0.2.1/32")),
                Optional.of(new RateLimit(20, 3, 32, 64)),
                new Tcp(1_000, 10, Duration.ofSeconds(90)),
                WhileNotReady.REFUSE,
                Optional.of("ns1-a")));
  }

  @Test
  void aZoneNeedNoListAndALimitHasDefaults() {
    DnsConfig config =
        read(
            """
            bind_address: :53
            mappings:
              a.example.com:
                group: 1000
            zone:
              name: example.com
              nameservers: [ns.example.net]
              hostmaster: admin.example.com
            rate_limit:
              responses_per_second: 5
            allow: 10.0.0.0/8
            """);

    assertThat(shown()).isEmpty();
    assertThat(config.zones()).hasSize(1);
    assertThat(config.zones().getFirst().hostmaster()).isEqualTo(name("admin.example.com"));
    assertThat(config.rateLimit()).contains(new RateLimit(5, 2, 24, 56));
    assertThat(config.allow()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "bücher.example.com, xn--bcher-kva.example.com",
    "BÜCHER.example.com., xn--bcher-kva.example.com",
    "*.bücher.example.com, *.xn--bcher-kva.example.com",
    "例え.テスト, xn--r8jz45g.xn--zckzah",
  })
  void namesOfOtherAlphabetsGoOverTheNetworkInAscii(String written, String ascii) {
    DnsConfig config =
        read("bind_address: :53\nmappings:\n  \"" + written + "\":\n    group: 1000\n");

    assertThat(shown()).isEmpty();
    assertThat(config.mappings().getFirst().name()).isEqualTo(name(ascii));
  }

  @Test
  void nothing() {
    read("");

    assertThat(shown())
        .containsExactly(
            "f:1:1: bind_address: is required; write for example :53",
            "f:1:1: warning: mappings: no name is mapped; every query will be refused");
  }

  @Test
  void unknownSettings() {
    read(
        """
        bind_adress: :53
        mappings:
          a.example.com:
            group: 1000
            fallback: [10.0.0.1]
        zone:
          name: example.com
          nameserver: [ns.example.com]
        rate_limit:
          responses_per_second: 5
          per_second: 3
        tcp:
          timeout: 3s
        """);

    assertThat(shown())
        .containsExactly(
            "f:1:1: bind_address: is required; write for example :53",
            "f:1:1: bind_adress: unknown setting; did you mean 'bind_address'?",
            "f:5:5: mappings.a.example.com.fallback: unknown setting;"
                + " known here: fallback_addresses, group, max_answers, negative_ttl, port,"
                + " priority, reverse, ttl, weight",
            "f:7:3: zone.nameservers: is required",
            "f:8:3: zone.nameserver: unknown setting; did you mean 'nameservers'?",
            "f:11:3: rate_limit.per_second: unknown setting; known here: ipv4_prefix_length,"
                + " ipv6_prefix_length, responses_per_second, slip",
            "f:13:3: tcp.timeout: unknown setting;"
                + " known here: idle_timeout, max_connections, max_connections_per_client");
  }

  @Test
  void addresses() {
    read(
        """
        bind_address:
          - 127.0.0.1
          - 127.0.0.1:53@eth0
          - 127.0.0.1:53
          - 127.0.0.1:53
          - 127.0.0.1:54
          - :53
          - "[::]:54"
          - 0.0.0.0:54
          - 0.0.0.0:55
          - "[::1]:55"
          - :0
          - 127.0.0.1:0
        mappings:
          a:
            group: 1000
        """);

    assertThat(shown())
        .containsExactly(
            "f:2:5: bind_address[0]: bad address '127.0.0.1': the port is missing;"
                + " expected host:port",
            "f:3:5: bind_address[1]: an interface can't be chosen here;"
                + " give the interface's address",
            "f:5:5: bind_address[3]: is given twice; remove one of the two",
            "f:7:5: bind_address[5]: has the same port as '127.0.0.1:53', and one of them is for"
                + " all addresses; remove one of the two",
            "f:8:5: bind_address[6]: has the same port as '127.0.0.1:54', and one of them is for"
                + " all addresses; remove one of the two",
            "f:9:5: bind_address[7]: has the same port as '127.0.0.1:54', and one of them is for"
                + " all addresses; remove one of the two");
  }

  @Test
  void noAddressAtAll() {
    read("bind_address: []\nmappings:\n  a:\n    group: 1000\n");

    assertThat(shown())
        .containsExactly("f:1:15: bind_address: is an empty list; write for example :53");
  }

  @Test
  void mappedNames() {
    read(
        """
        bind_address: :53
        mappings:
          worker.example.com:
            group: 1000
          Worker.EXAMPLE.com.:
            group: 1000
          a..b:
            group: 1000
          "a b":
            group: 1000
          straße.example.com:
            group: 1000
          "@":
            group: 1000
          a.*.example.com:
            group: 1000
          _http._tcp.example.com:
            group: 1000
          "*.example.org":
            group: 1000
            port: 80
          x.example.org:
            group: 1000
            weight: 80
          without-group.example.org:
            port: 80
          empty.example.org:
          undefined.example.org:
            group: 7
          bad.example.org:
            group: 007
            fallback_addresses:
              - 10.0.0.256
              - host
            port: 65536
            priority: -1
            weight: x
        """);

    assertThat(shown())
        .containsExactly(
            "f:5:3: mappings.Worker.EXAMPLE.com.: the same name is mapped already;"
                + " case and a final dot don't count",
            "f:7:3: mappings.a..b: 'a..b' is no domain name; invalid empty label",
            "f:9:3: mappings.a b: 'a b' is no domain name; write names of other alphabets in their ASCII"
                + " form, xn--...",
            "f:11:3: mappings.straße.example.com: 'straße.example.com' is no domain name; write names of other alphabets in their ASCII form, xn--...",
            "f:13:3: mappings.@: '@' is no domain name; write names of other alphabets in their ASCII"
                + " form, xn--...",
            "f:18:5: mappings._http._tcp.example.com: names a service but has no port;"
                + " give the port for the SRV records",
            "f:20:5: mappings.*.example.org: a wildcard can't be a service;"
                + " map the service's own name",
            "f:23:5: mappings.x.example.org: priority and weight belong to SRV records;"
                + " give a port, too",
            "f:26:5: mappings.without-group.example.org.group: is required",
            "f:27:3: mappings.empty.example.org.group: is required",
            "f:29:12: warning: mappings.undefined.example.org.group: group 7 is not defined under"
                + " 'groups'; it will stay empty; define it or correct the id",
            "f:31:12: mappings.bad.example.org.group: a leading zero is ambiguous (decimal or"
                + " octal?); write it without, or with 0o",
            "f:33:9: mappings.bad.example.org.fallback_addresses[0]: '10.0.0.256' is not an IP"
                + " address: each number must be 0 to 255, without leading zeros",
            "f:34:9: mappings.bad.example.org.fallback_addresses[1]: 'host' is not an IP address:"
                + " names are not looked up here; write the address",
            "f:35:11: mappings.bad.example.org.port: must be a whole number from 0 to 65535",
            "f:36:15: mappings.bad.example.org.priority: must be a whole number from 0 to 65535",
            "f:37:13: mappings.bad.example.org.weight: must be a whole number from 0 to 65535");
  }

  /** The targets of a service have names of up to 44 bytes more. */
  @Test
  void longServices() {
    String label = "a".repeat(63);
    String fits = label + "." + label + "." + label + "." + "a".repeat(17);
    read("bind_address: :53\nmappings:\n  _s._tcp." + fits + ":\n    group: 1000\n    port: 1\n");
    assertThat(shown()).isEmpty();

    read("bind_address: :53\nmappings:\n  _s._tcp." + fits + "a:\n    group: 1000\n    port: 1\n");
    assertThat(shown())
        .singleElement()
        .asString()
        .endsWith(
            ": is too long for a service: its targets' names would have more than 255 bytes;"
                + " map a shorter name");
  }

  @Test
  void zones() {
    read(
        """
        bind_address: :53
        mappings:
          a:
            group: 1000
        zone:
          - name: example.com
            nameservers: []
          - name: "*.example.com"
            nameservers: "*.ns.example.com"
          - name: example.net
            nameservers: ns.example.org
          - name: EXAMPLE.net
            nameservers: ns..net
            hostmaster: "@"
          - name: Example.net
            nameservers: ns.example.org
            negative_ttl: -1s
        """);

    assertThat(shown())
        .containsExactly(
            "f:7:18: zone[0].nameservers: is an empty list; name at least one",
            "f:8:11: zone[1].name: a wildcard can't stand here",
            "f:9:18: zone[1].nameservers: a wildcard can't stand here",
            "f:13:18: zone[3].nameservers: 'ns..net' is no domain name; invalid empty label",
            "f:14:17: zone[3].hostmaster: '@' is no domain name; write names of other"
                + " alphabets in their ASCII form, xn--...",
            "f:15:5: zone[4]: the same zone is given twice; case and a final dot don't count",
            "f:17:19: zone[4].negative_ttl: must be whole seconds, from 0 to 2147483647;"
                + " write for example 5s");
  }

  @Test
  void nameServers() {
    read(
        """
        bind_address: :53
        mappings:
          mapped.example.com:
            group: 1000
          "*.wild.example.com":
            group: 1000
        zone:
          - name: example.com
            nameservers:
              - ns1.example.com
              - mapped.example.com
              - ns.wild.example.com
              - ns2.example.com
              - name: ns2.example.com
                addresses: 192.0.2.1
              - ns.example.net
              - name: ns.example.net
                addresses: 192.0.2.1
              - name: mapped.example.com
                addresses:
                  - 192.0.2.1
              - name: ns3.example.com
                addresses: []
              - addresses: 192.0.2.1
              - name: ns4.example.com
                addresses:
                  - ns
                  - fe80::1%eth0
                  - 192.0.2.1
                address: 192.0.2.1
          - name: example.org
            nameservers:
              - name: NS2.example.com.
                addresses: 192.0.2.1
              - name: ns2.example.com
                addresses: 192.0.2.2
              - name: ns3.example.com
        """);

    assertThat(shown())
        .containsExactly(
            "f:10:9: warning: zone[0].nameservers[0]: lies in a zone of this name server, which has"
                + " no addresses for it; give it addresses, or map it",
            "f:17:9: zone[0].nameservers[6]: lies in none of the zones, so this server is not asked"
                + " for its addresses; remove the addresses",
            "f:19:9: zone[0].nameservers[7]: is mapped, too; remove the addresses, or the mapping",
            "f:22:9: warning: zone[0].nameservers[8]: lies in a zone of this name server, which has"
                + " no addresses for it; give it addresses, or map it",
            "f:23:20: zone[0].nameservers[8].addresses: is an empty list; name at least one, or"
                + " remove it",
            "f:24:9: zone[0].nameservers[9].name: is required",
            "f:27:13: zone[0].nameservers[10].addresses[0]: 'ns' is not an IP address: names"
                + " are not looked up here; write the address",
            "f:28:13: zone[0].nameservers[10].addresses[1]: 'fe80::1%eth0' has a zone, which no"
                + " record holds",
            "f:30:9: zone[0].nameservers[10].address: unknown setting; did you mean 'addresses'?",
            "f:35:9: zone[1].nameservers[1]: has other addresses elsewhere; give them once",
            "f:37:9: warning: zone[1].nameservers[2]: lies in a zone of this name server, which has"
                + " no addresses for it; give it addresses, or map it");
  }

  @ParameterizedTest
  @CsvSource({
    "udp_max_payload, 511, 512, 65000",
    "udp_max_payload, 65001, 512, 65000",
    "max_answers, 0, 1, 65535",
    "max_answers, many, 1, 65535",
  })
  void numbers(String key, String value, int least, int most) {
    assertThat(problemsOf(key + ": " + value))
        .containsExactly(
            "f:5:"
                + (key.length() + 3)
                + ": "
                + key
                + ": must be a whole number from "
                + least
                + " to "
                + most);
  }

  @ParameterizedTest
  @CsvSource({
    "max_ttl, 0, 1",
    "max_ttl, 500ms, 1",
    "max_ttl, 1500ms, 1",
    "max_ttl, -1s, 1",
    "fallback_ttl, 1ns, 0",
    "negative_ttl, 600000h, 0",
    "negative_ttl, -1ns, 0",
  })
  void ttls(String key, String value, int least) {
    assertThat(problemsOf(key + ": " + value))
        .containsExactly(
            "f:5:"
                + (key.length() + 3)
                + ": "
                + key
                + ": must be whole seconds, from "
                + least
                + " to 2147483647; write for example 5s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_ttl", "fallback_ttl", "negative_ttl"})
  void ttlsHaveUnits(String key) {
    assertThat(problemsOf(key + ": 5"))
        .containsExactly(
            "f:5:" + (key.length() + 3) + ": " + key + ": '5' has no unit; write 5s for seconds");
  }

  @Test
  void limits() {
    assertThat(
            problemsOf(
                "compress: maybe",
                "non_authoritative: 1",
                "allow: []",
                "rate_limit:",
                "  slip: 101",
                "  ipv4_prefix_length: 33",
                "  ipv6_prefix_length: 129",
                "tcp:",
                "  max_connections: 0",
                "  max_connections_per_client: 100001",
                "  idle_timeout: 0"))
        .containsExactly(
            "f:5:11: compress: must be true or false",
            "f:6:20: non_authoritative: must be true or false",
            "f:7:8: allow: allows nobody; name networks, or remove it to allow all",
            "f:9:3: rate_limit.responses_per_second: is required",
            "f:9:9: rate_limit.slip: must be a whole number from 0 to 100",
            "f:10:23: rate_limit.ipv4_prefix_length: must be a whole number from 0 to 32",
            "f:11:23: rate_limit.ipv6_prefix_length: must be a whole number from 0 to 128",
            "f:13:20: tcp.max_connections: must be a whole number from 1 to 100000",
            "f:14:31: tcp.max_connections_per_client: must be a whole number from 1 to 100000",
            "f:15:17: tcp.idle_timeout: must be greater than 0; write for example 10s");
  }

  @Test
  void whatAMappingHasOfItsOwn() {
    assertThat(
            problemsOf(
                "  b:",
                "    group: 1000",
                "    ttl: 0",
                "    max_answers: 0",
                "    negative_ttl: 1500ms",
                "while_not_ready: refused"))
        .containsExactly(
            "f:7:10: mappings.b.ttl: must be whole seconds, from 1 to 2147483647; write for"
                + " example 5s",
            "f:8:18: mappings.b.max_answers: must be a whole number from 1 to 65535",
            "f:9:19: mappings.b.negative_ttl: must be whole seconds, from 0 to 2147483647; write"
                + " for example 5s",
            "f:10:18: while_not_ready: must be servfail, refuse or silent; did you mean"
                + " 'refuse'?");
  }

  @Test
  void reverse() {
    assertThat(problemsOf("    reverse: true"))
        .containsExactly(
            "f:5:14: mappings.a.reverse: no zone holds the names of addresses; add to 'zone' for"
                + " example {name: 2.0.192.in-addr.arpa, nameservers: [ns1.example.com]}");
  }

  @Test
  void aWildcardCanNotBePointedTo() {
    read(
        """
        bind_address: :53
        zone:
          name: 10.in-addr.arpa
          nameservers: ns.example.net
        mappings:
          "*.example.com":
            group: 1000
            reverse: true
          worker.example.com:
            group: 1000
            reverse: true
          other.example.com:
            group: 1000
            reverse: maybe
        """);

    assertThat(shown())
        .containsExactly(
            "f:8:14: mappings.*.example.com.reverse: an address can't point to all names that a"
                + " wildcard covers; map the name that it is to point to",
            "f:14:14: mappings.other.example.com.reverse: must be true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "bücher", "a\tb"})
  void serverIds(String id) {
    assertThat(problemsOf("server_id: \"" + id.replace("''", "") + "\""))
        .containsExactly(
            "f:5:12: server_id: must be 1 to 63 printable characters of ASCII; write for example"
                + " ns1-a, or hostname for the host's name");
  }

  @Test
  void networks() {
    assertThat(problemsOf("allow:", "  - 10.0.0.0/33", "  - x", "  - ::/129", "  - 10.0.0.0/"))
        .containsExactly(
            "f:6:5: allow[0]: the prefix length must be a number from 0 to 32",
            "f:7:5: allow[1]: 'x' is not an IP address:"
                + " names are not looked up here; write the address",
            "f:8:5: allow[2]: the prefix length must be a number from 0 to 128",
            "f:9:5: allow[3]: the prefix length must be a number from 0 to 32");
  }

  @Test
  void theWrongKindOfValue() {
    assertThat(problemsOf("zone: example.com", "rate_limit: 5", "tcp: [1]", "max_ttl:", "  a: b"))
        .allMatch(problem -> !problem.contains("warning"))
        .hasSize(4);
  }
}
