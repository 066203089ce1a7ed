package dev.rgap.outputs.command;

import static dev.rgap.config.Readers.choice;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandSettings;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kind {@code command}: runs a program after each change of a group. */
public final class CommandType implements OutputType<CommandType.Config> {

  private static final Duration DEFAULT_WAIT_DELAY = Duration.ofMillis(100);

  /** A member in JSON, its expiry, and the same address as one that has joined. */
  private static final long BYTES_OF_JSON = 450;

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
   * @param waitDelay how long to wait for the end of its output after its own; zero: until it comes
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

  @Override
  public String kind() {
    return "command";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      Optional<GroupId> group = settings.require("group", groups::reference);
      Optional<List<String>> argv =
          settings.require("command", "write [program, argument, ...]", CommandSettings.argv());
      Duration timeout = settings.read("timeout", CommandSettings.timeout()).orElse(Duration.ZERO);
      int attempts =
          settings.read("retries", integers(Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(1));
      Duration waitDelay =
          settings.read(
              "wait_delay", durations().notNegative().example("10s").orElse(DEFAULT_WAIT_DELAY));
      Format format = settings.read("format", choice(Format.class).orElse(Format.LINES));
      Debounce debounce = settings.read("debounce", Debounce.reader(Debounce.NONE));
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

  @Override
  public Set<GroupId> publishes(Config config) {
    return Set.of(config.group());
  }

  @Override
  public String target(Config config) {
    return config.group() + " " + config.argv().getFirst();
  }

  @Override
  public long bytesPerMember(Config config, GroupId group) {
    if (!config.group().equals(group)) {
      return 0;
    }
    return switch (config.format()) {
      case LINES -> MappedGroup.COPIES_OF_TEXT * (MappedGroup.ADDRESS_LENGTH + 1L);
      case JSON -> BYTES_OF_JSON;
    };
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new CommandOutput(config, context, CommandRunner.onThisHost());
  }
}
