package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.AnyFile;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.Heap;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.worker.config.AgentEntry;
import dev.rgap.worker.config.AgentsConfig;
import java.util.List;
import java.util.Optional;

/** Says all that is wrong with a configuration file, of a listener or an agent. */
public final class CheckCommand implements Command {

  @Override
  public String summary() {
    return "validate a configuration file, of a listener or an agent, and start nothing";
  }

  @Override
  public List<Flag> flags() {
    return List.of(ConfigFile.FLAG);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    String name = ConfigFile.name(arguments);
    Optional<AnyFile.Config> config =
        new AnyFile().show(name, environment.out(), environment).config();
    if (config.isEmpty()) {
      return 1;
    }
    String counted =
        switch (config.get()) {
          case AnyFile.OfListener(ListenerConfig listener) -> {
            long heap = Heap.ofListener(environment.variables());
            Heap.warnIfTooSmall(heap, name, listener, environment);
            yield counted(listener);
          }
          case AnyFile.OfAgent(AgentsConfig agent) -> counted(agent);
        };
    environment.out().println(name + ": ok (" + counted + ")");
    return 0;
  }

  private static String counted(ListenerConfig config) {
    return count(config.listen().size(), "address", "addresses")
        + ", "
        + count(config.groups().size(), "group", "groups")
        + ", "
        + count(config.outputs().size(), "output", "outputs");
  }

  private static String counted(AgentsConfig config) {
    List<AgentEntry> entries = config.announce();
    int groups = (int) entries.stream().map(AgentEntry::group).distinct().count();
    int checks = entries.stream().mapToInt(entry -> entry.checks().size()).sum();
    return "an agent's: "
        + count(entries.size(), "entry", "entries")
        + ", "
        + count(groups, "group", "groups")
        + ", "
        + count(checks, "check", "checks");
  }

  private static String count(int number, String one, String more) {
    return number + " " + (number == 1 ? one : more);
  }
}
