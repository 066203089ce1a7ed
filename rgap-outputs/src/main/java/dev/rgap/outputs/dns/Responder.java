package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.Catalog.Match;
import dev.rgap.outputs.dns.Catalog.Node;
import dev.rgap.outputs.dns.Catalog.Zone;
import dev.rgap.outputs.dns.GroupAnswers.Rendered;
import dev.rgap.outputs.dns.Query.Verdict;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answer to one query: bytes in, bytes out, no sockets. Not safe for use by several
 * threads.
 *
 * <p>All answers are put together from records that lie ready, so that none costs much more than
 * the usual ones.
 */
final class Responder {

  /**
   * The longest answer, by TCP. A message can hold two bytes more, but resolvers read it into
   * buffers of 64 KiB that hold its length as well.
   */
  static final int MAX_ANSWER = 65_533;

  /** There is no answer to be sent. */
  static final int NONE = 0;

  private static final int PLAIN_UDP = 512;
  private static final int AA = Answer.AA;
  private static final int TC = Answer.TC;

  private static final byte[] ANY = any(new byte[] {(byte) 0xc0, Query.HEADER});

  /** There is no pointer to the root's name. */
  private static final byte[] ROOT_ANY = any(new byte[1]);

  private final Catalog catalog;
  private final DnsConfig config;
  private final DnsStats stats;
  private final @Nullable ServerId serverId;
  private final SplittableRandom random;
  private final Query query = new Query();
  private final Match match = new Match();
  private final Order order = new Order();
  private final Answer answer;

  /**
   * What says that records are missing: TC, or by TCP nothing. There is no way on from there, so
   * resolvers take TC for a fault and use none of the answer; a part of the records that is another
   * one each time, as with a limit on answers, serves them better.
   */
  private int truncated;

  /** The response code of the last answer. */
  private int answered;

  /**
   * Makes a responder.
   *
   * @param serverId what is told to those who ask which server this is
   * @param random decides in which order the records of an answer come
   */
  Responder(
      Catalog catalog,
      DnsConfig config,
      DnsStats stats,
      Optional<ServerId> serverId,
      SplittableRandom random) {
    this.catalog = catalog;
    this.config = config;
    this.stats = stats;
    this.serverId = serverId.orElse(null);
    this.random = random;
    this.answer = new Answer(query, config);
  }

  /** Whether this is where it looks names up. */
  boolean answersFrom(Catalog names) {
    return catalog == names;
  }

  /** The record that answers "everything". */
  private static byte[] any(byte[] owner) {
    byte[] reason = "RFC8482".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(owner.length + 12 + reason.length)
        .put(owner)
        .putShort((short) RecordType.HINFO)
        .putShort((short) Query.CLASS_IN)
        .putInt(3_600)
        .putShort((short) (2 + reason.length))
        .put((byte) reason.length)
        .put(reason)
        .put((byte) 0)
        .array();
  }

  /**
   * Answers a message.
   *
   * @param message holds the message from index 0
   * @param tcp whether it came by TCP, so that the answer may be long
   * @param allowed whether the client may ask here; if not, nothing is looked up
   * @param output receives the answer; at least {@link #MAX_ANSWER} bytes long for TCP and the
   *     configured UDP payload for UDP
   * @return the answer's length, or {@link #NONE}
   */
  int respond(byte[] message, int length, boolean tcp, boolean allowed, byte[] output) {
    Verdict verdict = query.read(message, length);
    if (verdict == Verdict.DROP) {
      stats.dropped.increment();
      return NONE;
    }
    if (!allowed) {
      return refuse(output, tcp);
    }
    answer.begin(verdict == Verdict.ANSWER, output, limit(tcp));
    return switch (verdict) {
      case DROP -> NONE;
      case MALFORMED -> error(ResponseCode.FORMERR);
      case NOT_IMPLEMENTED -> error(ResponseCode.NOTIMP);
      case ANSWER -> {
        stats.query(query.type);
        truncated = tcp ? 0 : TC;
        yield answer();
      }
    };
  }

  private int limit(boolean tcp) {
    if (tcp) {
      return MAX_ANSWER;
    }
    return query.edns
        ? Math.max(PLAIN_UDP, Math.min(query.payload, config.udpPayload()))
        : PLAIN_UDP;
  }

  /** Refuses any query of a client that may not ask here. */
  private int refuse(byte[] output, boolean tcp) {
    boolean hasQuestion = query.questionLength > 0;
    if (hasQuestion) {
      stats.query(query.type);
    }
    answer.begin(hasQuestion, output, limit(tcp));
    return error(ResponseCode.REFUSED, ExtendedError.PROHIBITED);
  }

  private int answer() {
    if (query.edns && query.ednsVersion > 0) {
      return error(ResponseCode.BADVERS);
    }
    if (query.nsid && serverId != null) {
      answer.option(serverId.nsid);
    }
    return switch (query.type) {
      case RecordType.OPT, RecordType.TSIG, RecordType.TKEY -> error(ResponseCode.FORMERR);
      case RecordType.AXFR, RecordType.IXFR ->
          error(ResponseCode.REFUSED, ExtendedError.NOT_SUPPORTED);
      default -> query.dclass == Query.CLASS_IN ? lookUp() : otherClass();
    };
  }

  private int otherClass() {
    boolean chaos = query.dclass == Query.CLASS_CHAOS;
    return chaos && serverId != null && serverId.isAskedBy(query)
        ? record(serverId.txt)
        : error(ResponseCode.REFUSED, ExtendedError.NOT_SUPPORTED);
  }

  private int lookUp() {
    catalog.find(query, match);
    Zone zone = match.zone;
    if (zone == null) {
      return error(ResponseCode.REFUSED, ExtendedError.NOT_AUTHORITATIVE);
    }
    if (match.reverse != null) {
      return answerReverse(zone, match.reverse);
    }
    if (match.targetOf != null) {
      return answerTarget(zone, match.targetOf);
    }
    Node node = match.node;
    if (node == null) {
      return negative(zone, ResponseCode.NXDOMAIN);
    }
    return switch (query.type) {
      case RecordType.A, RecordType.AAAA -> answerAddresses(zone, node.addresses);
      case RecordType.SRV -> answerServices(zone, node.services);
      case RecordType.SOA -> node.zone == zone ? soa(zone) : noData(zone);
      case RecordType.NS -> node.zone == zone ? answerNameservers(zone) : noData(zone);
      case RecordType.ANY -> answerAny(zone, node);
      default -> noData(zone);
    };
  }

  private int answerAddresses(Zone zone, @Nullable GroupAnswers answers) {
    if (answers == null) {
      return noData(zone);
    }
    Rendered current = answers.current();
    if (!current.snapshot.ready()) {
      return notReady();
    }
    Rrset set = query.type == RecordType.A ? current.ipv4 : current.ipv6;
    if (set.count() == 0) {
      return noData(zone);
    }
    int wanted = Math.min(set.count(), answers.maxAnswers);
    int count = choose(set, wanted);
    answer.end = set.write(order, count, answer.bytes, answer.end, answers.ttl(current));
    return finish(ResponseCode.NOERROR, count < wanted ? AA | truncated : AA, count, 0, 0);
  }

  /** The group's members are not known yet. */
  private int notReady() {
    return switch (config.whileNotReady()) {
      case SERVFAIL -> error(ResponseCode.SERVFAIL, ExtendedError.NOT_READY);
      case REFUSE -> error(ResponseCode.REFUSED, ExtendedError.NOT_READY);
      case SILENT -> {
        stats.dropped.increment();
        yield NONE;
      }
    };
  }

  private int answerServices(Zone zone, @Nullable GroupAnswers answers) {
    if (answers == null) {
      return noData(zone);
    }
    Rendered current = answers.current();
    if (!current.snapshot.ready()) {
      return notReady();
    }
    Rrset set = current.services;
    if (set.count() == 0) {
      return noData(zone);
    }
    int ttl = answers.ttl(current);
    int wanted = Math.min(set.count(), answers.maxAnswers);
    int count = choose(set, wanted);
    answer.end = set.write(order, count, answer.bytes, answer.end, ttl);
    // The addresses save the client a query each; they are left out if there is no room for all.
    int extra = count < wanted ? 0 : current.targets.fitting(order, count, answer.room());
    extra = extra < count ? 0 : extra;
    if (extra > 0) {
      answer.end = current.targets.write(order, extra, answer.bytes, answer.end, ttl);
    }
    return finish(ResponseCode.NOERROR, count < wanted ? AA | truncated : AA, count, 0, extra);
  }

  /** Chooses the order of an answer's records; how many of those that are wanted have room. */
  private int choose(Rrset set, int wanted) {
    set.shuffle(order, random);
    return set.fitting(order, wanted, answer.room());
  }

  /** The name is a service's target: one address, which is of one family. Below it is nothing. */
  private int answerTarget(Zone zone, GroupAnswers service) {
    Rendered current = service.current();
    if (!current.snapshot.ready()) {
      return notReady();
    }
    if (match.belowTarget) {
      return negative(zone, ResponseCode.NXDOMAIN);
    }
    if (match.target == null
        || query.type != (match.target.isIpv4() ? RecordType.A : RecordType.AAAA)) {
      return query.type == RecordType.ANY ? minimalAny() : noData(zone);
    }
    byte[] out = answer.bytes;
    int start = answer.end;
    answer.end = RecordFormat.ADDRESS.write(match.target, out, start);
    Rrset.putTtl(out, start + RecordFormat.ADDRESS.ttlOffset(out, start), service.ttl(current));
    return finish(ResponseCode.NOERROR, AA, 1, 0, 0);
  }

  /** The name is that of an address, or lies above such names, or nobody knows yet. */
  private int answerReverse(Zone zone, ReverseNames names) {
    IpNetwork network = match.network;
    if (network == null) {
      return notReady();
    }
    IpAddress address = network.first();
    boolean single = address.equals(network.last());
    if (!single || query.type != RecordType.PTR) {
      return single && query.type == RecordType.ANY ? minimalAny() : noData(zone);
    }
    int written = names.write(address, answer);
    if (written == 0) {
      return negative(zone, ResponseCode.NXDOMAIN); // it has just left
    }
    return written > 0
        ? finish(ResponseCode.NOERROR, AA, written, 0, 0)
        : finish(ResponseCode.NOERROR, AA | truncated, ~written, 0, 0);
  }

  /**
   * Answers for a zone's apex. Where nobody has named name servers there are none: a made-up name
   * would be followed, in vain, by resolvers that ask for NS on their way (RFC 9156).
   */
  private int answerNameservers(Zone zone) {
    NameserverRecords known = zone.nameservers;
    if (known.count == 0) {
      return noData(zone);
    }
    // The addresses are of use, but not asked for.
    return known.records.length <= answer.room()
        ? records(known.records, known.records.length, known.count, known.addressCount)
        : records(known.records, known.end, known.count, 0);
  }

  private int answerAny(Zone zone, Node node) {
    boolean exists = node.addresses != null || node.services != null || node.zone == zone;
    return exists ? minimalAny() : noData(zone);
  }

  /** RFC 8482 section 4.2: an answer to "everything" that is small and says why. */
  private int minimalAny() {
    return record(query.nameLength == 1 ? ROOT_ANY : ANY);
  }

  private int noData(Zone zone) {
    return negative(zone, ResponseCode.NOERROR);
  }

  private int negative(Zone zone, int responseCode) {
    return withSoa(zone, match.negativeTtl, responseCode, 0, 1);
  }

  private int soa(Zone zone) {
    return withSoa(zone, zone.negativeTtl, ResponseCode.NOERROR, 1, 0);
  }

  private int withSoa(Zone zone, int negativeTtl, int responseCode, int answers, int authorities) {
    int serial = zone.serial.number(answers > 0);
    int length =
        zone.soa.write(query, serial, negativeTtl, answer.bytes, answer.end, answer.room());
    if (length == 0) {
      return finish(responseCode, AA | TC, 0, 0, 0);
    }
    answer.end += length;
    return finish(responseCode, AA, answers, authorities, 0);
  }

  /** Answers with a record that lies ready. */
  private int record(byte[] record) {
    return records(record, record.length, 1, 0);
  }

  /** Answers with records that lie ready; so many of their bytes. */
  private int records(byte[] records, int length, int answers, int additionals) {
    if (length > answer.room()) {
      return finish(ResponseCode.NOERROR, AA | TC, 0, 0, 0);
    }
    System.arraycopy(records, 0, answer.bytes, answer.end, length);
    answer.end += length;
    return finish(ResponseCode.NOERROR, AA, answers, 0, additionals);
  }

  /** Answers with nothing but a response code and, to those who have EDNS, a reason. */
  private int error(int responseCode, byte[] extendedError) {
    answer.option(extendedError);
    return error(responseCode);
  }

  /** Answers with nothing but a response code. */
  private int error(int responseCode) {
    return finish(responseCode, 0, 0, 0, 0);
  }

  private int finish(int responseCode, int flags, int answers, int authorities, int additionals) {
    stats.answer(responseCode);
    answered = responseCode;
    return answer.finish(responseCode, flags, answers, authorities, additionals);
  }

  /** For people: what was asked last, and how it was answered. */
  String shown() {
    return query + ": " + ResponseCode.name(answered);
  }

  /** Turns the answer that was just made into one that {@linkplain Answer#truncate is empty}. */
  int truncate() {
    return answer.truncate();
  }
}
