package dev.rgap.cli;

import java.util.List;

/** Explains a command. */
final class HelpCommand implements Command {

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
    return new Operand("COMMAND", false, Commands.NAMES);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    if (arguments.operands().isEmpty()) {
      environment.out().print(HelpText.overview());
    } else {
      String name = arguments.operands().getFirst();
      environment.out().print(HelpText.of(name, Commands.get(name)));
    }
    return 0;
  }
}
