package dev.rgap.cli;

import java.util.List;

/** Prints the manual page of the program or of a command; for those who make packages. */
final class ManCommand implements Command {

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
    return new Operand("COMMAND", false, Commands.NAMES);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    if (arguments.operands().isEmpty()) {
      environment.out().print(ManPage.overview());
    } else {
      String name = arguments.operands().getFirst();
      environment.out().print(ManPage.of(name, Commands.get(name)));
    }
    return 0;
  }
}
