package dev.rgap.cli;

import java.util.List;

/** Prints what a shell needs to complete {@code rgap}'s commands and flags. */
final class CompletionCommand implements Command {

  private static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");

  @Override
  public String summary() {
    return "print a completion script for a shell";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public Operand operand() {
    return new Operand("SHELL", true, SHELLS);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    String shell = arguments.operands().getFirst();
    environment
        .out()
        .print(
            switch (shell) {
              case "bash" -> BashCompletion.script();
              case "zsh" -> ZshCompletion.script();
              case "fish" -> FishCompletion.script();
              case "powershell" -> PowerShellCompletion.script();
              default ->
                  throw new Failure(
                      "unknown shell '" + shell + "'; known: " + String.join(", ", SHELLS));
            });
    return 0;
  }
}
