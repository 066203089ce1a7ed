package dev.rgap.cli.help;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.process.Environment;
import java.util.List;

/** Prints what a shell needs to complete {@code rgap}'s commands and flags. */
public final class CompletionCommand implements Command {

  private final CommandTable commands;

  public CompletionCommand(CommandTable commands) {
    this.commands = commands;
  }

  private static final Flag NO_DESCRIPTIONS =
      Flag.toggle("no-descriptions", Flag.NO_LETTER, "leave out what commands and flags do");

  private static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");

  @Override
  public String summary() {
    return "print a completion script for a shell";
  }

  @Override
  public List<Flag> flags() {
    return List.of(NO_DESCRIPTIONS);
  }

  @Override
  public Operand operand() {
    return new Operand("SHELL", true, SHELLS);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    boolean described = !arguments.isOn(NO_DESCRIPTIONS);
    String shell = arguments.operands().getFirst();
    environment
        .out()
        .print(
            switch (shell) {
              case "bash" -> BashCompletion.script(commands);
              case "zsh" -> ZshCompletion.script(commands, described);
              case "fish" -> FishCompletion.script(commands, described);
              case "powershell" -> PowerShellCompletion.script(commands, described);
              default ->
                  throw new Failure(
                      "unknown shell '" + shell + "'; known: " + String.join(", ", SHELLS));
            });
    return 0;
  }
}
