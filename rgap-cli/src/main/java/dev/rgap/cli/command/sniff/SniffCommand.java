package dev.rgap.cli.command.sniff;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.time.HostClock;
import dev.rgap.transport.ConfiguredSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Shows each datagram that arrives, and what a listener would make of it. */
public final class SniffCommand implements Command {

  private static final Flag LISTEN =
      Flag.texts(
          "listen",
          'l',
          "HOST:PORT[@IFACE]",
          "where to listen, can be repeated (default as the file says, else 239.82.71.65:8271)");
  private static final Flag JSON =
      Flag.toggle("json", Flag.NO_LETTER, "print a JSON object for each datagram");

  @Override
  public String summary() {
    return "show each datagram that arrives, decoded and judged";
  }

  @Override
  public List<Flag> flags() {
    return List.of(LISTEN, ConfigFile.OPTIONAL, JSON);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    List<ConfiguredSource<?>> listen = FlagValues.sources("--listen", arguments.values(LISTEN));
    String file = arguments.value(ConfigFile.OPTIONAL);
    Optional<ListenerConfig> config =
        file == null ? Optional.empty() : Optional.of(new ConfigFile().require(file, environment));
    environment.shutdown().arm();
    return new Sniffer(listen, config, arguments.isOn(JSON), environment.out(), HostClock.system())
        .run(environment.shutdown());
  }
}
