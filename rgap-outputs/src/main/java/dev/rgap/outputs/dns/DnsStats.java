package dev.rgap.outputs.dns;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.xbill.DNS.Rcode;

/** Counts queries by type and answers by response code. Safe for all threads. */
final class DnsStats {

  /** Query types that are counted by themselves; all others together. */
  private static final Map<Integer, String> TYPES =
      Map.of(1, "A", 28, "AAAA", 33, "SRV", 6, "SOA", 2, "NS", 255, "ANY");

  private final Map<Integer, LongAdder> byType =
      TYPES.keySet().stream()
          .collect(Collectors.toUnmodifiableMap(Function.identity(), type -> new LongAdder()));
  private final LongAdder otherTypes = new LongAdder();
  private final LongAdder[] byCode =
      IntStream.range(0, 24).mapToObj(code -> new LongAdder()).toArray(LongAdder[]::new);

  /** Messages that are not answered at all. */
  final LongAdder dropped = new LongAdder();

  /** Answers held back by the rate limit, and those of them that went out empty with TC. */
  final LongAdder rateLimited = new LongAdder();

  final LongAdder slipped = new LongAdder();

  /** TCP connections closed because there were too many, or because the client was too slow. */
  final LongAdder connectionsRefused = new LongAdder();

  final LongAdder connectionsTimedOut = new LongAdder();

  void query(int type) {
    LongAdder counter = byType.get(type);
    (counter == null ? otherTypes : counter).increment();
  }

  void answer(int responseCode) {
    byCode[responseCode].increment();
  }

  long answers(int responseCode) {
    return byCode[responseCode].sum();
  }

  /** Queries of a type; of any type that is not counted by itself, all of these together. */
  long queries(int type) {
    LongAdder counter = byType.get(type);
    return (counter == null ? otherTypes : counter).sum();
  }

  /** One line for people. */
  String summary() {
    String types =
        TYPES.entrySet().stream()
            .filter(type -> queries(type.getKey()) > 0)
            .map(type -> type.getValue() + " " + queries(type.getKey()))
            .sorted()
            .collect(Collectors.joining(", "));
    String codes =
        IntStream.range(0, byCode.length)
            .filter(code -> answers(code) > 0)
            .mapToObj(code -> Rcode.string(code) + " " + answers(code))
            .collect(Collectors.joining(", "));
    return "DNS queries by type: "
        + (types.isEmpty() ? "none" : types)
        + (otherTypes.sum() > 0 ? ", other " + otherTypes.sum() : "")
        + "; answers: "
        + (codes.isEmpty() ? "none" : codes)
        + "; dropped "
        + dropped.sum()
        + ", rate-limited "
        + rateLimited.sum();
  }
}
