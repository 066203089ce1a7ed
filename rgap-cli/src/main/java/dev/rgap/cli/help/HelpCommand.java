package dev.rgap.cli.help;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.process.Environment;
import java.util.List;

/** Explains a command. */
public final class HelpCommand implements Command {

  private final CommandTable commands;

  public HelpCommand(CommandTable commands) {
    this.commands = commands;
  }

  @Override
  public String summary() {
    return "explain a command";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public Operand operand() {
    return new Operand("COMMAND", false, commands.names());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    if (arguments.operands().isEmpty()) {
      environment.out().print(HelpText.overview(commands));
    } else {
      String name = arguments.operands().getFirst();
      environment.out().print(HelpText.of(name, commands.get(name)));
    }
    return 0;
  }
}
