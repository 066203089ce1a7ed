package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.config.AgentFile;
import dev.rgap.cli.config.KeySource;
import dev.rgap.cli.process.Environment;
import dev.rgap.transport.Endpoint;
import dev.rgap.worker.config.AgentEntry;
import dev.rgap.worker.config.AgentKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What an agent does besides announcing by flags: it goes by a file, or it only tries, once, what
 * either of them says.
 */
final class AgentTrial {

  /** What a file says itself. */
  private static final List<Flag> OF_ENTRIES =
      List.of(
          AgentCommand.GROUP,
          AddressArguments.ADDRESS,
          AgentCommand.PSK,
          AgentCommand.PSK_FILE,
          AgentCommand.INTERVAL,
          AgentCommand.JITTER,
          AgentCommand.DST,
          AgentCommand.TTL,
          AgentCommand.NO_GOODBYE,
          AgentCommand.DRAIN_FOR);

  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private AgentTrial() {}

  /** Does what the arguments ask for. */
  static int orService(Arguments arguments, Environment environment) throws Failure, IOException {
    String file = arguments.value(AgentCommand.CONFIG);
    boolean once = arguments.isOn(AgentCommand.ONCE);
    boolean dryRun = arguments.isOn(AgentCommand.DRY_RUN);
    if (once && dryRun) {
      throw new Failure("--once can't be given together with --dry-run");
    }
    if (file == null) {
      List<AgentEntry> entries = List.of(entry(arguments, environment));
      return once ? AgentOnce.run(entries, environment) : AgentDryRun.run(entries, environment);
    }
    for (Flag flag : OF_ENTRIES) {
      if (arguments.value(flag) != null) {
        throw new Failure(
            "--" + flag.name() + " can't be given together with --config: the file says it");
      }
    }
    if (!once && !dryRun) {
      return new AgentService(file, environment).run();
    }
    List<AgentEntry> entries = new AgentFile().require(file, environment).announce();
    return once ? AgentOnce.run(entries, environment) : AgentDryRun.run(entries, environment);
  }

  /** What flags say, as an entry of a file. */
  private static AgentEntry entry(Arguments arguments, Environment environment) throws Failure {
    List<String> given = arguments.values(AgentCommand.DST);
    List<Endpoint> destinations =
        given.isEmpty() ? List.of(Endpoint.DEFAULT) : FlagValues.endpoints("--dst", given);
    Duration interval = AgentCommand.interval(arguments);
    AddressArguments addresses =
        AddressArguments.of(
            arguments, environment, destinations.stream().map(Endpoint::host).toList());
    KeySource.Given key =
        KeySource.key(arguments, AgentCommand.PSK, AgentCommand.PSK_FILE, environment);
    if (addresses.literal() != null) {
      AgentCommand.warnIfUnreachable(addresses.literal(), environment);
    }
    return new AgentEntry(
        "flags",
        AgentCommand.group(arguments),
        new AgentKey(key.key(), key.file()),
        addresses.literal() == null
            ? addresses.sources()
            : List.of(AddressSource.of(addresses.literal())),
        MAX_AGE,
        interval,
        AgentCommand.jitter(arguments),
        destinations,
        AgentCommand.hops(arguments),
        !arguments.isOn(AgentCommand.NO_GOODBYE),
        AgentCommand.drainFor(arguments),
        List.of());
  }
}
