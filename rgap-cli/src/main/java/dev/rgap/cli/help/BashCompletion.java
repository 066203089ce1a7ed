package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import java.util.ArrayList;
import java.util.List;

/** The completion for bash. Needs nothing but bash itself. */
final class BashCompletion {

  private BashCompletion() {}

  static String script(CommandTable commands) throws Failure {
    StringBuilder values = new StringBuilder();
    StringBuilder words = new StringBuilder();
    addValues(values, "*", GlobalFlags.ALL);
    words.append("      '') words='").append(String.join(" ", commands.names())).append("' ;;\n");
    for (String name : commands.names()) {
      Command command = commands.get(name);
      addValues(values, name, command.flags());
      List<String> operands = command.operand().candidates();
      if (!operands.isEmpty()) {
        words.append("      " + name + ") words='" + String.join(" ", operands) + "' ;;\n");
      }
    }
    StringBuilder flags = new StringBuilder();
    for (String name : commands.names()) {
      List<Flag> own = commands.get(name).flags();
      if (!own.isEmpty()) {
        flags.append("      " + name + ") words+=' " + String.join(" ", spellings(own)) + "' ;;\n");
      }
    }
    return TEMPLATE
        .replace("@GLOBAL_VALUE_FLAGS@", String.join("|", GlobalFlags.withValue()))
        .replace("@GLOBAL_FLAGS@", String.join(" ", spellings(GlobalFlags.ALL)))
        .replace("@VALUES@", values)
        .replace("@WORDS@", words)
        .replace("@FLAGS@", flags);
  }

  private static void addValues(StringBuilder cases, String command, List<Flag> flags) {
    for (Flag flag : flags) {
      if (flag.takesValue()) {
        cases.append("    " + command + ":--" + flag.name());
        if (flag.hasLetter()) {
          cases.append("|" + command + ":-" + flag.letter());
        }
        String action =
            flag.accepts() == Flag.Accepts.FILE
                ? "files=1"
                : "words='" + String.join(" ", flag.candidates()) + "'";
        cases.append(") value=1 " + action + " ;;\n");
      }
    }
  }

  private static List<String> spellings(List<Flag> flags) {
    List<String> all = new ArrayList<>();
    for (Flag flag : flags) {
      all.add("--" + flag.name());
      if (flag.hasLetter()) {
        all.add("-" + flag.letter());
      }
    }
    return all;
  }

  private static final String TEMPLATE =
      """
      # bash completion for rgap: source <(rgap completion bash)
      _rgap() {
        local cur=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]}
        local command='' words='' files='' value='' i
        # bash makes words of their own of the = in --flag=value.
        if [[ $cur == '=' ]]; then
          cur=''
        elif [[ $flag == '=' ]] && ((COMP_CWORD > 1)); then
          flag=${COMP_WORDS[COMP_CWORD-2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            @GLOBAL_VALUE_FLAGS@)
              [[ ${COMP_WORDS[i+1]} == '=' ]] && ((i++))
              ((i++))
              ;;
            -*) ;;
            *)
              command=${COMP_WORDS[i]}
              break
              ;;
          esac
        done
        case $command:$flag in
      @VALUES@  esac
        if [[ -z $value && $cur == -* ]]; then
          words='@GLOBAL_FLAGS@'
          case $command in
      @FLAGS@    esac
        elif [[ -z $value ]]; then
          case $command in
      @WORDS@    esac
        fi
        COMPREPLY=()
        if [[ -n $files ]]; then
          compopt -o filenames 2>/dev/null
          local IFS=$'\\n'
          COMPREPLY=($(compgen -f -- "$cur"))
        elif [[ -n $words ]]; then
          COMPREPLY=($(compgen -W "$words" -- "$cur"))
        fi
      }
      complete -F _rgap rgap
      """;
}
