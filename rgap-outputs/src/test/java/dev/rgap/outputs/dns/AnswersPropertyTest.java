package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Random names, groups and queries: what is answered is what a slow and simple model says, and its
 * bytes are those that dnsjava makes of the same records.
 */
class AnswersPropertyTest {

  private static final List<String> LABELS = List.of("a", "b", "c", "*", "_s", "_t");
  private static final List<String> TOPS = List.of("z", "a.z", "y");
  private static final List<GroupId> GROUPS = List.of(GROUP, OTHER, LATE, new GroupId(99));
  private static final int[] TYPES = {
    Type.A, Type.AAAA, Type.SRV, Type.SOA, Type.NS, Type.ANY, Type.TXT
  };

  private Random random = new Random();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void answersAreRight(long seed) {
    random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      TestConfig config = new TestConfig();
      if (random.nextInt(4) == 0) {
        config.maxAnswers(1 + random.nextInt(5));
      }
      Set<Name> used = new HashSet<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        String apex = name(2).replace("*", "a").replace("_", "");
        if (used.add(TestQuery.name(apex))) {
          config.zone(apex, "ns." + apex);
        }
      }
      used.clear();
      for (int i = random.nextInt(8); i > 0; i--) {
        map(config, used);
      }
      TestServer server = new TestServer(config, seed * 1_000 + round);
      for (int moment = 0; moment < 3; moment++) {
        change(server);
        for (int i = 0; i < 60; i++) {
          check(server);
        }
      }
    }
  }

  private String name(int mostLabels) {
    StringBuilder name = new StringBuilder(TOPS.get(random.nextInt(TOPS.size())));
    for (int i = random.nextInt(mostLabels + 1); i > 0; i--) {
      name.insert(0, LABELS.get(random.nextInt(LABELS.size())) + ".");
    }
    return name.toString();
  }

  private void map(TestConfig config, Set<Name> used) {
    String name = name(3);
    if (!used.add(TestQuery.name(name))) {
      return;
    }
    GroupId group = GROUPS.get(random.nextInt(GROUPS.size()));
    String[] fallbacks =
        random
            .ints(random.nextInt(3), 0, 6)
            .mapToObj(i -> address(i).toString())
            .toArray(String[]::new);
    boolean service = name.startsWith("_") || (random.nextInt(4) == 0 && !name.startsWith("*"));
    if (service) {
      config.service(name, group, 80, fallbacks);
    } else {
      config.map(name, group, fallbacks);
    }
  }

  private static IpAddress address(int i) {
    return i % 3 == 0 ? new IpAddress(0x2001_0db8L << 32, i) : IpAddress.ofIpv4((10 << 24) + i);
  }

  private void change(TestServer server) {
    server.advance(Duration.ofSeconds(random.nextInt(40)));
    for (GroupId group : GROUPS.subList(0, 3)) {
      int most = random.nextInt(20) == 0 ? 1_500 : 6;
      for (int i = random.nextInt(most); i > 0; i--) {
        Duration life = Duration.ofMillis(1 + random.nextInt(60_000));
        server.join(group, address(random.nextInt(most)), life);
      }
    }
  }

  private void check(TestServer server) {
    String name = random.nextInt(4) == 0 ? target(server) : name(4);
    name = random.nextBoolean() ? name.toUpperCase(Locale.ROOT) : name;
    int type = TYPES[random.nextInt(TYPES.length)];
    TestQuery query = TestQuery.of(name, type).flags(random.nextInt(2) * TestQuery.RD);
    int payload = random.nextInt(3) == 0 ? random.nextInt(5_000) : 0;
    if (payload > 0) {
      query.edns(payload, 0, random.nextInt(2) * TestQuery.DO);
    }
    boolean tcp = random.nextInt(3) == 0;
    byte[] bytes = query.bytes();
    byte[] answer = tcp ? server.tcp(bytes) : server.udp(bytes);

    assertThat(answer.length)
        .isLessThanOrEqualTo(tcp ? 65_533 : Math.max(512, Math.min(payload, 1_232)));
    assertThat(answer).containsSequence(query.question());
    Message parsed = TestServer.parse(answer);
    // dnsjava compresses the records that it has read, one by one and in this order.
    assertThat(parsed.toWire()).isEqualTo(answer);
    assertThat(parsed.getOPT() == null).isEqualTo(payload == 0);
    // Names that are compressed have the case of the question.
    Set<String> records = new HashSet<>();
    for (String data : TestServer.data(parsed)) {
      records.add(data.toLowerCase(Locale.ROOT).replaceFirst("[0-9]+ 3600", "SERIAL 3600"));
    }
    assertThat(records).as("no record twice").hasSize(parsed.getSection(Section.ANSWER).size());

    Expected expected = new Model(server).answer(TestQuery.name(name).canonicalize(), type);
    String asked = name;
    Supplier<String> about = () -> asked + " " + Type.string(type) + "\n" + server.config;
    assertThat(TestServer.code(parsed)).as(about).isEqualTo(expected.code());
    boolean all =
        !parsed.getHeader().getFlag(Flags.TC)
            && expected.records().size() <= server.config.maxAnswers();
    if (all) {
      assertThat(records).as(about).isEqualTo(expected.records());
    } else {
      assertThat(expected.records()).as(about).containsAll(records);
    }
    boolean negative = expected.records().isEmpty() && expected.zone().isPresent();
    assertThat(parsed.getSection(Section.AUTHORITY)).as(about).hasSize(negative ? 1 : 0);
    if (negative) {
      assertThat(parsed.getSection(Section.AUTHORITY).getFirst().getName())
          .isEqualTo(expected.zone().orElseThrow());
    }
  }

  private String target(TestServer server) {
    List<Mapping> mappings = server.config.mappings();
    if (mappings.isEmpty()) {
      return "z";
    }
    Name base = Model.base(Model.name(mappings.get(random.nextInt(mappings.size()))));
    String below = random.nextInt(3) == 0 ? LABELS.get(random.nextInt(LABELS.size())) + "." : "";
    return below + Model.label(address(random.nextInt(6))) + "." + base;
  }

  /** What is to be answered; the zone, if it is to be named. */
  private record Expected(String code, Set<String> records, Optional<Name> zone) {}

  /** Looks names up by comparing them with all others. */
  private record Model(TestServer server) {

    static Name name(DomainName name) {
      return TestQuery.name(name.toString());
    }

    static Name name(Mapping mapping) {
      return name(mapping.name());
    }

    static Name base(Name name) {
      return name.labels() > 1 && name.toString().startsWith("_") ? base(new Name(name, 1)) : name;
    }

    static String label(IpAddress address) {
      if (address.isIpv4()) {
        return "ip-" + address.toString().replace('.', '-');
      }
      StringBuilder label = new StringBuilder("ip6");
      String hex = String.format(Locale.ROOT, "%016x%016x", address.high(), address.low());
      for (int i = 0; i < 32; i += 4) {
        label.append('-').append(hex, i, i + 4);
      }
      return label.toString();
    }

    private Set<Name> apexes() {
      Set<Name> configured = new HashSet<>();
      server.config.zones().forEach(zone -> configured.add(name(zone.apex())));
      Set<Name> apexes = new HashSet<>(configured);
      for (Mapping mapping : server.config.mappings()) {
        Name name = name(mapping);
        Name owner = name.isWild() ? new Name(name, 1) : base(name);
        if (configured.stream().noneMatch(owner::subdomain)) {
          apexes.add(owner);
        }
      }
      return apexes;
    }

    private Optional<Name> zone(Name name) {
      return apexes().stream().filter(name::subdomain).max(Comparator.comparingInt(Name::labels));
    }

    private boolean exists(Name name) {
      List<Name> names = new ArrayList<>(apexes());
      server.config.mappings().forEach(mapping -> names.add(name(mapping)));
      return zone(name).isPresent() && names.stream().anyMatch(other -> other.subdomain(name));
    }

    private Optional<Mapping> mapping(Name name) {
      return server.config.mappings().stream().filter(m -> name(m).equals(name)).findFirst();
    }

    private boolean ready(Mapping mapping) {
      return server.membership.snapshot(mapping.group().group()).ready();
    }

    private List<IpAddress> addresses(Mapping mapping) {
      List<IpAddress> members = server.membership.snapshot(mapping.group().group()).addresses();
      return members.isEmpty() ? mapping.group().fallbacks() : members;
    }

    Expected answer(Name name, int type) {
      Optional<Name> zone = zone(name);
      if (zone.isEmpty()) {
        return new Expected("REFUSED", Set.of(), zone);
      }
      if (exists(name)) {
        return answer(mapping(name), zone.get(), zone.get().equals(name), type);
      }
      Name below = name; // the name right below the longest one that exists
      Name encloser = new Name(name, 1);
      while (!exists(encloser)) {
        below = encloser;
        encloser = new Name(encloser, 1);
      }
      boolean itself = below.equals(name);
      Optional<Mapping> wildcard = mapping(TestQuery.name("*." + encloser));
      Expected nothing = new Expected("NXDOMAIN", Set.of(), zone);
      List<Mapping> services = new ArrayList<>();
      for (Mapping mapping : server.config.mappings()) {
        if (mapping.service().isPresent() && base(name(mapping)).equals(encloser)) {
          services.add(mapping);
        }
      }
      for (Mapping service : services) {
        for (IpAddress address : addresses(service)) {
          if (ready(service) && below.getLabelString(0).equals(label(address))) {
            return itself ? target(address, zone.get(), type) : nothing;
          }
        }
      }
      boolean unknown = services.stream().anyMatch(service -> !ready(service));
      if (unknown
          && (itself || wildcard.isPresent())
          && below.getLabelString(0).matches("ip6?(-[0-9a-f]+){4,8}")) {
        return new Expected("SERVFAIL", Set.of(), Optional.empty());
      }
      return wildcard.isPresent() ? answer(wildcard, zone.get(), false, type) : nothing;
    }

    private static Expected target(IpAddress address, Name zone, int type) {
      boolean asked = type == (address.isIpv4() ? Type.A : Type.AAAA);
      Set<String> records =
          asked ? Set.of(shown(address)) : type == Type.ANY ? Set.of("\"rfc8482\" \"\"") : Set.of();
      return new Expected("NOERROR", records, Optional.of(zone));
    }

    private static String shown(IpAddress address) {
      return address.toInetAddress().getHostAddress();
    }

    private Expected answer(Optional<Mapping> mapping, Name zone, boolean apex, int type) {
      Set<String> records = new HashSet<>();
      boolean ready = mapping.map(this::ready).orElse(true);
      boolean addressed =
          mapping.isPresent() && base(name(mapping.get())).equals(name(mapping.get()));
      boolean served = mapping.isPresent() && mapping.get().service().isPresent();
      boolean membersAsked =
          type == Type.SRV ? served : addressed && (type == Type.A || type == Type.AAAA);
      if (membersAsked && !ready) {
        return new Expected("SERVFAIL", Set.of(), Optional.empty());
      }
      if (membersAsked) {
        for (IpAddress address : addresses(mapping.get())) {
          if (type == Type.SRV) {
            Name base = base(name(mapping.get()));
            records.add("10 20 80 " + label(address) + "." + base);
          } else if (address.isIpv4() == (type == Type.A)) {
            records.add(shown(address));
          }
        }
      }
      if (type == Type.ANY && (apex || mapping.isPresent())) {
        records.add("\"rfc8482\" \"\"");
      }
      if (apex && type == Type.NS && configured(zone)) {
        records.add("ns." + zone);
      }
      if (apex && type == Type.SOA) {
        records.add(soa(zone));
      }
      return new Expected("NOERROR", records, Optional.of(zone));
    }

    private boolean configured(Name zone) {
      return server.config.zones().stream().anyMatch(z -> name(z.apex()).equals(zone));
    }

    private String soa(Name zone) {
      return "ns."
          + zone
          + (configured(zone) ? " admin." : " hostmaster.")
          + zone
          + " SERIAL 3600 600 86400 "
          + (configured(zone) ? 7 : 5);
    }
  }
}
