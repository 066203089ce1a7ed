package dev.rgap.outputs.dns;

import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Gauge;
import dev.rgap.metrics.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts queries by type and answers by response code. Safe for all threads.
 *
 * <p>A counter is made when it counts for the first time, and then found in an array: most types
 * and codes never come up.
 */
final class DnsStats {

  /** Query types that are counted by themselves; all others together, at the last index. */
  private static final int[] TYPES = {
    RecordType.A, RecordType.AAAA, RecordType.SRV, RecordType.SOA, RecordType.NS, RecordType.ANY
  };

  private static final int OTHER = TYPES.length;

  private static final int CODES = ResponseCode.END;

  private final Metrics metrics;
  private final AtomicReferenceArray<Counter> byType = new AtomicReferenceArray<>(OTHER + 1);
  private final AtomicReferenceArray<Counter> byCode = new AtomicReferenceArray<>(CODES);

  /** Messages that are not answered at all. */
  final Counter dropped;

  /** Answers that the rate limit held back. */
  final Counter rateLimited;

  /** Answers that went out empty with TC because of the rate limit. */
  final Counter slipped;

  /** TCP connections closed because there were too many. */
  final Counter connectionsRefused;

  /** How often a TCP connection could not be accepted. */
  final Counter acceptFailures;

  /** TCP connections closed because the client was too slow. */
  final Counter connectionsTimedOut;

  private final AtomicInteger connections = new AtomicInteger();
  private final Gauge connectionsNow;

  DnsStats(Metrics metrics) {
    this.metrics = metrics;
    dropped =
        metrics.counter(
            "rgap_dns_dropped_total", "Messages to the name server that are not answered at all.");
    rateLimited =
        metrics.counter(
            "rgap_dns_rate_limited_total", "DNS answers that the rate limit held back.");
    slipped =
        metrics.counter(
            "rgap_dns_slipped_total",
            "DNS answers that the rate limit replaced by an empty one, to be asked for by TCP.");
    connectionsRefused =
        metrics.counter(
            "rgap_dns_connections_refused_total",
            "TCP connections to the name server closed because there were too many.");
    acceptFailures =
        metrics.counter(
            "rgap_dns_accept_failures_total",
            "How often the name server could not accept a TCP connection.");
    connectionsTimedOut =
        metrics.counter(
            "rgap_dns_connections_timed_out_total",
            "TCP connections to the name server closed because the client was too slow.");
    connectionsNow =
        metrics.gauge(
            "rgap_dns_connections", "TCP connections that clients have to the name server.");
    // What every server counts is there from the start, so that its growth can be told.
    ofType(index(RecordType.A));
    ofType(index(RecordType.AAAA));
    ofCode(ResponseCode.NOERROR);
    ofCode(ResponseCode.SERVFAIL);
    ofCode(ResponseCode.NXDOMAIN);
    ofCode(ResponseCode.REFUSED);
  }

  private static int index(int type) {
    return switch (type) {
      case RecordType.A -> 0;
      case RecordType.AAAA -> 1;
      case RecordType.SRV -> 2;
      case RecordType.SOA -> 3;
      case RecordType.NS -> 4;
      case RecordType.ANY -> 5;
      default -> OTHER;
    };
  }

  private static String typeName(int index) {
    return index == OTHER ? "other" : RecordType.name(TYPES[index]);
  }

  private Counter ofType(int index) {
    Counter counter = byType.get(index);
    if (counter == null) {
      counter =
          metrics.counter(
              "rgap_dns_queries_total", "DNS queries, by type.", "type", typeName(index));
      byType.set(index, counter); // two threads at once are given the same one
    }
    return counter;
  }

  private Counter ofCode(int code) {
    Counter counter = byCode.get(code);
    if (counter == null) {
      counter =
          metrics.counter(
              "rgap_dns_responses_total",
              "DNS answers, by response code.",
              "rcode",
              ResponseCode.name(code));
      byCode.set(code, counter);
    }
    return counter;
  }

  void query(int type) {
    ofType(index(type)).increment();
  }

  void answer(int responseCode) {
    ofCode(responseCode).increment();
  }

  long answers(int responseCode) {
    return value(byCode, responseCode);
  }

  /** Queries of a type; of any type that is not counted by itself, all of these together. */
  long queries(int type) {
    return value(byType, index(type));
  }

  private static long value(AtomicReferenceArray<Counter> counters, int index) {
    Counter counter = counters.get(index);
    return counter == null ? 0 : counter.value();
  }

  /** One line for people. */
  String summary() {
    List<String> types = new ArrayList<>();
    for (int i = 0; i < OTHER; i++) {
      if (value(byType, i) > 0) {
        types.add(typeName(i) + " " + value(byType, i));
      }
    }
    Collections.sort(types);
    List<String> codes = new ArrayList<>();
    for (int code = 0; code < CODES; code++) {
      if (answers(code) > 0) {
        codes.add(ResponseCode.name(code) + " " + answers(code));
      }
    }
    long others = value(byType, OTHER);
    return "DNS queries by type: "
        + (types.isEmpty() ? "none" : String.join(", ", types))
        + (others > 0 ? ", other " + others : "")
        + "; answers: "
        + (codes.isEmpty() ? "none" : String.join(", ", codes))
        + "; dropped "
        + dropped.value()
        + ", rate-limited "
        + rateLimited.value()
        + ", slipped "
        + slipped.value();
  }

  /** There are so many TCP connections more, or fewer. */
  void connected(int more) {
    connectionsNow.set(connections.addAndGet(more));
  }
}
