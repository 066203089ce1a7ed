package dev.rgap.http;

import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** The numbers of who asks. Kept without the server, which may never be needed. */
final class Traffic {

  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LongAdder refused = new LongAdder();
  private final AtomicInteger eventClients = new AtomicInteger();

  /**
   * Shows them among these.
   *
   * @param byTcp how many connections there are
   * @param bySocket the same of the local socket
   */
  void register(Metrics metrics, IntSupplier byTcp, IntSupplier bySocket) {
    metrics.family(
        "rgap_http_connections",
        MetricsSnapshot.Type.GAUGE,
        "Connections of clients.",
        () ->
            List.of(
                Sample.of((double) byTcp.getAsInt(), "socket", "tcp"),
                Sample.of((double) bySocket.getAsInt(), "socket", "unix")));
    metrics.family(
        "rgap_http_connections_refused_total",
        MetricsSnapshot.Type.COUNTER,
        "Connections that were closed at once, as there were too many.",
        () -> List.of(Sample.of((double) refused.sum())));
    metrics.family(
        "rgap_http_event_clients",
        MetricsSnapshot.Type.GAUGE,
        "Clients that are told what happens.",
        () -> List.of(Sample.of((double) eventClients.get())));
    metrics.family(
        "rgap_http_requests_total",
        MetricsSnapshot.Type.COUNTER,
        "Requests that were answered, by the answer's status.",
        this::answers);
  }

  private List<Sample> answers() {
    List<Sample> samples = new ArrayList<>();
    answers.forEach(
        (status, count) -> samples.add(Sample.of((double) count.sum(), "code", status.toString())));
    return samples;
  }

  /** A request has an answer. */
  void answered(int status) {
    answers.computeIfAbsent(status, code -> new LongAdder()).increment();
  }

  /** A connection was closed at once. */
  void refused() {
    refused.increment();
  }

  /** Who is told what happens. */
  AtomicInteger eventClients() {
    return eventClients;
  }
}
