package dev.rgap.cli.command.bench;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.command.AgentCommand;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.config.KeySource;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Announces many addresses to a listener, to show what load it bears. */
public final class BenchCommand implements Command {

  private static final List<String> SPOILS =
      Arrays.stream(LoadGenerator.Spoil.values()).map(LoadGenerator.Spoil::label).toList();

  private static final Flag ADDRESSES =
      Flag.text(
          "addresses",
          Flag.NO_LETTER,
          "N",
          "how many addresses: 10.0.0.0 and the ones after it, over and over (default 1000)");
  private static final Flag IPV6 =
      Flag.toggle("ipv6", Flag.NO_LETTER, "2001:db8:: and the ones after it instead");
  private static final Flag GROUPS =
      Flag.text(
          "groups",
          Flag.NO_LETTER,
          "N",
          "deal the addresses out to this many groups: ID and the ones after it (default 1)");
  private static final Flag RATE =
      Flag.text(
          "rate", Flag.NO_LETTER, "N", "datagrams a second; 0: as many as possible (default 1000)");
  private static final Flag DURATION =
      Flag.text(
          "duration",
          Flag.NO_LETTER,
          "DURATION",
          "when to end; 0: after each address was announced once (default 10s)");
  private static final Flag LOSS =
      Flag.text("loss", Flag.NO_LETTER, "P", "probability that a datagram is not sent (default 0)");
  private static final Flag DUPLICATE =
      Flag.text("duplicate", Flag.NO_LETTER, "P", "probability that one is sent twice (default 0)");
  private static final Flag REORDER =
      Flag.text(
          "reorder",
          Flag.NO_LETTER,
          "P",
          "probability that one is sent only after 1 to 32 later ones (default 0)");
  private static final Flag SEED =
      Flag.text(
          "seed", Flag.NO_LETTER, "N", "chooses which ones; the same for the same N (default 1)");
  private static final Flag SPOIL =
      Flag.choice(
          "spoil",
          "KIND",
          SPOILS,
          "flaw of all datagrams: none, signature, size, version or group (default none)");

  @Override
  public String summary() {
    return "announce many addresses to a listener, to measure what it can take";
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        AgentCommand.GROUP,
        AgentCommand.PSK,
        AgentCommand.PSK_FILE,
        ADDRESSES,
        IPV6,
        GROUPS,
        RATE,
        DURATION,
        LOSS,
        DUPLICATE,
        REORDER,
        SEED,
        SPOIL);
  }

  @Override
  public Operand operand() {
    return new Operand("HOST:PORT", true, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    InetSocketAddress to = destination(arguments.operands().getFirst());
    Impairment.Odds odds =
        new Impairment.Odds(
            FlagValues.probability(LOSS, arguments),
            FlagValues.probability(DUPLICATE, arguments),
            FlagValues.probability(REORDER, arguments));
    long seed = FlagValues.number(SEED, arguments, 1, 0, Long.MAX_VALUE);
    LoadGenerator.Load load = load(arguments, environment);
    Shutdown shutdown = environment.shutdown();
    shutdown.arm();
    try (DatagramChannel channel = open(to)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(AnnouncementCodec.SIZE);
      Impairment network =
          new Impairment(
              odds,
              seed,
              (datagram, length) -> channel.write(buffer.clear().put(datagram, 0, length).flip()));
      Duration elapsed =
          new LoadGenerator(
                  load, network, HostClock.system(), LockSupport::parkNanos, shutdown::requested)
              .run();
      environment.out().println(network.counts().summary(elapsed));
    }
    return 0;
  }

  private static LoadGenerator.Load load(Arguments arguments, Environment environment)
      throws Failure {
    GroupId group = AgentCommand.group(arguments);
    int max = LoadGenerator.MAX_ADDRESSES;
    int groups = (int) FlagValues.number(GROUPS, arguments, 1, 1, max);
    GroupId last = new GroupId(group.bits() + groups - 1);
    if (last.compareTo(group) < 0) {
      throw new Failure(
          "--groups: "
              + groups
              + " ids from "
              + group
              + " on exceed the greatest, "
              + new GroupId(-1));
    }
    String given = arguments.value(DURATION);
    Duration duration =
        given == null ? Duration.ofSeconds(10) : FlagValues.duration("--duration", given);
    if (duration.isNegative()) {
      throw new Failure(
          "--duration: '" + given + "' is less than 0; 0 announces each address once");
    }
    String spoil = arguments.value(SPOIL);
    return new LoadGenerator.Load(
        group.bits(),
        groups,
        (int) FlagValues.number(ADDRESSES, arguments, 1_000, 1, max),
        arguments.isOn(IPV6),
        FlagValues.number(RATE, arguments, 1_000, 0, LoadGenerator.MAX_RATE),
        duration,
        spoil == null
            ? LoadGenerator.Spoil.NONE
            : LoadGenerator.Spoil.valueOf(
                FlagValues.choice("--spoil", spoil, SPOILS).toUpperCase(Locale.ROOT)),
        KeySource.key(arguments, AgentCommand.PSK, AgentCommand.PSK_FILE, environment).key());
  }

  private static InetSocketAddress destination(String operand) throws Failure {
    Endpoint endpoint = FlagValues.endpoints("bench", List.of(operand)).getFirst();
    if (endpoint.via() != null) {
      throw new Failure("bench: '" + operand + "': the interface can't be chosen; omit the @");
    }
    if (endpoint.port() == 0) {
      throw new Failure("bench: '" + operand + "': port 0 can't be sent to");
    }
    try {
      // As for an agent, no host means this host.
      InetAddress host =
          endpoint.host().isEmpty()
              ? InetAddress.getLoopbackAddress()
              : InetAddress.getByName(endpoint.host());
      return new InetSocketAddress(host, endpoint.port());
    } catch (UnknownHostException e) {
      throw new Failure("bench: '" + operand + "': the name can't be resolved: " + e.getMessage());
    }
  }

  private static DatagramChannel open(InetSocketAddress to) throws IOException, Failure {
    DatagramChannel channel =
        DatagramChannel.open(
            to.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    try {
      channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
      return channel.connect(to);
    } catch (IOException e) {
      channel.close();
      throw new Failure("bench: can't send to " + to + ": " + e.getMessage());
    }
  }
}
