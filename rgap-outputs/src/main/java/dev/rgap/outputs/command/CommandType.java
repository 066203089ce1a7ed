package dev.rgap.outputs.command;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.SharedSettings;
import dev.rgap.protocol.GroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The kind {@code command}: runs a program after each change of a group. */
public final class CommandType implements OutputType<CommandType.Config> {

  private static final Duration DEFAULT_WAIT_DELAY = Duration.ofMillis(100);
  private static final int MAX_ATTEMPTS = 1_000;

  /** How the members are given to the program. */
  enum Format {
    /** An address a line. */
    LINES,
    /** An object with the members, their expiry, and what has changed. */
    JSON
  }

  /**
   * What is configured.
   *
   * @param argv the program and its arguments
   * @param timeout how long it may run; zero = without limit
   * @param attempts how often it is run at most until it succeeds; at least 1
   * @param waitDelay how long to wait for its output after its end
   */
  record Config(
      GroupId group,
      List<String> argv,
      Duration timeout,
      int attempts,
      Duration waitDelay,
      Format format,
      Debounce debounce) {

    Config {
      argv = List.copyOf(argv);
    }
  }

  /** Makes the kind. */
  public CommandType() {}

  @Override
  public String kind() {
    return "command";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      ConfigValue groupSetting = settings.required("group");
      Optional<GroupId> group =
          groupSetting.isEmpty() ? Optional.empty() : groups.reference(groupSetting);
      ConfigValue commandSetting = settings.required("command", "write [program, argument, ...]");
      Optional<List<String>> argv =
          commandSetting.isEmpty() ? Optional.empty() : SharedSettings.argv(commandSetting);
      Duration timeout = SharedSettings.notNegative(settings, "timeout").orElse(Duration.ZERO);
      int attempts = settings.integer("retries", 0, MAX_ATTEMPTS).orElse(1);
      Duration waitDelay =
          SharedSettings.notNegative(settings, "wait_delay").orElse(DEFAULT_WAIT_DELAY);
      ConfigValue formatSetting = settings.optional("format");
      Format format =
          formatSetting.isEmpty()
              ? Format.LINES
              : formatSetting.as(CommandType::parseFormat).orElse(Format.LINES);
      Debounce debounce = Debounce.parse(settings.optional("debounce"), Debounce.NONE);
      if (group.isEmpty() || argv.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Config(
              group.get(),
              argv.get(),
              timeout,
              Math.max(1, attempts),
              waitDelay,
              format,
              debounce));
    }
  }

  private static Format parseFormat(String text) {
    return switch (text) {
      case "lines" -> Format.LINES;
      case "json" -> Format.JSON;
      default -> throw new IllegalArgumentException("must be lines or json");
    };
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new CommandOutput(config, context, CommandRunner.onThisHost());
  }
}
