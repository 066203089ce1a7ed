package dev.rgap.outputs.dns;

import static java.util.Objects.requireNonNull;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A name server without sockets, over a membership that the test makes. */
final class TestServer {

  static final GroupId GROUP = new GroupId(1);
  static final GroupId OTHER = new GroupId(2);

  /** Becomes ready after {@link #DELAY}. */
  static final GroupId LATE = new GroupId(3);

  static final Duration DELAY = Duration.ofSeconds(30);

  /** How long a member lives at most. */
  static final Duration EXPIRE = Duration.ofSeconds(60);

  /** When it starts, in seconds: the first serial. */
  static final int SERIAL = 1_000;

  private static final PreSharedKey KEY = PreSharedKey.parseHex("00".repeat(32));
  private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

  final ManualClock clock = new ManualClock(Instant.ofEpochSecond(SERIAL));
  final LiveMembership membership =
      new LiveMembership(
          List.of(
              GroupConfig.of(GROUP, KEY, EXPIRE),
              GroupConfig.of(OTHER, KEY, EXPIRE),
              GroupConfig.of(LATE, KEY, EXPIRE).withReadinessDelay(DELAY)),
          clock.scheduler());
  final DnsConfig config;
  final DnsService service;
  final Responder responder;

  TestServer(TestConfig config) {
    this(config, 1);
  }

  TestServer(TestConfig config, long seed) {
    this.config = config.build();
    Catalog catalog = new Catalog(this.config, membership, clock);
    service = new DnsService(this.config, catalog, clock, seed, new Metrics());
    responder = service.responder(new SplittableRandom(seed));
  }

  /** Announces addresses: members for {@link #EXPIRE} from now on. */
  TestServer join(GroupId group, String... addresses) {
    Arrays.stream(addresses).forEach(address -> join(group, IpAddress.parse(address), EXPIRE));
    return this;
  }

  /** Announces an address by an announcement that is so old that this is left of its life. */
  void join(GroupId group, IpAddress address, Duration life) {
    long now = clock.epochMicros();
    long timestamp = now - EXPIRE.minus(life).toNanos() / 1_000;
    requireNonNull(membership.find(group.bits()))
        .accept(Datagrams.unsigned(group, address, timestamp), now);
  }

  /** So many members 10.0.x.y. */
  TestServer joinMany(GroupId group, int count) {
    for (int i = 0; i < count; i++) {
      join(group, IpAddress.ofIpv4((10 << 24) + i), EXPIRE);
    }
    return this;
  }

  void advance(Duration by) {
    clock.advance(by);
  }

  /** The answer by UDP; empty if there is none. */
  byte[] udp(byte[] query) {
    return respond(query, false);
  }

  /** The answer by TCP; empty if there is none. */
  byte[] tcp(byte[] query) {
    return respond(query, true);
  }

  private byte[] respond(byte[] query, boolean tcp) {
    // Buffers are used again and again: what was there before must not show.
    byte[] buffer = new byte[70_000];
    Arrays.fill(buffer, (byte) 0xee);
    System.arraycopy(query, 0, buffer, 0, query.length);
    byte[] output = new byte[tcp ? Responder.MAX_ANSWER : Math.max(4_096, config.udpPayload())];
    Arrays.fill(output, (byte) 0xdd);
    int length = responder.respond(buffer, query.length, tcp, service.allows(CLIENT), output);
    return Arrays.copyOf(output, length);
  }

  Message ask(String name, int type) {
    return parse(udp(TestQuery.of(name, type).bytes()));
  }

  Message ask(TestQuery query) {
    return parse(udp(query.bytes()));
  }

  Message askTcp(TestQuery query) {
    return parse(tcp(query.bytes()));
  }

  static Message parse(byte[] answer) {
    try {
      Message message = new Message(answer);
      if (message.numBytes() != answer.length) {
        throw new AssertionError("there are bytes after the message");
      }
      return message;
    } catch (IOException e) {
      throw new AssertionError("the answer can't be read", e);
    }
  }

  /** The response code's name, with the extension of EDNS. */
  static String code(Message message) {
    return Rcode.string(message.getRcode());
  }

  /** The data of the records of the answer section, sorted. */
  static List<String> data(Message message) {
    return data(message, Section.ANSWER);
  }

  /** The data of the records of a section, sorted. */
  static List<String> data(Message message, int section) {
    return message.getSection(section).stream().map(Record::rdataToString).sorted().toList();
  }

  /** The TTLs in the answer section, each once. */
  static List<Long> ttls(Message message) {
    return message.getSection(Section.ANSWER).stream().map(Record::getTTL).distinct().toList();
  }
}
