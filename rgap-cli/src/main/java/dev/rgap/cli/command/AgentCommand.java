package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.config.ChangingKey;
import dev.rgap.cli.config.KeySource;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.config.Percentage;
import dev.rgap.http.HttpApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.UnreachableAddress;
import dev.rgap.text.DurationText;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import java.io.IOException;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Announces this host, once or at each interval. */
public final class AgentCommand implements Command {

  public static final Flag GROUP =
      Flag.text("group", 'g', "ID", "group to announce to (default 0)");
  public static final Flag PSK =
      Flag.secret(
          "psk", 'k', "HEX", "pre-shared key of the group; others may see arguments (RGAP_PSK)");
  public static final Flag PSK_FILE =
      Flag.file("psk-file", Flag.NO_LETTER, "file with the key, - for stdin (RGAP_PSK_FILE)");
  static final Flag INTERVAL =
      Flag.text("interval", 'i', "DURATION", "how often, such as 5s; 0 or less: once (default 0)");
  static final Flag DST =
      Flag.texts(
          "dst",
          'd',
          "HOST:PORT[@IFACE]",
          "destination, can be repeated (default 239.82.71.65:8271)");
  static final Flag TTL =
      Flag.text(
          "ttl",
          Flag.NO_LETTER,
          "HOPS",
          "networks that multicast passes, 0 to 255 (default 1: behind no router)");

  static final Flag NO_GOODBYE =
      Flag.toggle(
          "no-goodbye",
          Flag.NO_LETTER,
          "at its end, leave listeners to wait until the last announcement is over");

  static final Flag JITTER =
      Flag.text(
          "jitter",
          Flag.NO_LETTER,
          "PERCENT",
          "by how much an interval may be shorter, at random: 0% to 50% (default 10%)");

  static final Flag DRAIN_FOR =
      Flag.text(
          "drain-for",
          Flag.NO_LETTER,
          "DURATION",
          "how long it says that it drains, when it is stopped, before it says goodbye (default 0)");

  /** Here and not beside its reader: an agent that goes by flags loads nothing of files. */
  static final Flag CONFIG =
      Flag.file("config", 'c', "file that says what is announced, in place of other flags");

  static final Flag LOCAL_SOCKET =
      Flag.toggle(
          "local-socket",
          Flag.NO_LETTER,
          "can be asked by 'rgap status' and drained by 'rgap drain', as one with a file always can");

  static final Flag ONCE =
      Flag.toggle(
          "once", Flag.NO_LETTER, "announce once, whatever the interval, and print what was sent");

  static final Flag DRY_RUN =
      Flag.toggle(
          "dry-run",
          Flag.NO_LETTER,
          "send nothing; print what would be announced to whom as things are, and why not");

  private static final Duration SHORTEST = Duration.ofMillis(1);

  private static final int DEFAULT_JITTER = 10;
  private static final int MOST_JITTER = 50;

  /** About a century, as in a configuration. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  @Override
  public String summary() {
    return "announce an address to a group";
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        GROUP,
        AddressArguments.ADDRESS,
        PSK,
        PSK_FILE,
        INTERVAL,
        JITTER,
        DST,
        TTL,
        NO_GOODBYE,
        DRAIN_FOR,
        LOCAL_SOCKET,
        CONFIG,
        ONCE,
        DRY_RUN);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    if (arguments.value(CONFIG) != null || arguments.isOn(ONCE) || arguments.isOn(DRY_RUN)) {
      return AgentTrial.orService(arguments, environment);
    }
    Duration interval = interval(arguments);
    if (interval.isPositive()) {
      environment.shutdown().serve();
    }
    GroupId group = group(arguments);
    int hops = hops(arguments);
    List<String> given = arguments.values(DST);
    List<DatagramSink> sinks = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    boolean anyName = false;
    if (given.isEmpty()) {
      sinks.add(new UdpSink(Endpoint.DEFAULT, hops));
      hosts.add(Endpoint.DEFAULT.host());
    }
    for (String destination : given) {
      try {
        Endpoint endpoint = Endpoint.parse(destination);
        sinks.add(new UdpSink(endpoint, hops));
        hosts.add(endpoint.host());
        anyName |= isName(endpoint.host());
      } catch (IllegalArgumentException e) {
        sinks.add(new BadDestination(destination, "--dst: " + e.getMessage()));
      }
    }
    AddressArguments addresses = AddressArguments.of(arguments, environment, hosts);
    KeySource.Given key = KeySource.key(arguments, PSK, PSK_FILE, environment);
    if (addresses.literal() != null) {
      warnIfUnreachable(addresses.literal(), environment);
    }
    Agent.Builder agent =
        builder(addresses, group, key.key(), interval)
            .signer(AnnouncementSigner.quickStart())
            .sinks(sinks)
            .goodbye(!arguments.isOn(NO_GOODBYE))
            .drainFor(drainFor(arguments));
    if (arguments.value(JITTER) != null) {
      agent.jitter(jitter(arguments));
    }
    if (!interval.isPositive()) {
      return announceOnce(agent.build(), environment);
    }
    if (key.file() != null) {
      agent.key(new ChangingKey(key.file(), key.key(), HostClock.system()));
    }
    String status =
        addresses.literal() == null
            ? "announcing to group " + group
            : "announcing " + addresses.literal() + " to group " + group;
    Duration drainFor = drainFor(arguments);
    environment.shutdown().allow(drainFor);
    Metrics metrics = arguments.isOn(LOCAL_SOCKET) ? new Metrics() : null;
    if (metrics != null) {
      agent.metrics(metrics);
    }
    return announceUntilStopped(agent.build(), metrics, drainFor, status, anyName, environment);
  }

  private static Agent.Builder builder(
      AddressArguments addresses, GroupId group, PreSharedKey key, Duration interval) {
    IpAddress literal = addresses.literal();
    if (literal != null) {
      return Agent.builder(new AgentConfig(group, literal, key, interval));
    }
    Agent.Builder agent = Agent.builder(group, key, interval);
    for (AddressSource source : addresses.sources()) {
      agent.addresses(source);
    }
    return agent;
  }

  private static int announceOnce(Agent agent, Environment environment) {
    List<IOException> failures = agent.announceOnce();
    for (IOException failure : failures) {
      environment.error(String.valueOf(failure.getMessage()));
    }
    return failures.isEmpty() ? 0 : 1;
  }

  /**
   * Announces until it is stopped.
   *
   * @param metrics its numbers, which those are told who ask it; null if it can't be asked
   */
  private static int announceUntilStopped(
      Agent agent,
      @Nullable Metrics metrics,
      Duration drainFor,
      String status,
      boolean anyName,
      Environment environment) {
    environment.shutdown().outliveOthers();
    environment.shutdown().arm();
    if (anyName) {
      forgetAddresses();
    }
    HostClock clock = HostClock.system();
    ServiceManager manager = ServiceManager.of(environment);
    try (agent) {
      agent.start(new Threads(clock, manager));
      if (manager.isPresent()) {
        AgentReports.awaitFirst(agent::awaitFirstRound, environment.shutdown());
        manager.ready();
        manager.status(status);
      }
      try (HttpApi _ = metrics == null ? null : AgentApi.open(agent, metrics, environment)) {
        awaitEnd(agent, manager, environment);
        if (drainFor.isPositive()) {
          Draining.await(
              agent::drain, () -> List.of(agent.report()), drainFor, environment, manager);
        } else {
          manager.stopping();
        }
        agent.leave(); // goodbye does not wait for those who ask
      }
    }
    return 0;
  }

  private static void awaitEnd(Agent agent, ServiceManager manager, Environment environment) {
    if (!manager.isPresent()) {
      environment.shutdown().await();
      return;
    }
    try (Scheduler scheduler = Scheduler.onThread(AgentReports.THREAD, HostClock.system())) {
      AgentReports.tell(manager, () -> List.of(agent.report()), () -> "", scheduler);
      environment.shutdown().await();
    }
  }

  /**
   * Makes the agent's threads, and has the one that makes the announcements tell that it is alive.
   * No lambda, which would be made at each start.
   */
  private record Threads(HostClock clock, ServiceManager manager)
      implements Function<String, Scheduler> {
    @Override
    public Scheduler apply(String name) {
      return name.startsWith(Agent.ADDRESS_THREAD)
          ? Scheduler.onVirtualThread(name, clock) // which the end does not wait for
          : watched(name, Scheduler.onThread(name, clock), manager);
    }
  }

  /** Has the thread that makes the announcements tell that it is alive. */
  static Scheduler watched(String name, Scheduler scheduler, ServiceManager manager) {
    Duration half = manager.watchdog().dividedBy(2);
    if (name.equals(Agent.THREAD) && half.isPositive()) {
      scheduler.every(half, new Sign(manager));
    }
    return scheduler;
  }

  private record Sign(ServiceManager manager) implements Runnable {
    @Override
    public void run() {
      manager.alive();
    }
  }

  /**
   * Sets how long the JDK remembers what it looked up to no time, unless its configuration says so
   * already, as that of the packaged program does: setting it looks for a logger, which takes time.
   */
  static void forgetAddresses() {
    forgetAddresses("networkaddress.cache.ttl");
    forgetAddresses("networkaddress.cache.negative.ttl");
  }

  private static void forgetAddresses(String property) {
    if (!"0".equals(Security.getProperty(property))) {
      Security.setProperty(property, "0");
    }
  }

  private static boolean isName(String host) {
    try {
      IpAddress.parse(host);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** The group that is meant; 0 if none is given. */
  public static GroupId group(Arguments arguments) throws Failure {
    String value = arguments.value(GROUP);
    try {
      return value == null ? new GroupId(0) : GroupId.parse(value);
    } catch (IllegalArgumentException e) {
      throw new Failure("--group: '" + value + "': " + e.getMessage());
    }
  }

  static void warnIfUnreachable(IpAddress address, Environment environment) {
    String kind = UnreachableAddress.kind(address.high(), address.low());
    if (kind != null) {
      environment.warning(
          address + " is " + kind + ": no other host can reach this one there; announcing it");
    }
  }

  static int hops(Arguments arguments) throws Failure {
    return (int) FlagValues.number(TTL, arguments, UdpSink.DEFAULT_HOPS, 0, 255);
  }

  static Duration drainFor(Arguments arguments) throws Failure {
    String value = arguments.value(DRAIN_FOR);
    Duration given = value == null ? Duration.ZERO : FlagValues.duration("--drain-for", value);
    if (given.isNegative() || given.compareTo(LONGEST) > 0) {
      throw new Failure(
          "--drain-for: '" + value + "' must be from 0 to " + DurationText.format(LONGEST));
    }
    return given;
  }

  static int jitter(Arguments arguments) throws Failure {
    String value = arguments.value(JITTER);
    try {
      int percent = value == null ? DEFAULT_JITTER : Percentage.parse(value).value();
      if (percent <= MOST_JITTER) {
        return percent;
      }
    } catch (IllegalArgumentException e) {
      // As below.
    }
    throw new Failure("--jitter: '" + value + "' must be a percentage from 0% to 50%, such as 10%");
  }

  static Duration interval(Arguments arguments) throws Failure {
    String value = arguments.value(INTERVAL);
    Duration interval = value == null ? Duration.ZERO : FlagValues.duration("--interval", value);
    if (interval.isPositive() && interval.compareTo(SHORTEST) < 0) {
      throw new Failure(
          "--interval: '"
              + value
              + "' must be at least "
              + DurationText.format(SHORTEST)
              + ", or 0 to announce once");
    }
    if (interval.compareTo(LONGEST) > 0) {
      throw new Failure(
          "--interval: '" + value + "' must be at most " + DurationText.format(LONGEST));
    }
    return interval;
  }

  /** A destination that can't be understood: sending fails, to this one only. */
  private record BadDestination(String label, String problem) implements DatagramSink {
    @Override
    public void send(byte[] datagram, Duration timeout) throws IOException {
      throw new IOException(problem);
    }
  }
}
