package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.Catalog.Match;
import dev.rgap.outputs.dns.Catalog.Node;
import dev.rgap.outputs.dns.Catalog.Zone;
import dev.rgap.outputs.dns.GroupAnswers.Rendered;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Makes the answer to one query: bytes in, bytes out, no sockets. Not safe for use by several
 * threads.
 *
 * <p>All answers are put together from records that lie ready, so that none costs much more than
 * the usual ones.
 */
final class Responder {

  /** The longest answer: what a TCP message can hold. */
  static final int MAX_ANSWER = 65_535;

  /** There is no answer to be sent. */
  static final int NONE = 0;

  private static final int PLAIN_UDP = 512;
  private static final int OPT_LENGTH = 11;
  private static final int AA = 0x0400;
  private static final int TC = 0x0200;

  private static final byte[] ANY = any(new byte[] {(byte) 0xc0, Query.HEADER});

  /** There is no pointer to the root's name. */
  private static final byte[] ROOT_ANY = any(new byte[1]);

  private final Catalog catalog;
  private final DnsConfig config;
  private final DnsStats stats;
  private final SplittableRandom random;
  private final Query query = new Query();
  private final Match match = new Match();

  // The answer under construction:
  private byte[] out = new byte[0];
  private int end;
  private int limit;

  /**
   * What says that records are missing: TC, or by TCP nothing. There is no way on from there, so
   * resolvers take TC for a fault and use none of the answer; a part of the records that is another
   * one each time, as with a limit on answers, serves them better.
   */
  private int truncated;

  /**
   * Makes a responder.
   *
   * @param random decides with which record an answer begins
   */
  Responder(Catalog catalog, DnsConfig config, DnsStats stats, SplittableRandom random) {
    this.catalog = catalog;
    this.config = config;
    this.stats = stats;
    this.random = random;
  }

  /** The record that answers "everything". */
  private static byte[] any(byte[] owner) {
    byte[] reason = "RFC8482".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(owner.length + 12 + reason.length)
        .put(owner)
        .putShort((short) Type.HINFO)
        .putShort((short) DClass.IN)
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
   * @param allowed whether the client may ask here; if not, its message is hardly looked at
   * @param output receives the answer; at least {@link #MAX_ANSWER} bytes long for TCP and the
   *     configured UDP payload for UDP
   * @return the answer's length, or {@link #NONE}
   */
  int respond(byte[] message, int length, boolean tcp, boolean allowed, byte[] output) {
    out = output;
    if (!allowed) {
      return refuse(message, length);
    }
    return switch (query.read(message, length)) {
      case DROP -> {
        stats.dropped.increment();
        yield NONE;
      }
      case MALFORMED -> headerOnly(Rcode.FORMERR);
      case NOT_IMPLEMENTED -> headerOnly(Rcode.NOTIMP);
      case ANSWER -> {
        stats.query(query.type);
        limit = limit(tcp) - (query.edns ? OPT_LENGTH : 0);
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

  /** Refuses any query of a client that may not ask here, reading no more than that takes. */
  private int refuse(byte[] message, int length) {
    if (!query.readForRefusal(message, length)) {
      stats.dropped.increment();
      return NONE;
    }
    if (query.questionLength == 0) {
      return headerOnly(Rcode.REFUSED);
    }
    stats.query(query.type);
    startWithQuestion();
    return finish(Rcode.REFUSED, 0, 0, 0, 0);
  }

  private void startWithQuestion() {
    end = Query.HEADER + query.questionLength;
    System.arraycopy(query.message, 0, out, 0, end);
  }

  private int answer() {
    startWithQuestion();
    if (query.edns && query.ednsVersion > 0) {
      return finish(Rcode.BADVERS, 0, 0, 0, 0);
    }
    if (query.type == Type.OPT || query.type == Type.TSIG || query.type == Type.TKEY) {
      return finish(Rcode.FORMERR, 0, 0, 0, 0);
    }
    boolean transfer = query.type == Type.AXFR || query.type == Type.IXFR;
    if (transfer || !query.isInternetClass()) {
      return finish(Rcode.REFUSED, 0, 0, 0, 0);
    }
    catalog.find(query, match);
    Zone zone = match.zone;
    if (zone == null) {
      return finish(Rcode.REFUSED, 0, 0, 0, 0);
    }
    if (match.targetOf != null) {
      return answerTarget(zone, match.targetOf);
    }
    Node node = match.node;
    if (node == null) {
      return negative(zone, Rcode.NXDOMAIN);
    }
    return switch (query.type) {
      case Type.A, Type.AAAA -> answerAddresses(zone, node.addresses);
      case Type.SRV -> answerServices(zone, node.services);
      case Type.SOA -> node.zone == zone ? withSoa(zone, Rcode.NOERROR, 1, 0) : noData(zone);
      case Type.NS ->
          node.zone == zone ? records(zone.nameservers, zone.nameserverCount) : noData(zone);
      case Type.ANY -> answerAny(zone, node);
      default -> noData(zone);
    };
  }

  private int answerAddresses(Zone zone, @Nullable GroupAnswers answers) {
    if (answers == null) {
      return noData(zone);
    }
    Rendered current = answers.current();
    if (!current.snapshot.ready()) {
      return finish(Rcode.SERVFAIL, 0, 0, 0, 0);
    }
    Rrset set = query.type == Type.A ? current.ipv4 : current.ipv6;
    if (set.count() == 0) {
      return noData(zone);
    }
    int wanted = Math.min(set.count(), config.maxAnswers());
    int first = random.nextInt(set.count());
    int count = set.fitting(first, wanted, limit - end);
    end = set.write(first, count, out, end, answers.ttl(current));
    return finish(Rcode.NOERROR, count < wanted ? AA | truncated : AA, count, 0, 0);
  }

  private int answerServices(Zone zone, @Nullable GroupAnswers answers) {
    if (answers == null) {
      return noData(zone);
    }
    Rendered current = answers.current();
    if (!current.snapshot.ready()) {
      return finish(Rcode.SERVFAIL, 0, 0, 0, 0);
    }
    Rrset set = current.services;
    if (set.count() == 0) {
      return noData(zone);
    }
    int ttl = answers.ttl(current);
    int wanted = Math.min(set.count(), config.maxAnswers());
    int first = random.nextInt(set.count());
    int count = set.fitting(first, wanted, limit - end);
    end = set.write(first, count, out, end, ttl);
    // The addresses save the client a query each; they are left out if there is no room for all.
    int extra = count < wanted ? 0 : current.targets.fitting(first, count, limit - end);
    extra = extra < count ? 0 : extra;
    if (extra > 0) {
      end = current.targets.write(first, extra, out, end, ttl);
    }
    return finish(Rcode.NOERROR, count < wanted ? AA | truncated : AA, count, 0, extra);
  }

  /** The name is a service's target: one address, which is of one family. */
  private int answerTarget(Zone zone, GroupAnswers service) {
    Rendered current = service.current();
    if (!current.snapshot.ready()) {
      return finish(Rcode.SERVFAIL, 0, 0, 0, 0);
    }
    if (match.target == null || query.type != (match.target.isIpv4() ? Type.A : Type.AAAA)) {
      return query.type == Type.ANY ? minimalAny() : noData(zone);
    }
    int start = end;
    end = RecordFormat.ADDRESS.write(match.target, out, start);
    Rrset.putTtl(out, start + RecordFormat.ADDRESS.ttlOffset(out, start), service.ttl(current));
    return finish(Rcode.NOERROR, AA, 1, 0, 0);
  }

  private int answerAny(Zone zone, Node node) {
    boolean exists = node.addresses != null || node.services != null || node.zone == zone;
    return exists ? minimalAny() : noData(zone);
  }

  /** RFC 8482 section 4.2: an answer to "everything" that is small and says why. */
  private int minimalAny() {
    return query.nameLength == 1 ? records(ROOT_ANY, 1) : records(ANY, 1);
  }

  private int noData(Zone zone) {
    return negative(zone, Rcode.NOERROR);
  }

  private int negative(Zone zone, int responseCode) {
    return withSoa(zone, responseCode, 0, 1);
  }

  private int withSoa(Zone zone, int responseCode, int answers, int authorities) {
    int length = zone.soa.write(query, zone.serial(), out, end, limit - end);
    if (length == 0) {
      return finish(responseCode, AA | TC, 0, 0, 0);
    }
    end += length;
    return finish(responseCode, AA, answers, authorities, 0);
  }

  /** Answers with records that lie ready. */
  private int records(byte[] records, int count) {
    if (records.length > limit - end) {
      return finish(Rcode.NOERROR, AA | TC, 0, 0, 0);
    }
    System.arraycopy(records, 0, out, end, records.length);
    end += records.length;
    return finish(Rcode.NOERROR, AA, count, 0, 0);
  }

  private int finish(int responseCode, int flags, int answers, int authorities, int additionals) {
    int shownFlags = config.authoritative() ? flags : flags & ~AA;
    put16(2, query.answerFlags() | shownFlags | (responseCode & 0xf));
    put16(4, 1);
    put16(6, answers);
    put16(8, authorities);
    put16(10, additionals + (query.edns ? 1 : 0));
    if (query.edns) {
      putOpt(responseCode >>> 4);
    }
    stats.answer(responseCode);
    return end;
  }

  private void putOpt(int extendedCode) {
    out[end] = 0;
    put16(end + 1, Type.OPT);
    put16(end + 3, config.udpPayload());
    out[end + 5] = (byte) extendedCode;
    out[end + 6] = 0; // EDNS version 0
    put16(end + 7, query.dnssecOk ? 0x8000 : 0);
    put16(end + 9, 0);
    end += OPT_LENGTH;
  }

  private int headerOnly(int responseCode) {
    System.arraycopy(query.message, 0, out, 0, 2);
    put16(2, query.answerFlags() | responseCode);
    put16(4, 0);
    put16(6, 0);
    put16(8, 0);
    put16(10, 0);
    stats.answer(responseCode);
    return Query.HEADER;
  }

  /**
   * Turns the answer that was just made into an empty one with TC, which tells the client to ask
   * again by TCP. One without a question, to a malformed query, stays what it is.
   *
   * @return its length
   */
  int truncate() {
    if (out[5] == 0) {
      return Query.HEADER;
    }
    end = Query.HEADER + query.questionLength;
    put16(2, query.answerFlags() | TC);
    put16(6, 0);
    put16(8, 0);
    put16(10, 0);
    return end;
  }

  private void put16(int at, int value) {
    out[at] = (byte) (value >>> 8);
    out[at + 1] = (byte) value;
  }
}
