package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import java.util.List;

/** The completion for fish. */
final class FishCompletion {

  private FishCompletion() {}

  static String script(CommandTable commands, boolean described) throws Failure {
    StringBuilder script =
        new StringBuilder(
            HEADER.replace("@GLOBAL_VALUE_FLAGS@", String.join(" ", GlobalFlags.withValue())));
    addFlags(script, "", GlobalFlags.ALL, described);
    for (String name : commands.names()) {
      Command command = commands.get(name);
      script.append(
          "complete -c rgap -n '__rgap_in \"\"' -a "
              + name
              + (described ? " -d " + quoted(command.summary()) : "")
              + "\n");
      addFlags(script, " -n '__rgap_in " + name + "'", command.flags(), described);
      List<String> operands = command.operand().candidates();
      if (!operands.isEmpty()) {
        script.append(
            "complete -c rgap -n '__rgap_in "
                + name
                + "' -a "
                + quoted(String.join(" ", operands))
                + "\n");
      }
    }
    return script.toString();
  }

  private static void addFlags(
      StringBuilder script, String condition, List<Flag> flags, boolean described) {
    for (Flag flag : flags) {
      script.append("complete -c rgap" + condition);
      if (flag.hasLetter()) {
        script.append(" -s " + flag.letter());
      }
      script.append(" -l " + flag.name());
      if (flag.accepts() == Flag.Accepts.FILE) {
        script.append(" -r -F");
      } else if (flag.takesValue()) {
        script.append(" -x");
      }
      if (!flag.candidates().isEmpty()) {
        script.append(" -a " + quoted(String.join(" ", flag.candidates())));
      }
      script.append((described ? " -d " + quoted(flag.help()) : "") + "\n");
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static final String HEADER =
      """
      # fish completion for rgap: rgap completion fish | source
      # The command that was typed, if any; the values of flags before it are not taken for it.
      function __rgap_command
        set -l tokens (commandline -opc)
        set -l skip 0
        for token in $tokens[2..-1]
          if test $skip = 1
            set skip 0
            continue
          end
          switch $token
            case @GLOBAL_VALUE_FLAGS@
              set skip 1
            case '-*'
            case '*'
              echo $token
              return
          end
        end
      end
      function __rgap_in
        set -l typed (__rgap_command)
        test "$typed" = "$argv[1]"
      end
      complete -c rgap -f
      """;
}
