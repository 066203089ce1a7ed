package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.manual.Manual;
import dev.rgap.cli.manual.Roff;
import java.util.ArrayList;
import java.util.List;

/** Manual pages of section 1, made from what the commands say about themselves. */
final class ManPage {

  private static final int SECTION = 1;

  private final Roff roff;

  private ManPage(String name, String summary) {
    roff = new Roff(name, SECTION, "rgap " + VersionCommand.version(), summary);
  }

  /** The page {@code rgap(1)}. */
  static String overview(CommandTable commands) throws Failure {
    ManPage page = new ManPage("rgap", "keeps track of which hosts of a group are there");
    page.roff.heading("SYNOPSIS");
    page.roff.line("\\fBrgap\\fR [\\fIFLAGS\\fR] \\fICOMMAND\\fR [\\fIFLAGS\\fR]");
    page.roff.heading("DESCRIPTION");
    page.roff.text(
        "On each host of a group, an agent announces its address in a signed UDP datagram, once or"
            + " at an interval. A listener verifies what arrives, keeps the live members of each"
            + " group, and hands them on through outputs: a name server, files, programs, the log."
            + " A host that falls silent is gone after a time that the configuration sets.");
    page.roff.heading("COMMANDS");
    for (String name : commands.names()) {
      page.roff.item(Roff.page("rgap-" + name, SECTION), commands.get(name).summary());
    }
    page.flags("FLAGS OF ALL COMMANDS", GlobalFlags.ALL);
    page.roff.heading("CONFIGURATION");
    page.roff.text(
        "The listener reads one YAML file: the addresses to listen on, groups with their keys, and"
            + " outputs. It holds keys: only the user who runs the listener should be able to read"
            + " it.");
    page.roff.macro("PP");
    page.roff.example(CONFIGURATION.lines().toList());
    page.roff.macro("PP");
    page.roff.line(
        Roff.page(Manual.pageName(Manual.CONFIGURATION), 5)
            + " tells all of it, and there is a page about each output. "
            + Roff.page(Manual.pageName(Manual.AGENT_FILE), 5)
            + " tells about the file of an agent that announces to many groups.");
    page.roff.line(
        Roff.page("rgap-check", SECTION) + " reports all that is wrong with such files.");
    page.variables();
    page.roff.heading("FILES");
    page.roff.item(
        "\\fI" + ConfigFile.DEFAULT_NAME + "\\fR",
        "in the working directory: what listener, check and render read without --config");
    page.ending();
    List<String> others = new ArrayList<>();
    commands.names().forEach(name -> others.add(Roff.page("rgap-" + name, SECTION)));
    Manual.topics().forEach(topic -> others.add(Roff.page(Manual.pageName(topic), 5)));
    page.seeAlso(others);
    return page.roff.toString();
  }

  /** The page of a command, such as {@code rgap-agent(1)}. */
  static String of(String name, Command command) {
    ManPage page = new ManPage("rgap-" + name, command.summary());
    Command.Operand operand = command.operand();
    page.roff.heading("SYNOPSIS");
    String label = "\\fI" + Roff.escape(operand.label()) + "\\fR";
    page.roff.line(
        "\\fBrgap "
            + name
            + "\\fR [\\fIFLAGS\\fR]"
            + (operand.label().isEmpty()
                ? ""
                : operand.required() ? " " + label : " [" + label + "]"));
    if (!operand.candidates().isEmpty()) {
      page.roff.macro("PP");
      page.roff.line(
          label + " is one of: " + Roff.escape(String.join(", ", operand.candidates())) + ".");
    }
    if (!command.flags().isEmpty()) {
      page.flags("FLAGS", command.flags());
    }
    page.flags("FLAGS OF ALL COMMANDS", GlobalFlags.ALL);
    page.variables();
    page.ending();
    String file = name.equals("agent") ? Manual.AGENT_FILE : Manual.CONFIGURATION;
    page.seeAlso(List.of(Roff.page("rgap", SECTION), Roff.page(Manual.pageName(file), 5)));
    return page.roff.toString();
  }

  private void flags(String heading, List<Flag> flags) {
    roff.heading(heading);
    for (Flag flag : flags) {
      String tag = flag.hasLetter() ? "\\fB\\-" + flag.letter() + "\\fR, " : "";
      tag += "\\fB\\-\\-" + Roff.escape(flag.name()) + "\\fR";
      roff.item(
          flag.takesValue() ? tag + " \\fI" + Roff.escape(flag.label()) + "\\fR" : tag,
          flag.help());
    }
  }

  private void variables() {
    roff.heading("ENVIRONMENT");
    roff.text(
        "Names in capitals that begin with RGAP_ in the descriptions of flags are environment"
            + " variables, used where the flag is not given.");
  }

  private void ending() {
    roff.heading("EXIT STATUS");
    roff.item("0", "all went well; also after SIGINT or SIGTERM");
    roff.item("1", "an error; standard error has a line for each, beginning with \"Error: \"");
    roff.item("3", "a listener had no memory left");
    roff.heading("SIGNALS");
    roff.text(
        "SIGINT and SIGTERM end the program in order. A listener, and an agent with an interval,"
            + " answer SIGHUP, SIGUSR1 and SIGALRM by a line of the log and go on.");
  }

  private void seeAlso(List<String> pages) {
    roff.heading("SEE ALSO");
    roff.line(String.join(",\n", pages));
  }

  private static final String CONFIGURATION =
      """
      listen: [":8271"]
      groups:
        - id: 1000
          psk: KEY            # 64 hexadecimal digits, as rgap genpsk prints them
          expire: 15s
      outputs:
        - kind: eventlog
      """;
}
