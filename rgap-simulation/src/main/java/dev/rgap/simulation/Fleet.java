package dev.rgap.simulation;

import dev.rgap.listener.Changes;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A large fleet for a long time: too many to look at each datagram, so all that is looked at is
 * whether all agree at the end.
 *
 * <p>{@value #PER_PROGRAM} agents run in each program, as those of one file do, and announce every
 * two minutes. Every six minutes something is done to a worker or to a site.
 */
final class Fleet implements Site.Observer {

  private static final int PER_PROGRAM = 100;
  private static final long SECOND = 1_000_000_000L;
  private static final Duration INTERVAL = Duration.ofMinutes(2);
  private static final Duration EXPIRE = Duration.ofMinutes(7);
  private static final long PAUSE = 360 * SECOND;
  private static final long CALM = 1_800 * SECOND;
  private static final long EPOCH_MICROS = 1_767_322_800_000_000L;
  private static final GroupId GROUP = new GroupId(1_000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("5eed".repeat(16));

  private final List<Worker> workers = new ArrayList<>();
  private final List<Site> sites = new ArrayList<>();

  /** In ascending order. */
  private final List<IpAddress> all = new ArrayList<>();

  private final SplittableRandom random = new SplittableRandom(1);
  private final Timeline timeline = new Timeline(() -> false);
  private final SimulatedNetwork network = new SimulatedNetwork(timeline, random.split(), null);
  private @Nullable Throwable thrown;
  private long datagrams;
  private long events;
  private int faults;

  private Fleet(int agents, int listeners) {
    List<String> names = new ArrayList<>();
    GroupConfig group =
        GroupConfig.of(GROUP, KEY, EXPIRE).withMaxMembers(2 * agents).withReadinessDelay(EXPIRE);
    for (int i = 1; i <= listeners; i++) {
      Site site = new Site(host("site-" + i), List.of(group), this, (program, e) -> thrown = e);
      site.limitBuffer(4 * agents);
      network.add(site.name(), site);
      sites.add(site);
      names.add(site.name());
    }
    for (int from = 0; from < agents; from += PER_PROGRAM) {
      List<Worker.Entry> entries = new ArrayList<>();
      for (int i = from; i < Math.min(agents, from + PER_PROGRAM); i++) {
        IpAddress address = IpAddress.ofIpv4(0x0a00_0000 + i);
        all.add(address);
        entries.add(
            new Worker.Entry(
                GROUP, names, List.of(address), INTERVAL, 10, false, false, Duration.ZERO, true));
      }
      workers.add(
          new Worker(
              host("worker-" + workers.size()),
              network,
              id -> KEY,
              (program, e) -> thrown = e,
              from,
              entries,
              List.of()));
    }
  }

  private Host host(String name) {
    return new Host(timeline, name, random.nextLong(1L << 50), EPOCH_MICROS);
  }

  /**
   * Runs one.
   *
   * @return 0 if all agree at the end, else 1
   */
  static int run(PrintStream out, int agents, int listeners, int hours) {
    if (agents < 1 || listeners < 1 || hours < 1) {
      throw new IllegalArgumentException("fleet: agents, listeners and hours are at least 1");
    }
    return new Fleet(agents, listeners).run(out, Duration.ofHours(hours).toNanos());
  }

  private int run(PrintStream out, long nanos) {
    sites.forEach(Site::start);
    workers.forEach(Worker::start);
    for (long at = PAUSE; at < nanos - CALM; at += PAUSE) {
      timeline.fromOutside(at, this::disturb);
    }
    timeline.runUntil(nanos);
    boolean agreed = thrown == null;
    for (Site site : sites) {
      agreed &= site.membership().snapshot(GROUP).addresses().equals(all);
    }
    out.printf(
        "%d agents, %d listeners, %d h: %d datagrams, %d events, %d faults on the way; %s%n",
        all.size(),
        sites.size(),
        nanos / 3_600 / SECOND,
        datagrams,
        events,
        faults,
        thrown != null ? thrown : agreed ? "all agree" : "NOT ALL AGREE");
    return agreed ? 0 : 1;
  }

  private void disturb() {
    faults++;
    Worker worker = workers.get(random.nextInt(workers.size()));
    Site site = sites.get(random.nextInt(sites.size()));
    long length = SECOND + random.nextLong(PAUSE / 2);
    switch (random.nextInt(5)) {
      case 0 -> {
        worker.kill();
        timeline.fromOutside(timeline.now() + length, worker::start);
      }
      case 1 -> {
        worker.close();
        timeline.fromOutside(timeline.now() + length, worker::start);
      }
      case 2 -> {
        site.kill();
        timeline.fromOutside(timeline.now() + length, site::start);
      }
      case 3 -> {
        network.change(worker.name(), site.name(), SimulatedNetwork.Path.CUT);
        timeline.fromOutside(
            timeline.now() + length,
            () -> network.change(worker.name(), site.name(), SimulatedNetwork.Path.GOOD));
      }
      default -> {
        site.stop();
        timeline.fromOutside(timeline.now() + length, site::goOn);
      }
    }
  }

  @Override
  public void starting(Site site) {}

  @Override
  public void started(Site site) {}

  @Override
  public void reloads(Site site, Supplier<Changes> reload) {
    var _ = reload.get();
  }

  @Override
  public void arrives(Site site, byte[] datagram) {
    datagrams++;
  }

  @Override
  public void dealtWith(Site site, byte[] datagram) {}

  @Override
  public void happened(Site site, MembershipEvent event) {
    events++;
  }

  @Override
  public void published(Site site, GroupSnapshot group) {}

  @Override
  public void wrote(Site site, byte[] members) {}
}
