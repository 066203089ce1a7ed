package dev.rgap.simulation;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.Agents;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A host that announces its addresses: agents as they are, in a program that ends and starts. */
final class Worker {

  /**
   * What it announces to a group.
   *
   * @param literals its addresses; none for those that the host has
   * @param slowly whether its addresses come from a source that is not quick
   * @param checked whether only while it is well
   */
  record Entry(
      GroupId group,
      List<String> sites,
      List<IpAddress> literals,
      Duration interval,
      int jitter,
      boolean slowly,
      boolean checked,
      Duration drainFor,
      boolean goodbye) {}

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

  private final Host host;
  private final SimulatedNetwork network;
  private final Function<GroupId, PreSharedKey> keys;
  private final BiConsumer<Program, Throwable> thrown;
  private final long seed;
  private List<Entry> entries;
  private List<IpAddress> addresses;
  private boolean well = true;
  private boolean broken;
  private Resolver.State resolving = Resolver.State.WELL;

  private @Nullable Program program;
  private @Nullable Agents agents;
  private @Nullable Resolver resolver;
  private final Map<String, DatagramSink> sinks = new LinkedHashMap<>();
  private int starts;

  Worker(
      Host host,
      SimulatedNetwork network,
      Function<GroupId, PreSharedKey> keys,
      BiConsumer<Program, Throwable> thrown,
      long seed,
      List<Entry> entries,
      List<IpAddress> addresses) {
    this.host = host;
    this.network = network;
    this.keys = keys;
    this.thrown = thrown;
    this.seed = seed;
    this.entries = List.copyOf(entries);
    this.addresses = List.copyOf(addresses);
  }

  Host host() {
    return host;
  }

  String name() {
    return host.name();
  }

  boolean hasSlowSources() {
    return broken || entries.stream().anyMatch(Entry::slowly);
  }

  List<Entry> entries() {
    return entries;
  }

  @Nullable Program program() {
    return program;
  }

  boolean isRunning() {
    return program != null && program.isAlive();
  }

  // --- its program -------------------------------------------------------------------------------

  void start() {
    if (isRunning()) {
      return;
    }
    Program begun = new Program(host, "agent", thrown);
    program = begun;
    resolver = new Resolver(begun, network, resolving);
    sinks.clear();
    Agents made =
        new Agents(
            begun::scheduler, host, new Metrics(), new SplittableRandom(seed + 31L * starts++));
    agents = made;
    begun.run(() -> {
      var _ = made.become(plans());
    });
  }

  private List<Agents.Plan> plans() {
    List<Agents.Plan> plans = new ArrayList<>();
    for (Entry entry : entries) {
      // What decides is always the same file's text: a key is read again by the agent itself.
      plans.add(new Agents.Plan(entry, entry.group, builder(entry)));
    }
    return plans;
  }

  private Agent.Builder builder(Entry entry) {
    Agent.Builder builder =
        Agent.builder(entry.group, keys.apply(entry.group), entry.interval)
            .key(() -> keys.apply(entry.group))
            .clock(host)
            .jitter(entry.jitter)
            .drainFor(entry.drainFor)
            .goodbye(entry.goodbye);
    if (entry.literals.isEmpty()) {
      builder.addresses(new Interfaces(!entry.slowly));
    }
    for (IpAddress literal : entry.literals) {
      builder.addresses(AddressSource.of(literal));
    }
    for (String site : entry.sites) {
      builder.sink(sinks.computeIfAbsent(site, this::sink));
    }
    if (entry.checked) {
      builder.check(
          new HealthCheckConfig(new Check(), CHECK_INTERVAL, CHECK_INTERVAL, 1, 2, Duration.ZERO));
    }
    return builder;
  }

  private DatagramSink sink(String site) {
    if (resolver == null) {
      throw new IllegalStateException("not started");
    }
    return resolver.sink(site);
  }

  /** Ends it as by SIGTERM: it says goodbye. */
  void close() {
    Program ending = program;
    if (ending != null && ending.isRunning() && agents != null) {
      ending.run(agents::close);
      ending.kill();
    }
  }

  /** Ends it as by SIGKILL. */
  void kill() {
    if (program != null) {
      program.kill();
    }
  }

  /** Goes by other entries, from a file that is read again; returns when it does. */
  void reload(List<Entry> changed) {
    entries = List.copyOf(changed);
    if (program != null && agents != null) {
      Agents told = agents;
      program.runLater(() -> {
        var _ = told.become(plans());
      });
    }
  }

  void drain(boolean drains) {
    if (program != null && agents != null) {
      program.runLater(drains ? agents::drain : agents::undrain);
    }
  }

  boolean isDraining() {
    return isRunning() && agents != null && agents.isDraining();
  }

  // --- what it finds -----------------------------------------------------------------------------

  List<IpAddress> addresses() {
    return addresses;
  }

  void readdress(List<IpAddress> now) {
    addresses = List.copyOf(now);
  }

  /** Whether its interfaces can't be read. */
  void breakInterfaces(boolean are) {
    broken = are;
  }

  void beWell(boolean is) {
    well = is;
  }

  void resolve(Resolver.State how) {
    resolving = how;
    if (resolver != null) {
      resolver.become(how);
    }
  }

  private final class Interfaces implements AddressSource {
    private final boolean quick;

    Interfaces(boolean quick) {
      this.quick = quick;
    }

    @Override
    public List<IpAddress> find() throws IOException {
      if (broken) {
        throw new IOException("Too many open files");
      }
      return addresses;
    }

    @Override
    public String label() {
      return "iface";
    }

    @Override
    public boolean isQuick() {
      return quick;
    }
  }

  private final class Check implements HealthCheck {
    @Override
    public void run(Duration timeout) throws IOException {
      if (!well) {
        throw new IOException("status 500");
      }
    }

    @Override
    public String label() {
      return "http";
    }
  }
}
