package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.log.LogOptions;
import dev.rgap.cli.process.Environment;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;

/** The flags that stand before or after any command. */
public final class GlobalFlags {

  public static final Flag HELP = Flag.toggle("help", 'h', "show this help");
  public static final Flag VERSION = Flag.toggle("version", Flag.NO_LETTER, "show the version");

  private static final List<String> LEVELS = List.of("debug", "info", "warning", "error");
  private static final List<String> FORMATS = List.of("text", "json");

  public static final Flag LOG_PREFIX =
      Flag.text(
          "log-prefix",
          Flag.NO_LETTER,
          "TEXT",
          "what each line of the log starts with (default 'RGAP: '; RGAP_LOG_PREFIX)");
  public static final Flag LOG_LEVEL =
      Flag.choice(
          "log-level",
          "LEVEL",
          LEVELS,
          "least level to log: debug, info, warning or error (default info; RGAP_LOG_LEVEL)");
  public static final Flag LOG_FORMAT =
      Flag.choice(
          "log-format",
          "FORMAT",
          FORMATS,
          "form of the log: text or json (default text; RGAP_LOG_FORMAT)");

  public static final List<Flag> ALL = List.of(LOG_PREFIX, LOG_LEVEL, LOG_FORMAT, VERSION, HELP);

  private GlobalFlags() {}

  /** The flags that take a value, with their dashes; for completion. */
  public static List<String> withValue() {
    return ALL.stream().filter(Flag::takesValue).map(flag -> "--" + flag.name()).toList();
  }

  /** How to log, by the flags, else the environment, else the defaults. */
  public static LogOptions logOptions(Arguments arguments, Environment environment) throws Failure {
    String prefix = arguments.value(LOG_PREFIX);
    if (prefix == null) {
      // Set to nothing is no prefix, as with the flag.
      prefix =
          "".equals(environment.variables().get("RGAP_LOG_PREFIX"))
              ? ""
              : environment.variable("RGAP_LOG_PREFIX");
    }
    String level = choice(LOG_LEVEL, "RGAP_LOG_LEVEL", arguments, environment);
    String format = choice(LOG_FORMAT, "RGAP_LOG_FORMAT", arguments, environment);
    return new LogOptions(
        prefix == null ? "RGAP: " : prefix,
        level.isEmpty() ? Level.INFO : Level.valueOf(level.toUpperCase(Locale.ROOT)),
        format.equals("json"));
  }

  private static String choice(
      Flag flag, String variable, Arguments arguments, Environment environment) throws Failure {
    String source = "--".concat(flag.name());
    String value = arguments.value(flag);
    if (value == null) {
      source = variable;
      value = environment.variable(variable);
      if (value == null) {
        return "";
      }
    }
    return FlagValues.choice(source, value, flag.candidates());
  }
}
