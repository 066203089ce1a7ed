package dev.rgap.cli.help;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.manual.Manual;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.util.List;

/** Explains a command, the configuration file or an output. */
public final class HelpCommand implements Command {

  private final CommandTable commands;

  public HelpCommand(CommandTable commands) {
    this.commands = commands;
  }

  @Override
  public String summary() {
    return "explain a command, the configuration or an output";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public Operand operand() {
    return Topics.operand(commands);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    environment
        .out()
        .print(
            arguments.operands().isEmpty()
                ? HelpText.overview(commands)
                : Topics.about(
                    arguments.operands().getFirst(), commands, HelpText::of, Manual::text));
    return 0;
  }
}
