package dev.rgap.outputs.dns;

import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.outputs.dns.DnsConfig.Mapping;
import dev.rgap.outputs.dns.DnsConfig.Own;
import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.outputs.dns.DnsConfig.Tcp;
import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.time.HostClock;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Answering a message that came by UDP, without the socket. No message that a stranger can send
 * should take more than three times what a plain query takes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DnsBenchmark {

  /** What is asked. */
  public enum Kind {
    /** The addresses of a name that has eight. */
    PLAIN(ResponseCode.NOERROR),
    /** The same with EDNS. */
    PLAIN_EDNS(ResponseCode.NOERROR),
    /** The services of a name. */
    SERVICES(ResponseCode.NOERROR),
    /** The address of a service's target. */
    TARGET(ResponseCode.NOERROR),
    /** The address of a target that is none. */
    NO_TARGET(ResponseCode.NXDOMAIN),
    /** What looks like a target until its very end. */
    NEARLY_A_TARGET(ResponseCode.NXDOMAIN),
    /** A name that does not exist. */
    NO_NAME(ResponseCode.NXDOMAIN),
    /** A name that does not exist and is part of the SOA record. */
    NO_NAME_OF_SERVER(ResponseCode.NXDOMAIN),
    /** A type that the name does not have. */
    NO_DATA(ResponseCode.NOERROR),
    /** The zone's SOA record. */
    SOA(ResponseCode.NOERROR),
    /** The zone's name servers. */
    NS(ResponseCode.NOERROR),
    /** All records. */
    ANY(ResponseCode.NOERROR),
    /** A name of 127 labels in a zone. */
    MANY_LABELS(ResponseCode.NXDOMAIN),
    /** A name of long labels in a zone. */
    LONG_LABELS(ResponseCode.NXDOMAIN),
    /** A name of 127 labels in no zone. */
    ELSEWHERE(ResponseCode.REFUSED),
    /** As many short records as there is room for. */
    MANY_RECORDS(ResponseCode.FORMERR),
    /** As many short records as are still stepped over. */
    MOST_RECORDS(ResponseCode.NOERROR),
    /** One record whose name has as many labels as are still stepped over. */
    MOST_LABELS(ResponseCode.NOERROR),
    /** Records whose names are long chains of pointers. */
    POINTERS(ResponseCode.NOERROR),
    /** A record with bitmaps of types. */
    BITMAPS(ResponseCode.NOERROR),
    /** As many options of EDNS as there is room for. */
    MANY_OPTIONS(ResponseCode.FORMERR),
    /** As many options of EDNS as are still stepped over. */
    MOST_OPTIONS(ResponseCode.NOERROR),
    /** The addresses, by a client that may not ask. */
    FORBIDDEN(ResponseCode.REFUSED),
    /** The chains of pointers, by a client that may not ask. */
    FORBIDDEN_POINTERS(ResponseCode.REFUSED),
    /** The long name, by a client that may not ask. */
    FORBIDDEN_LABELS(ResponseCode.REFUSED);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  private static final int MAX_QUERY = 4_096;
  private static final int TXT = 16;
  private static final int OPT = 41;
  private static final int NSEC = 47;
  private static final GroupId GROUP = new GroupId(1);
  private static final String NAME = "worker.example.com";

  /** What is asked. */
  @Param public Kind kind = Kind.PLAIN;

  private final byte[] message = new byte[MAX_QUERY];
  private final byte[] output = new byte[MAX_QUERY];
  private final InetAddress honest = InetAddress.ofLiteral("192.0.2.1");
  private final InetAddress stranger = InetAddress.ofLiteral("198.51.100.1");
  private InetAddress client = honest;
  private int length;
  private final DnsService service;
  private final Responder responder;

  /** Makes a name server without sockets. */
  public DnsBenchmark() {
    List<IpAddress> members =
        IntStream.range(0, 8).mapToObj(i -> IpAddress.ofIpv4((10 << 24) + i)).toList();
    DnsConfig config =
        new DnsConfig(
            List.of(),
            List.of(
                mapping(NAME, Optional.empty()),
                mapping("_http._tcp." + NAME, Optional.of(new Service(80, 0, 1)))),
            List.of(),
            true,
            1_232,
            DnsConfig.ALL_ANSWERS,
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            List.of(IpNetwork.parse("192.0.2.0/24")),
            Optional.empty(),
            new Tcp(1, 1, Duration.ofSeconds(1)),
            WhileNotReady.SERVFAIL,
            Optional.empty());
    HostClock clock = HostClock.system();
    Catalog catalog = new Catalog(config, Membership.fixed(Map.of(GROUP, members)), clock);
    service = new DnsService(config, catalog, clock, 1, new Metrics());
    responder = service.responder();
  }

  private static Mapping mapping(String name, Optional<Service> service) {
    return new Mapping(
        DomainName.parse(name), new MappedGroup(GROUP, List.of()), service, false, Own.NOTHING);
  }

  /** Makes the message. */
  @Setup
  public void prepare() {
    ByteBuffer query = query();
    length = query.position(query.limit()).flip().remaining();
    query.get(message, 0, length);
    boolean forbidden = kind.name().startsWith("FORBIDDEN");
    client = forbidden ? stranger : honest;
    answer();
    if ((output[3] & 0xf) != kind.code) {
      throw new IllegalStateException(kind + " is answered with code " + (output[3] & 0xf));
    }
  }

  private ByteBuffer query() {
    String labels = "a.".repeat(126 - 9) + NAME;
    return switch (kind) {
      case PLAIN, FORBIDDEN -> question(NAME, RecordType.A, 0, 0);
      case PLAIN_EDNS -> opt(0);
      case SERVICES -> question("_http._tcp." + NAME, RecordType.SRV, 0, 0);
      case TARGET -> question("ip-10-0-0-3." + NAME, RecordType.A, 0, 0);
      case NO_TARGET -> question("ip-10-0-1-3." + NAME, RecordType.A, 0, 0);
      case NEARLY_A_TARGET -> question("ip6" + "-2001".repeat(7) + "-200x." + NAME, 1, 0, 0);
      case NO_NAME -> question("www." + NAME, RecordType.A, 0, 0);
      case NO_NAME_OF_SERVER -> question("a.b.hostmaster." + NAME, RecordType.A, 0, 0);
      case NO_DATA -> question(NAME, TXT, 0, 0);
      case SOA -> question(NAME, RecordType.SOA, 0, 0);
      case NS -> question(NAME, RecordType.NS, 0, 0);
      case ANY -> question(NAME, RecordType.ANY, 0, 0);
      case MANY_LABELS, FORBIDDEN_LABELS -> question(labels, RecordType.A, 0, 0);
      case LONG_LABELS -> question(("a".repeat(57) + ".").repeat(4) + NAME, RecordType.A, 0, 0);
      case ELSEWHERE -> question("a.".repeat(127), RecordType.A, 0, 0);
      case MANY_RECORDS -> records(MAX_QUERY / 11 - 4);
      case MOST_RECORDS -> records(64);
      case MOST_LABELS -> mostLabels();
      case POINTERS, FORBIDDEN_POINTERS -> pointers();
      case BITMAPS -> bitmaps();
      case MANY_OPTIONS -> opt(MAX_QUERY / 4 - 20);
      case MOST_OPTIONS -> opt(63);
    };
  }

  /** A query with room for more; the buffer has the length that the message has in the end. */
  private static ByteBuffer question(String name, int type, int records, int room) {
    byte[] wire = DomainName.parse(name).wire();
    return ByteBuffer.allocate(Query.HEADER + wire.length + 4 + room)
        .putShort((short) 1)
        .putShort((short) 0x0100)
        .putShort((short) 1)
        .putInt(0)
        .putShort((short) records)
        .put(wire)
        .putShort((short) type)
        .putShort((short) 1);
  }

  private static ByteBuffer record(ByteBuffer to, int type, int dclass, int length) {
    return to.putShort((short) type).putShort((short) dclass).putInt(0).putShort((short) length);
  }

  private static ByteBuffer opt(int options) {
    ByteBuffer query = question(NAME, RecordType.A, 1, 11 + 4 * options);
    record(query.put((byte) 0), OPT, 1_232, 4 * options);
    for (int i = 0; i < options; i++) {
      query.putInt(0);
    }
    return query;
  }

  private static ByteBuffer records(int count) {
    ByteBuffer query = question(NAME, RecordType.A, count, 11 * count);
    for (int i = 0; i < count; i++) {
      record(query.put((byte) 0), TXT, 1, 0);
    }
    return query;
  }

  private static ByteBuffer mostLabels() {
    ByteBuffer query = question(NAME, RecordType.A, 1, 2 * 63 + 11);
    for (int i = 0; i < 63; i++) {
      query.putShort((short) 0x0161);
    }
    return record(query.put((byte) 0), TXT, 1, 0);
  }

  /** Each record's name points to the one before it, behind a label: two steps a record. */
  private static ByteBuffer pointers() {
    int count = 32;
    ByteBuffer query = question(NAME, RecordType.A, count, 2 + count * 14);
    int before = Query.HEADER;
    for (int i = 0; i < count; i++) {
      int here = query.position();
      query.putShort((short) 0x0161).putShort((short) (0xc000 | before));
      record(query, RecordType.NS, 1, 0);
      before = here;
    }
    return trimmed(query);
  }

  /** A record of type NSEC with all the bitmaps that have room. */
  private static ByteBuffer bitmaps() {
    int windows = 110;
    ByteBuffer query = question(NAME, RecordType.A, 1, 12 + windows * 34);
    record(query.putShort((short) 0xc00c), NSEC, 1, windows * 34);
    for (int window = 0; window < windows; window++) {
      byte[] bits = new byte[32];
      Arrays.fill(bits, (byte) 0xff);
      query.put((byte) window).put((byte) 32).put(bits);
    }
    return query;
  }

  private static ByteBuffer trimmed(ByteBuffer query) {
    byte[] bytes = new byte[query.position()];
    query.flip().get(bytes);
    return ByteBuffer.wrap(bytes);
  }

  /** Answers it. */
  @Benchmark
  public int answer() {
    return service.respondUdp(responder, message, length, client, output);
  }
}
