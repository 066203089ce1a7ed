package dev.rgap.cli.help;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.manual.Manual;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.util.List;

/**
 * Prints the manual page of the program, of a command, of the configuration file or of an output;
 * for those who make packages.
 */
public final class ManCommand implements Command {

  private final CommandTable commands;

  public ManCommand(CommandTable commands) {
    this.commands = commands;
  }

  @Override
  public String summary() {
    return "print a manual page";
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
                ? ManPage.overview(commands)
                : Topics.about(
                    arguments.operands().getFirst(),
                    commands,
                    ManPage::of,
                    topic -> Manual.roff(topic, VersionCommand.version())));
    return 0;
  }
}
