package dev.rgap.listener;

import static java.util.Objects.requireNonNull;

import dev.rgap.api.StableApi;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;

/** Counts what became of the datagrams that arrived. Safe for all threads. */
@StableApi
public final class IngestStats {

  private final Counter accepted;
  private final Counter farewells;

  private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);

  IngestStats(Metrics metrics) {
    accepted =
        metrics.counter(
            "rgap_announcements_accepted_total",
            "Announcements that made or kept an address a member.");
    farewells =
        metrics.counter(
            "rgap_farewells_accepted_total", "Goodbyes by which an address is no member any more.");
    for (Rejection reason : Rejection.values()) {
      rejected.put(
          reason,
          metrics.counter(
              "rgap_announcements_rejected_total",
              "Datagrams that were not accepted, by reason.",
              "reason",
              reason.label()));
    }
  }

  void countAccepted() {
    accepted.increment();
  }

  void countFarewell() {
    farewells.increment();
  }

  void count(Rejection reason) {
    counter(reason).increment();
  }

  /** Announcements that made or kept an address a member. */
  public long accepted() {
    return accepted.value();
  }

  /** Goodbyes by which an address is no member any more, with their copies. */
  public long farewells() {
    return farewells.value();
  }

  /** Datagrams that were not accepted for this reason. */
  public long rejected(Rejection reason) {
    return counter(reason).value();
  }

  private Counter counter(Rejection reason) {
    return requireNonNull(rejected.get(reason));
  }

  /** One line for people: all counters but those that are zero. */
  public String summary() {
    StringBuilder reasons = new StringBuilder();
    for (Rejection reason : Rejection.values()) {
      if (rejected(reason) > 0) {
        reasons
            .append(reasons.isEmpty() ? "" : ", ")
            .append(reason.label())
            .append(' ')
            .append(rejected(reason));
      }
    }
    return "announcements accepted: "
        + accepted()
        + (farewells() == 0 ? "" : ", goodbyes: " + farewells())
        + ", rejected: "
        + (reasons.isEmpty() ? "0" : reasons);
  }
}
