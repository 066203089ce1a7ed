package dev.rgap.cli.help;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.process.Environment;
import java.util.List;

/** Prints the manual page of the program or of a command; for those who make packages. */
public final class ManCommand implements Command {

  private final CommandTable commands;

  public ManCommand(CommandTable commands) {
    this.commands = commands;
  }

  @Override
  public String summary() {
    return "print the manual page of a command";
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
      environment.out().print(ManPage.overview(commands));
    } else {
      String name = arguments.operands().getFirst();
      environment.out().print(ManPage.of(name, commands.get(name)));
    }
    return 0;
  }
}
