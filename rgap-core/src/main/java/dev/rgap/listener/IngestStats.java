package dev.rgap.listener;

import static java.util.Objects.requireNonNull;

import dev.rgap.protocol.Rejection;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts what became of the datagrams that arrived. Safe for all threads. */
public final class IngestStats {

  private final LongAdder accepted = new LongAdder();
  private final Map<Rejection, LongAdder> rejected = new EnumMap<>(Rejection.class);

  IngestStats() {
    for (Rejection reason : Rejection.values()) {
      rejected.put(reason, new LongAdder());
    }
  }

  void countAccepted() {
    accepted.increment();
  }

  void count(Rejection reason) {
    counter(reason).increment();
  }

  /** Announcements that made or kept an address a member. */
  public long accepted() {
    return accepted.sum();
  }

  /** Datagrams that were not accepted for this reason. */
  public long rejected(Rejection reason) {
    return counter(reason).sum();
  }

  private LongAdder counter(Rejection reason) {
    return requireNonNull(rejected.get(reason));
  }

  /** One line for people: all counters but those that are zero. */
  public String summary() {
    String reasons =
        Arrays.stream(Rejection.values())
            .filter(reason -> rejected(reason) > 0)
            .map(reason -> reason.label() + " " + rejected(reason))
            .collect(Collectors.joining(", "));
    return "announcements accepted: "
        + accepted()
        + ", rejected: "
        + (reasons.isEmpty() ? "0" : reasons);
  }
}
