package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import java.util.List;
import java.util.Locale;

/** The completion for zsh, by its function {@code _arguments}. */
final class ZshCompletion {

  private ZshCompletion() {}

  static String script(CommandTable commands, boolean described) throws Failure {
    StringBuilder summaries = new StringBuilder();
    StringBuilder cases = new StringBuilder();
    for (String name : commands.names()) {
      Command command = commands.get(name);
      summaries.append(
          "        " + quoted(described ? name + ":" + command.summary() : name) + "\n");
      cases.append("        " + name + ")\n          _arguments -s -S $globals");
      for (Flag flag : command.flags()) {
        cases.append(" \\\n            " + spec(flag, described));
      }
      List<String> operands = command.operand().candidates();
      if (!operands.isEmpty()) {
        String label = command.operand().label().toLowerCase(Locale.ROOT);
        cases.append(" \\\n            " + quoted("1:" + label + ":" + set(operands)));
      }
      cases.append("\n          ;;\n");
    }
    StringBuilder globals = new StringBuilder();
    for (Flag flag : GlobalFlags.ALL) {
      globals.append("    " + spec(flag, described) + "\n");
    }
    return TEMPLATE
        .replace("@GLOBALS@", globals)
        .replace("@COMMANDS@", summaries)
        .replace("@CASES@", cases);
  }

  /** A flag as _arguments wants it: {@code '(-g --group)'{-g+,--group=}'[help]:ID: '}. */
  private static String spec(Flag flag, boolean described) {
    String longName = "--" + flag.name() + (flag.takesValue() ? "=" : "");
    String value = "";
    if (flag.takesValue()) {
      String action =
          flag.accepts() == Flag.Accepts.FILE
              ? "_files"
              : flag.candidates().isEmpty() ? " " : set(flag.candidates());
      value = ":" + escaped(flag.label()) + ":" + action;
    }
    String rest = quoted((described ? "[" + escaped(flag.help()) + "]" : "") + value);
    boolean repeatable = flag.accepts() == Flag.Accepts.TEXTS;
    if (!flag.hasLetter()) {
      return longName + rest;
    }
    String letter = "-" + flag.letter() + (flag.takesValue() ? "+" : "");
    String before = repeatable ? "'*'" : "'(-" + flag.letter() + " --" + flag.name() + ")'";
    return before + "{" + letter + "," + longName + "}" + rest;
  }

  private static String set(List<String> candidates) {
    return "(" + String.join(" ", candidates) + ")";
  }

  /** Colons and brackets end a part of a specification. */
  private static String escaped(String text) {
    return text.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static final String TEMPLATE =
      """
      #compdef rgap
      # zsh completion for rgap: as _rgap in a directory of $fpath, or source <(rgap completion zsh)
      _rgap() {
        local curcontext=$curcontext state line
        local -a globals commands
        globals=(
      @GLOBALS@  )
        _arguments -C -S $globals '1: :->command' '*:: :->arguments'
        case $state in
          command)
            commands=(
      @COMMANDS@      )
            _describe -t commands command commands
            ;;
          arguments)
            case $line[1] in
      @CASES@      esac
            ;;
        esac
      }
      if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
        _rgap "$@"
      else
        compdef _rgap rgap
      fi
      """;
}
