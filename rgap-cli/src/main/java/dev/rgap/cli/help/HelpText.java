package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.manual.Manual;
import java.util.List;

/**
 * The help: what can be given on the left, what it means on the right.
 *
 * <pre>
 *   Usage: rgap agent [OPTIONS]
 *   announce an address to a group
 *
 *   Flags:
 *     -g, --group=ID            group to announce to (default 0)
 *     -d, --dst=HOST:PORT[@IFACE]
 *                               destination, can be repeated (default 239.82.71.65:8271)
 *         --log-prefix=TEXT     what each line of the log starts with (default 'RGAP: ';
 *                                 RGAP_LOG_PREFIX)
 *   |- letter                   |- MEANING                                                     WIDTH -|
 *      |- NAME
 * </pre>
 */
public final class HelpText {

  /** The longest line. */
  private static final int WIDTH = 100;

  /** The column of the long names of flags, and of an operand. */
  private static final int NAME = 6;

  /** The column of what flags and operands mean. */
  private static final int MEANING = 28;

  private final StringBuilder text = new StringBuilder();

  private HelpText() {}

  /** What the program is and which commands it has. */
  public static String overview(CommandTable commands) throws Failure {
    HelpText help = new HelpText();
    help.line("Usage: rgap [OPTIONS] COMMAND");
    help.line("keeps track of which hosts of a group are there");
    help.line("");
    help.line("Commands:");
    int longest = 0;
    for (String name : commands.names()) {
      longest = Math.max(longest, name.length());
    }
    for (String name : commands.names()) {
      help.row("  " + name, longest + 4, commands.get(name).summary());
    }
    help.flags(List.of());
    help.line("");
    help.line(
        "rgap COMMAND --help explains a command; rgap help TOPIC the configuration of a listener:");
    help.line("  " + String.join(", ", Manual.topics()));
    help.line(
        "Names in capitals in parentheses are environment variables, used where no flag is given.");
    help.line(
        "The exit status is 0, or 1 after an error, or 3 of a listener that had no memory left.");
    return help.text.toString();
  }

  /** What a command does and which flags it has. */
  public static String of(String name, Command command) {
    HelpText help = new HelpText();
    Command.Operand operand = command.operand();
    String label = operand.required() ? operand.label() : "[" + operand.label() + "]";
    help.line("Usage: rgap " + name + " [OPTIONS]" + (operand.isTaken() ? " " + label : ""));
    help.line(command.summary());
    if (operand.isTaken()) {
      help.line("");
      help.row(" ".repeat(NAME) + label, MEANING, String.join(", ", operand.candidates()));
    }
    help.flags(command.flags());
    return help.text.toString();
  }

  /** A command's flags, and those of all commands. */
  private void flags(List<Flag> own) {
    line("");
    line("Flags:");
    own.forEach(this::flag);
    GlobalFlags.ALL.forEach(this::flag);
  }

  private void flag(Flag flag) {
    String letter = flag.hasLetter() ? "  -" + flag.letter() + ", " : " ".repeat(NAME);
    String value = flag.takesValue() ? "=" + flag.label() : "";
    row(letter + "--" + flag.name() + value, MEANING, flag.help());
  }

  /**
   * Something and what it means from this column on: in the same line unless it is too long for
   * that, and where need be in further lines, which are indented by two more.
   */
  private void row(String what, int column, String meaning) {
    StringBuilder line = new StringBuilder(what);
    if (what.length() > column - 2) {
      line(what);
      line.setLength(0);
    }
    int indent = column;
    for (String word : meaning.split(" ", -1)) {
      boolean first = line.length() <= indent;
      if (!first && line.length() + 1 + word.length() > WIDTH) {
        line(line.toString());
        line.setLength(0);
        indent = column + 2;
        first = true;
      }
      if (first) {
        line.append(" ".repeat(indent - line.length()));
      } else {
        line.append(' ');
      }
      line.append(word);
    }
    line(line.toString().stripTrailing());
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
