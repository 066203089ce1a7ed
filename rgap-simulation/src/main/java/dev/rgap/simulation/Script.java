package dev.rgap.simulation;

import dev.rgap.membership.Damping;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A world and what is done to it: all of it comes from a seed.
 *
 * @param seed of all that is left to chance
 * @param steps what is done, in order
 * @param busySeconds how long things are done to it; then it calms down
 */
record Script(
    long seed,
    List<GroupPlan> groups,
    int sites,
    List<WorkerPlan> workers,
    List<Step> steps,
    int busySeconds) {

  /** A group of it. */
  record GroupPlan(
      int expireSeconds,
      int skewSeconds,
      int readinessSeconds,
      Optional<Guard> guard,
      Optional<Damping> damping,
      DrainingPolicy draining,
      boolean farewells,
      int maxMembers) {}

  /**
   * A worker of it.
   *
   * @param group the number of the group that it announces to
   * @param parts its interval is such a part of expire
   */
  record WorkerPlan(
      int group,
      int parts,
      int jitter,
      boolean slowly,
      boolean checked,
      int drainSeconds,
      boolean goodbye,
      boolean everywhere) {}

  /**
   * One thing that is done to it.
   *
   * @param target to whom, counted on beyond their number
   * @param amount how, from a seed of its own
   * @param nanos for how long
   */
  record Step(long at, Fault fault, int target, long amount, long nanos) {
    @Override
    public String toString() {
      return Violation.seconds(at)
          + " s: "
          + fault
          + " "
          + target
          + ", for "
          + Violation.seconds(nanos)
          + " s";
    }
  }

  private static final long SECOND = 1_000_000_000L;

  private static final Fault[] FAULTS = Fault.values();

  /** The one of a seed. */
  static Script of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<GroupPlan> groups = new ArrayList<>();
    int number = 1 + random.nextInt(3);
    for (int i = 0; i < number; i++) {
      groups.add(group(random));
    }
    List<WorkerPlan> workers = new ArrayList<>();
    int hosts = 2 + random.nextInt(5);
    for (int i = 0; i < hosts; i++) {
      workers.add(worker(random, i, number));
    }
    int busy = 60 + random.nextInt(180);
    List<Step> steps = new ArrayList<>();
    int count = 2 + random.nextInt(14);
    for (int i = 0; i < count; i++) {
      steps.add(
          new Step(
              5 * SECOND + random.nextLong(busy * SECOND),
              FAULTS[random.nextInt(FAULTS.length)],
              random.nextInt(1_000),
              random.nextLong(),
              duration(random)));
    }
    steps.sort(Comparator.comparingLong(Step::at));
    return new Script(seed, groups, 1 + random.nextInt(2), workers, steps, busy);
  }

  private static GroupPlan group(RandomGenerator random) {
    int expire = new int[] {6, 10, 15, 30}[random.nextInt(4)];
    Optional<Guard> guard =
        random.nextInt(3) > 0
            ? Optional.empty()
            : Optional.of(
                new Guard(
                    random.nextInt(3),
                    25 * random.nextInt(5),
                    Duration.ofSeconds(2 + random.nextInt(10)),
                    Duration.ofSeconds(20 + random.nextInt(40))));
    Optional<Damping> damping =
        random.nextInt(4) > 0
            ? Optional.empty()
            : Optional.of(new Damping(2 + random.nextInt(2), Duration.ofSeconds(expire)));
    return new GroupPlan(
        expire,
        Math.min(expire, 2 + random.nextInt(8)),
        random.nextBoolean() ? 0 : expire,
        guard,
        damping,
        random.nextInt(4) == 0 ? DrainingPolicy.REMOVE : DrainingPolicy.KEEP,
        random.nextInt(6) > 0,
        random.nextInt(4) == 0 ? 12 : 1_000);
  }

  private static WorkerPlan worker(RandomGenerator random, int number, int groups) {
    return new WorkerPlan(
        number < groups ? number : random.nextInt(groups),
        3 + random.nextInt(3),
        random.nextInt(3) * 10,
        random.nextInt(4) == 0,
        random.nextInt(3) == 0,
        random.nextInt(3) * 5,
        random.nextInt(5) > 0,
        random.nextInt(4) > 0);
  }

  private static long duration(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> 200_000_000L + random.nextLong(2 * SECOND);
      case 1 -> SECOND + random.nextLong(10 * SECOND);
      default -> 5 * SECOND + random.nextLong(40 * SECOND);
    };
  }

  /** The same, with these steps only. */
  Script with(List<Step> fewer) {
    return new Script(seed, groups, sites, workers, List.copyOf(fewer), busySeconds);
  }
}
