package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.Heap;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.ListenerConfig;
import java.util.List;
import java.util.Optional;

/** Says all that is wrong with a configuration file. */
public final class CheckCommand implements Command {

  @Override
  public String summary() {
    return "validate a configuration file and start nothing";
  }

  @Override
  public List<Flag> flags() {
    return List.of(ConfigFile.FLAG);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    String name = ConfigFile.name(arguments);
    Optional<ListenerConfig> config =
        ConfigFile.show(name, environment.out(), environment).config();
    if (config.isEmpty()) {
      return 1;
    }
    Heap.warnIfTooSmall(Heap.ofListener(environment.variables()), name, config.get(), environment);
    environment
        .out()
        .println(
            name
                + ": ok ("
                + count(config.get().listen().size(), "address", "addresses")
                + ", "
                + count(config.get().groups().size(), "group", "groups")
                + ", "
                + count(config.get().outputs().size(), "output", "outputs")
                + ")");
    return 0;
  }

  private static String count(int number, String one, String more) {
    return number + " " + (number == 1 ? one : more);
  }
}
