package dev.rgap.membership;

import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The numbers of a membership's groups and of its pulse; read when somebody looks. */
final class MembershipMetrics {

  private final Supplier<? extends Collection<Group>> groups;
  private final Pulse pulse;

  /** The membership's. */
  private final Lock lock;

  MembershipMetrics(Supplier<? extends Collection<Group>> groups, Pulse pulse, Lock lock) {
    this.groups = groups;
    this.pulse = pulse;
    this.lock = lock;
  }

  void register(Metrics metrics) {
    ofGroups(
        metrics,
        "rgap_group_members",
        MetricsSnapshot.Type.GAUGE,
        "Members of the group.",
        group -> group.publication().snapshot().addresses().size());
    ofGroups(
        metrics,
        "rgap_group_ready",
        MetricsSnapshot.Type.GAUGE,
        "Whether the group's readiness delay is over.",
        group -> group.publication().snapshot().ready() ? 1 : 0);
    ofGroups(
        metrics,
        "rgap_group_held",
        MetricsSnapshot.Type.GAUGE,
        "Members that are due and kept by the group's guard.",
        group -> group.view().held());
    ofGroups(
        metrics,
        "rgap_group_draining",
        MetricsSnapshot.Type.GAUGE,
        "Members that say that they drain.",
        group -> group.publication().snapshot().draining());
    ofGroups(
        metrics,
        "rgap_group_pending",
        MetricsSnapshot.Type.GAUGE,
        "Addresses that have to be announced again before they become members.",
        Group::pending);
    ofGroups(
        metrics,
        "rgap_group_guard_episodes_total",
        MetricsSnapshot.Type.COUNTER,
        "How often the group's guard has stepped in.",
        group -> (double) group.publication().episodes());
    ofGroups(
        metrics,
        "rgap_group_joins_total",
        MetricsSnapshot.Type.COUNTER,
        "Addresses that became members.",
        group -> (double) group.publication().joined());
    metrics.family(
        "rgap_group_leaves_total",
        MetricsSnapshot.Type.COUNTER,
        "Members that left, by cause.",
        () ->
            read((id, group, samples) -> {
              for (Left.Cause cause : Left.Cause.values()) {
                samples.add(
                    Sample.of(
                        (double) group.publication().left(cause),
                        "group",
                        id,
                        "cause",
                        cause.label()));
              }
            }));
    metrics.family(
        "rgap_pauses_total",
        MetricsSnapshot.Type.COUNTER,
        "How often the listener was kept from running.",
        () -> readPulse(known -> (double) known.pauses()));
    metrics.family(
        "rgap_paused_seconds_total",
        MetricsSnapshot.Type.COUNTER,
        "For how long the listener was kept from running.",
        () -> readPulse(known -> known.pausedNanos() / 1e9));
  }

  private void ofGroups(
      Metrics metrics,
      String name,
      MetricsSnapshot.Type type,
      String help,
      ToDoubleFunction<Group> reading) {
    metrics.family(
        name,
        type,
        help,
        () ->
            read((id, group, samples) -> {
              samples.add(Sample.of(reading.applyAsDouble(group), "group", id));
            }));
  }

  private List<Sample> readPulse(ToDoubleFunction<Pulse> reading) {
    lock.lock();
    try {
      return List.of(Sample.of(reading.applyAsDouble(pulse)));
    } finally {
      lock.unlock();
    }
  }

  /** Adds the samples of one group. */
  private interface Reading {
    void add(String id, Group group, List<Sample> samples);
  }

  private List<Sample> read(Reading reading) {
    List<Sample> samples = new ArrayList<>();
    for (Group group : groups.get()) {
      lock.lock();
      try {
        reading.add(group.id().toString(), group, samples);
      } finally {
        lock.unlock();
      }
    }
    return samples;
  }
}
