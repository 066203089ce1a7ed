package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help, as picocli lays it out. This class alone knows picocli: it takes longer to load than an
 * agent otherwise runs.
 */
public final class HelpText {

  private static final int WIDTH = 100;

  private HelpText() {}

  /** What the program is and which commands it has. */
  public static String overview(CommandTable commands) throws Failure {
    CommandSpec spec = spec("rgap", "keeps track of which hosts of a group are there");
    for (String name : commands.names()) {
      spec.addSubcommand(name, spec(name, commands.get(name).summary()));
    }
    addFlags(spec, GlobalFlags.ALL);
    spec.usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n")
        .optionListHeading("%nFlags:%n")
        .footer(
            "",
            "rgap COMMAND --help explains a command.",
            "Names in capitals in parentheses are environment variables, used where no flag is"
                + " given.",
            "The exit status is 0, or 1 after an error.");
    List<String> sections = new ArrayList<>(spec.usageMessage().sectionKeys());
    List<String> list =
        List.of(
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
    sections.removeAll(list);
    sections.addAll(sections.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING), list);
    spec.usageMessage().sectionKeys(sections);
    return render(spec);
  }

  /** What a command does and which flags it has. */
  public static String of(String name, Command command) {
    CommandSpec spec = spec("rgap " + name, command.summary());
    Command.Operand operand = command.operand();
    if (!operand.label().isEmpty()) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .paramLabel(operand.label())
              .arity(operand.required() ? "1" : "0..1")
              .description(String.join(", ", operand.candidates()))
              .build());
    }
    addFlags(spec, command.flags());
    addFlags(spec, GlobalFlags.ALL);
    spec.usageMessage().optionListHeading("%nFlags:%n").parameterListHeading("%n");
    return render(spec);
  }

  private static CommandSpec spec(String name, String description) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(new Object()).name(name);
    spec.usageMessage()
        .description(description)
        .width(WIDTH)
        .sortOptions(false)
        .abbreviateSynopsis(true);
    return spec;
  }

  private static void addFlags(CommandSpec spec, List<Flag> flags) {
    for (Flag flag : flags) {
      String longName = "--" + flag.name();
      OptionSpec.Builder option =
          flag.hasLetter()
              ? OptionSpec.builder("-" + flag.letter(), longName)
              : OptionSpec.builder(longName);
      if (flag.takesValue()) {
        option.type(String.class).paramLabel(flag.label()).arity("1");
      }
      spec.addOption(option.description(flag.help().replace("%", "%%")).build());
    }
  }

  private static String render(CommandSpec spec) {
    return new CommandLine(spec).getUsageMessage(Ansi.OFF);
  }
}
