package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.config.ConfigFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Manual pages in the macros of man(7), made from what the commands say about themselves. They bear
 * no date, so that the same program always makes the same pages.
 */
final class ManPage {

  private final StringBuilder roff = new StringBuilder();

  private ManPage(String name, String summary) {
    macro("TH", name.toUpperCase(Locale.ROOT), "1", "", "rgap " + VersionCommand.version(), "rgap");
    heading("NAME");
    line(escape(name) + " \\- " + escape(summary));
  }

  /** The page {@code rgap(1)}. */
  static String overview(CommandTable commands) throws Failure {
    ManPage page = new ManPage("rgap", "keeps track of which hosts of a group are there");
    page.heading("SYNOPSIS");
    page.line("\\fBrgap\\fR [\\fIFLAGS\\fR] \\fICOMMAND\\fR [\\fIFLAGS\\fR]");
    page.heading("DESCRIPTION");
    page.text(
        "On each host of a group, an agent announces its address in a signed UDP datagram, once or"
            + " at an interval. A listener verifies what arrives, keeps the live members of each"
            + " group, and hands them on through outputs: a name server, files, programs, the log."
            + " A host that falls silent is gone after a time that the configuration sets.");
    page.heading("COMMANDS");
    for (String name : commands.names()) {
      page.item("\\fBrgap\\-" + name + "\\fR(1)", commands.get(name).summary());
    }
    page.flags("FLAGS OF ALL COMMANDS", GlobalFlags.ALL);
    page.heading("CONFIGURATION");
    page.text(
        "The listener reads one YAML file: the addresses to listen on, groups with their keys, and"
            + " outputs. It holds keys: only the user who runs the listener should be able to read"
            + " it.");
    page.example(CONFIGURATION);
    page.line("\\fBrgap\\-check\\fR(1) reports all that is wrong with such a file.");
    page.variables();
    page.heading("FILES");
    page.item(
        "\\fI" + ConfigFile.DEFAULT_NAME + "\\fR",
        "in the working directory: what listener, check and render read without --config");
    page.ending();
    page.seeAlso(commands.names());
    return page.roff.toString();
  }

  /** The page of a command, such as {@code rgap-agent(1)}. */
  static String of(String name, Command command) {
    ManPage page = new ManPage("rgap-" + name, command.summary());
    Command.Operand operand = command.operand();
    page.heading("SYNOPSIS");
    String label = "\\fI" + escape(operand.label()) + "\\fR";
    page.line(
        "\\fBrgap "
            + name
            + "\\fR [\\fIFLAGS\\fR]"
            + (operand.label().isEmpty()
                ? ""
                : operand.required() ? " " + label : " [" + label + "]"));
    if (!operand.candidates().isEmpty()) {
      page.macro("PP");
      page.line(label + " is one of: " + escape(String.join(", ", operand.candidates())) + ".");
    }
    if (!command.flags().isEmpty()) {
      page.flags("FLAGS", command.flags());
    }
    page.flags("FLAGS OF ALL COMMANDS", GlobalFlags.ALL);
    page.variables();
    page.ending();
    page.seeAlso(List.of());
    return page.roff.toString();
  }

  private void flags(String heading, List<Flag> flags) {
    heading(heading);
    for (Flag flag : flags) {
      String tag = flag.hasLetter() ? "\\fB\\-" + flag.letter() + "\\fR, " : "";
      tag += "\\fB\\-\\-" + escape(flag.name()) + "\\fR";
      item(flag.takesValue() ? tag + " \\fI" + escape(flag.label()) + "\\fR" : tag, flag.help());
    }
  }

  private void variables() {
    heading("ENVIRONMENT");
    text(
        "Names in capitals that begin with RGAP_ in the descriptions of flags are environment"
            + " variables, used where the flag is not given.");
  }

  private void ending() {
    heading("EXIT STATUS");
    item("0", "all went well; also after SIGINT or SIGTERM");
    item("1", "an error; standard error has a line for each, beginning with \"Error: \"");
    heading("SIGNALS");
    text(
        "SIGINT and SIGTERM end the program in order. A listener, and an agent with an interval,"
            + " answer SIGHUP, SIGUSR1 and SIGALRM by a line of the log and go on.");
  }

  private void seeAlso(List<String> commands) {
    List<String> pages = new ArrayList<>();
    if (commands.isEmpty()) {
      pages.add("\\fBrgap\\fR(1)");
    }
    commands.forEach(name -> pages.add("\\fBrgap\\-" + name + "\\fR(1)"));
    heading("SEE ALSO");
    line(String.join(",\n", pages));
  }

  private void item(String tag, String text) {
    macro("TP");
    line(tag);
    text(text);
  }

  private void heading(String text) {
    macro("SH", text);
  }

  private void text(String text) {
    line(escape(text));
  }

  private void example(String text) {
    macro("PP");
    macro("EX");
    text.lines().map(ManPage::escape).forEach(this::line);
    macro("EE");
    macro("PP");
  }

  private void macro(String name, String... arguments) {
    roff.append('.').append(name);
    for (String argument : arguments) {
      roff.append(" \"").append(escape(argument)).append('"');
    }
    roff.append('\n');
  }

  private void line(String text) {
    roff.append(text).append('\n');
  }

  /** The text as roff prints it unchanged, at the beginning of a line and in an argument, too. */
  static String escape(String text) {
    String escaped =
        text.replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("'", "\\(aq")
            .replace("`", "\\(ga")
            .replace("\"", "\\(dq")
            .replace("^", "\\(ha")
            .replace("~", "\\(ti");
    return escaped.startsWith(".") ? "\\&" + escaped : escaped;
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
