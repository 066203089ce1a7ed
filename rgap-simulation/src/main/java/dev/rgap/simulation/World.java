package dev.rgap.simulation;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hosts, networks and disks of a {@link Script}, what it does to them, and an {@link Oracle}
 * that watches.
 *
 * <pre>
 *   Script -> World.apply -> Worker: Agents -> SimulatedNetwork -> Site: Listener -> lists
 *                              Host: clocks       paths              Host, SimulatedDisk
 *                                    `---------- Timeline ----------'
 * </pre>
 */
final class World {

  private static final long SECOND = 1_000_000_000L;
  private static final long START_MICROS = 1_767_322_800_000_000L;

  /** Those of the first workers. */
  private static final IpNetwork SOME = IpNetwork.parse("10.0.0.0/14");

  /** The longest time anything needs to settle, beyond the times of the groups. */
  private static final long SETTLING = 30 * SECOND;

  private final Script script;
  private final Timeline timeline;
  private final Trace trace;
  private final Coverage coverage;
  private final Oracle oracle;
  private final SimulatedNetwork network;
  private final List<Site> sites = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, Worker> byName = new HashMap<>();
  private final List<GroupConfig> groups = new ArrayList<>();

  /** The keys of each group, the latest one last. */
  private final Map<GroupId, List<PreSharedKey>> keys = new HashMap<>();

  /** Which of them a worker signs with. */
  private final Map<String, Integer> keyOf = new HashMap<>();

  /** Which of them sites accept at least. */
  private int leastKey;

  private final Set<GroupId> rotating = new HashSet<>();
  private final Mischief mischief;
  private boolean calm;

  World(Script script, Trace trace, Coverage coverage) {
    this.script = script;
    this.trace = trace;
    this.coverage = coverage;
    this.timeline = new Timeline(this::isOver);
    this.oracle = new Oracle(timeline, trace, coverage);
    SplittableRandom random = new SplittableRandom(script.seed() * 31 + 7);
    this.network = new SimulatedNetwork(timeline, random.split(), this::sent);
    this.mischief = new Mischief(this);
    for (int i = 0; i < script.groups().size(); i++) {
      add(i, script.groups().get(i));
    }
    for (int i = 0; i < script.sites(); i++) {
      Host host = host("site-" + (i + 1), random);
      Site site = new Site(host, groups, oracle, oracle::thrown);
      network.add(site.name(), site);
      sites.add(site);
    }
    for (int i = 0; i < script.workers().size(); i++) {
      add(i, script.workers().get(i), random);
    }
  }

  private boolean isOver() {
    return oracle.violation() != null || timeline.isStuck();
  }

  private Host host(String name, SplittableRandom random) {
    // Now and then a monotonic clock that soon wraps around, as it may.
    long origin =
        random.nextInt(4) == 0
            ? Long.MAX_VALUE - random.nextLong(300 * SECOND)
            : random.nextLong(1L << 50);
    return new Host(timeline, name, origin, START_MICROS);
  }

  private void add(int number, Script.GroupPlan plan) {
    GroupId id = new GroupId(1_000 + number);
    List<PreSharedKey> known = new ArrayList<>(List.of(newKey(id, 0)));
    keys.put(id, known);
    groups.add(
        GroupConfig.of(id, known.get(0), Duration.ofSeconds(plan.expireSeconds()))
            .withClockSkew(Duration.ofSeconds(plan.skewSeconds()))
            .withReadinessDelay(Duration.ofSeconds(plan.readinessSeconds()))
            .withGuard(plan.guard().orElse(null))
            .withDamping(plan.damping().orElse(null))
            .withDraining(plan.draining())
            .withFarewells(plan.farewells())
            .withMaxMembers(plan.maxMembers()));
  }

  private List<PreSharedKey> keysOf(GroupId group) {
    return keys.getOrDefault(group, List.of());
  }

  /** One of them, or the latest if there are not so many. */
  private static PreSharedKey key(List<PreSharedKey> of, int number) {
    return of.get(Math.min(number, of.size() - 1));
  }

  private static PreSharedKey newKey(GroupId group, int number) {
    return PreSharedKey.parseHex(
        "%016x%016x%032x".formatted(group.bits(), number, 0x5eedL + number));
  }

  private void add(int number, Script.WorkerPlan plan, SplittableRandom random) {
    String name = "worker-" + (number + 1);
    GroupConfig group = groups.get(plan.group());
    List<String> to = new ArrayList<>();
    for (Site site : sites) {
      if (to.isEmpty() || plan.everywhere()) {
        to.add(site.name());
      }
    }
    Worker.Entry entry =
        new Worker.Entry(
            group.id(),
            to,
            List.of(),
            group.expire().dividedBy(plan.parts()),
            plan.jitter(),
            plan.slowly(),
            plan.checked(),
            Duration.ofSeconds(plan.drainSeconds()),
            plan.goodbye());
    Worker worker =
        new Worker(
            host(name, random),
            network,
            id -> key(keysOf(id), keyOf.getOrDefault(name, 0)),
            oracle::thrown,
            random.nextLong(),
            List.of(entry),
            List.of(own(number, 0)));
    workers.add(worker);
    byName.put(name, worker);
  }

  /** An address that no other worker has. */
  private static IpAddress own(int worker, int number) {
    return IpAddress.ofIpv4(0x0a00_0000 | (worker + 1) << 16 | (number & 0xffff));
  }

  private void sent(String from, String to, List<byte[]> datagrams) {
    Worker worker = byName.get(from);
    if (worker != null) {
      oracle.sent(worker, datagrams, to);
    }
  }

  // --- from the beginning to the end -------------------------------------------------------------

  /** Lets all of it happen. Returns what must not be, or null. */
  @Nullable Violation run() {
    Logs.to(oracle::said);
    try {
      sites.forEach(Site::start);
      workers.forEach(Worker::start);
      for (Script.Step step : script.steps()) {
        timeline.fromOutside(step.at(), () -> apply(step));
      }
      long busy = script.busySeconds() * SECOND;
      for (long at = SECOND; at < busy + settling(); at += SECOND) {
        timeline.fromOutside(at, this::look);
      }
      timeline.fromOutside(busy, this::calm);
      timeline.runUntil(busy + settling());
      oracle.timePassed();
      agree();
      sites.forEach(oracle::count);
      return oracle.violation();
    } finally {
      Logs.to(null);
    }
  }

  private void look() {
    workers.forEach(oracle::hadUntilNow);
    sites.forEach(oracle::look);
  }

  private long settling() {
    long longest = 0;
    for (GroupConfig group : groups) {
      long hold =
          group.guard() == null ? 0 : group.guard().hold().plus(group.guard().window()).toNanos();
      // What was known of late, then what is restored, and whoever has damping to pass.
      longest = Math.max(longest, 4 * group.expire().toNanos() + 2 * hold);
    }
    return longest + SETTLING;
  }

  private void calm() {
    trace.add(timeline, "world", () -> "all calms down");
    calm = true;
    for (Site site : sites) {
      site.disk().fail(false);
      site.disk().fill(Integer.MAX_VALUE);
      site.disk().spare();
      site.refuse(false);
      site.limitBuffer(1_000);
      Program program = site.program();
      if (program != null && program.isAlive() && !program.isRunning()) {
        settle(site.host());
        oracle.goesOn(site);
        program.goOn();
      } else {
        settle(site.host());
        site.start();
      }
      site.reload(accepting(groups), true);
      workers.forEach(
          worker -> network.change(worker.name(), site.name(), SimulatedNetwork.Path.GOOD));
    }
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      worker.resolve(Resolver.State.WELL);
      worker.breakInterfaces(false);
      worker.beWell(true);
      settle(worker.host());
      if (worker.isRunning() && worker.program() != null) {
        worker.program().goOn();
        worker.drain(false);
      } else {
        worker.start();
      }
      if (worker.addresses().isEmpty()) {
        worker.readdress(List.of(own(i, 0)));
      }
    }
  }

  private void settle(Host host) {
    if (host.isAsleep()) {
      host.wake();
    }
    host.drift(0);
    host.step(-host.errorMicros(START_MICROS));
  }

  private void agree() {
    for (Site site : sites) {
      for (GroupConfig group : groups) {
        Set<IpAddress> expected = new HashSet<>();
        for (Worker worker : workers) {
          for (Worker.Entry entry : worker.entries()) {
            if (entry.group().equals(group.id()) && entry.sites().contains(site.name())) {
              expected.addAll(worker.addresses());
            }
          }
        }
        if (!isOver()) {
          oracle.agree(site, group.id(), expected);
        }
      }
    }
  }

  /** These groups, with the keys that are accepted now. */
  private List<GroupConfig> accepting(List<GroupConfig> plain) {
    List<GroupConfig> with = new ArrayList<>();
    for (GroupConfig group : plain) {
      List<PreSharedKey> all = keysOf(group.id());
      with.add(
          group.withKeys(List.copyOf(all.subList(Math.min(leastKey, all.size() - 1), all.size()))));
    }
    return with;
  }

  // --- what is done to it ------------------------------------------------------------------------

  private void apply(Script.Step step) {
    if (calm) {
      return;
    }
    coverage.add("fault: " + step.fault(), 1);
    Worker worker = workers.get(step.target() % workers.size());
    Site site = sites.get(step.target() % sites.size());
    SplittableRandom random = new SplittableRandom(step.amount());
    trace.add(
        timeline,
        "world",
        () ->
            step.fault()
                + ", "
                + worker.name()
                + " or "
                + site.name()
                + ", "
                + step.nanos() / 1_000_000
                + " ms");
    switch (step.fault()) {
      case AGENT_KILLED -> {
        worker.kill();
        after(step, worker::start);
      }
      case AGENT_RESTARTED -> {
        worker.close();
        after(step, worker::start);
      }
      case AGENT_STOPPED -> {
        Program stopped = worker.program();
        if (stopped != null) {
          stopped.stop();
          after(step, stopped::goOn);
        }
      }
      case AGENT_RELOADED -> {
        List<Worker.Entry> before = worker.entries();
        worker.reload(changed(before, random));
        after(step, () -> worker.reload(before));
      }
      case AGENT_DRAINED -> {
        worker.drain(true);
        after(step, () -> worker.drain(false));
      }
      case AGENT_UNWELL -> {
        worker.beWell(false);
        after(step, () -> worker.beWell(true));
      }
      case WORKER_SLEEPS -> {
        if (!worker.host().isAsleep()) {
          worker.host().sleep();
          after(step, () -> wake(worker.host()));
        }
      }
      case WORKER_CLOCK_STEPS -> step(worker.host(), random, step);
      case WORKER_CLOCK_DRIFTS -> drift(worker.host(), random, step);
      case ADDRESS_CHANGES ->
          readdress(worker, List.of(own(step.target() % workers.size(), random.nextInt(1, 200))));
      case ADDRESS_GOES -> {
        List<IpAddress> before = worker.addresses();
        readdress(worker, List.of());
        after(step, () -> readdress(worker, before));
      }
      case ADDRESS_MORE -> {
        List<IpAddress> more = new ArrayList<>(worker.addresses());
        IpAddress another = own(step.target() % workers.size(), random.nextInt(1, 200));
        if (!more.contains(another)) {
          more.add(another);
        }
        readdress(worker, more);
      }
      case INTERFACES_UNREADABLE -> {
        worker.breakInterfaces(true);
        after(step, () -> worker.breakInterfaces(false));
      }
      case RESOLVER_SLOW -> resolver(worker, Resolver.State.SLOW, step);
      case RESOLVER_DEAD -> {
        resolver(worker, Resolver.State.DEAD, step);
        if (random.nextBoolean()) {
          worker.kill();
          worker.start(); // knows no address
        }
      }
      case LOSS ->
          path(
              worker,
              site,
              new SimulatedNetwork.Path(10 + random.nextInt(80), 0, 100_000, 400_000),
              step);
      case DELAY ->
          path(
              worker,
              site,
              new SimulatedNetwork.Path(0, 0, SECOND / 2, SECOND / 2 + random.nextLong(3 * SECOND)),
              step);
      case REORDERING -> path(worker, site, new SimulatedNetwork.Path(0, 10, 0, 2 * SECOND), step);
      case DUPLICATION ->
          path(worker, site, new SimulatedNetwork.Path(0, 70, 100_000, 800_000), step);
      case PATH_CUT -> path(worker, site, SimulatedNetwork.Path.CUT, step);
      case SITE_CUT_OFF ->
          workers.forEach(each -> path(each, site, SimulatedNetwork.Path.CUT, step));
      case LISTENER_KILLED -> {
        site.kill();
        after(step, site::start);
      }
      case LISTENER_KILLED_WRITING -> {
        site.disk().killAfter(random.nextInt(600));
        after(
            step,
            () -> {
              site.disk().spare();
              site.start();
            });
      }
      case LISTENER_RESTARTED -> {
        site.close();
        after(step, site::start);
      }
      case LISTENER_STOPPED -> stop(site, step.nanos());
      case LISTENER_STARVED -> {
        for (int i = 0; i < 8; i++) {
          long length = 100_000_000L + random.nextLong(2 * SECOND);
          timeline.fromOutside(
              timeline.now() + 3L * i * SECOND,
              () -> {
                if (!calm) {
                  stop(site, length);
                }
              });
        }
      }
      case HOST_CRASHES -> {
        site.kill();
        site.disk().tear(random);
        oracle.torn(site);
        after(step, site::start);
      }
      case SITE_SLEEPS -> {
        if (!site.host().isAsleep()) {
          oracle.pauses(site);
          site.host().sleep();
          after(
              step,
              () -> {
                wake(site.host());
                oracle.goesOn(site);
              });
        }
      }
      case SITE_CLOCK_STEPS -> step(site.host(), random, step);
      case SITE_CLOCK_DRIFTS -> drift(site.host(), random, step);
      case BUFFER_SMALL -> {
        site.limitBuffer(random.nextInt(4));
        after(step, () -> site.limitBuffer(1_000));
      }
      case DISK_FAILS -> {
        site.disk().fail(true);
        after(step, () -> site.disk().fail(false));
      }
      case DISK_FULL -> {
        site.disk().fill(random.nextInt(400));
        after(step, () -> site.disk().fill(Integer.MAX_VALUE));
      }
      case OUTPUT_REFUSES -> {
        site.refuse(true);
        after(step, () -> site.refuse(false));
      }
      case RELOAD_SAME -> site.reload(site.groups(), site.keepsState());
      case RELOAD_EXPIRE, RELOAD_RULES, RELOAD_ADDRESSES, RELOAD_WITHOUT_GROUP -> {
        site.reload(accepting(changedGroups(step.fault(), random)), site.keepsState());
        after(step, () -> site.reload(accepting(groups), site.keepsState()));
      }
      case RELOAD_WITHOUT_STATE -> {
        site.reload(site.groups(), false);
        after(step, () -> site.reload(site.groups(), true));
      }
      case KEYS_ROTATED -> rotate(step);
      case REPLAYER -> mischief.replay(site, random, step.nanos());
      case FORGER -> mischief.forge(site, random, step.nanos());
      case OTHER_KEY -> mischief.useOtherKey(site, random, step.nanos());
      case KEY_HOLDER -> mischief.useKey(site, random, step.nanos());
    }
  }

  private void after(Script.Step step, Runnable undone) {
    timeline.fromOutside(
        timeline.now() + step.nanos(),
        () -> {
          if (!calm) {
            trace.add(timeline, "world", () -> step.fault() + " is over");
            undone.run();
          }
        });
  }

  private void wake(Host host) {
    if (host.isAsleep()) {
      host.wake();
    }
  }

  private void readdress(Worker worker, List<IpAddress> now) {
    oracle.hadUntilNow(worker);
    worker.readdress(now);
  }

  private static List<Worker.Entry> changed(List<Worker.Entry> before, SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      return List.of();
    }
    List<Worker.Entry> others = new ArrayList<>();
    for (Worker.Entry each : before) {
      others.add(
          new Worker.Entry(
              each.group(),
              each.sites(),
              each.literals(),
              each.interval().multipliedBy(3).dividedBy(4),
              each.jitter(),
              !each.slowly(),
              each.checked(),
              each.drainFor(),
              each.goodbye()));
    }
    return others;
  }

  private List<GroupConfig> changedGroups(Fault how, SplittableRandom random) {
    List<GroupConfig> changed = new ArrayList<>();
    for (GroupConfig group : groups) {
      changed.add(
          switch (how) {
            case RELOAD_EXPIRE -> expiring(group, random.nextBoolean());
            case RELOAD_RULES -> group.withGuard(null).withDamping(null);
            case RELOAD_ADDRESSES -> group.withAddresses(List.of(SOME));
            default -> group;
          });
    }
    if (how == Fault.RELOAD_WITHOUT_GROUP && changed.size() > 1) {
      var _ = changed.remove(random.nextInt(changed.size()));
    }
    return changed;
  }

  private static GroupConfig expiring(GroupConfig like, boolean longer) {
    Duration expire =
        longer ? like.expire().multipliedBy(2) : like.expire().multipliedBy(3).dividedBy(4);
    return GroupConfig.of(like.id(), like.key(), expire)
        .withClockSkew(like.clockSkew())
        .withReadinessDelay(like.readinessDelay())
        .withGuard(like.guard())
        .withDamping(like.damping())
        .withDraining(like.draining())
        .withFarewells(like.farewells())
        .withMaxMembers(like.maxMembers());
  }

  private void step(Host host, SplittableRandom random, Script.Step step) {
    long micros = random.nextLong(20_000_000) - 10_000_000;
    if (random.nextInt(4) == 0) {
      micros *= 360;
    }
    long by = micros;
    host.step(by);
    after(step, () -> host.step(-by));
  }

  private void drift(Host host, SplittableRandom random, Script.Step step) {
    host.drift(random.nextInt(-20_000, 20_000));
    after(
        step,
        () -> {
          host.drift(0);
          host.step(-host.errorMicros(START_MICROS));
        });
  }

  private void resolver(Worker worker, Resolver.State state, Script.Step step) {
    worker.resolve(state);
    after(step, () -> worker.resolve(Resolver.State.WELL));
  }

  private void path(Worker from, Site to, SimulatedNetwork.Path path, Script.Step step) {
    network.change(from.name(), to.name(), path);
    after(step, () -> network.change(from.name(), to.name(), SimulatedNetwork.Path.GOOD));
  }

  private void stop(Site site, long nanos) {
    Program program = site.program();
    if (program == null || !program.isRunning()) {
      return;
    }
    oracle.pauses(site);
    program.stop();
    timeline.fromOutside(
        timeline.now() + nanos,
        () -> {
          if (!calm && program.isAlive()) {
            oracle.goesOn(site);
            program.goOn();
          }
        });
  }

  /** First all accept it, then all use it, then nobody accepts the one before any more. */
  private void rotate(Script.Step step) {
    if (!rotating.isEmpty()) {
      return;
    }
    for (GroupConfig group : groups) {
      rotating.add(group.id());
      List<PreSharedKey> known = keysOf(group.id());
      known.add(newKey(group.id(), known.size()));
    }
    int latest = keysOf(groups.get(0).id()).size() - 1;
    sites.forEach(site -> site.reload(accepting(site.groups()), site.keepsState()));
    for (int i = 0; i < workers.size(); i++) {
      String name = workers.get(i).name();
      timeline.fromOutside(timeline.now() + (i + 2) * SECOND, () -> keyOf.put(name, latest));
    }
    timeline.fromOutside(
        timeline.now() + 60 * SECOND + step.nanos(),
        () -> {
          leastKey = latest;
          rotating.clear();
          sites.forEach(site -> site.reload(accepting(site.groups()), site.keepsState()));
        });
  }

  // --- for those who mean no good ----------------------------------------------------------------

  Timeline timeline() {
    return timeline;
  }

  SimulatedNetwork network() {
    return network;
  }

  boolean isCalm() {
    return calm;
  }

  List<GroupConfig> groups() {
    return groups;
  }

  /** The key with which a group's workers sign who are not behind. */
  PreSharedKey latestKey(GroupId group) {
    return key(keysOf(group), leastKey);
  }

  /** An address of one of the workers. */
  IpAddress anAddress(SplittableRandom random) {
    List<IpAddress> all = workers.get(random.nextInt(workers.size())).addresses();
    return all.isEmpty() ? own(0, 0) : all.get(random.nextInt(all.size()));
  }

  /** Calls at about each interval for some time. */
  void repeat(long nanos, long interval, Consumer<Integer> what) {
    int times = (int) Math.min(200, nanos / interval);
    for (int i = 0; i < times; i++) {
      int time = i;
      timeline.at(
          timeline.now() + i * interval,
          () -> {
            if (!calm) {
              what.accept(time);
            }
          });
    }
  }
}
