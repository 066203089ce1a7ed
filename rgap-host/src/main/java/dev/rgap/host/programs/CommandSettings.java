package dev.rgap.host.programs;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.DurationReader;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads settings about programs. */
@StableApi
public final class CommandSettings {

  private CommandSettings() {}

  /** A program and its arguments: a list that begins with a text that is not empty. */
  public static Reader<List<String>> argv() {
    return CommandSettings::readArgv;
  }

  private static Optional<List<String>> readArgv(ConfigValue setting) {
    if (!setting.isList()) {
      setting.error(
          "must be a list: a program and its arguments",
          "write [program, argument, ...]; for a shell's command line, [sh, -c, 'command line']");
      return Optional.empty();
    }
    return setting
        .read(Readers.listOf(CommandSettings::readWord))
        .flatMap(argv -> {
          if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            setting.error("names no program", "write [program, argument, ...]");
            return Optional.empty();
          }
          return Optional.of(argv);
        });
  }

  /** A word; nothing is none, for it is mostly meant to be a home directory. */
  private static Optional<String> readWord(ConfigValue word) {
    if (word.isEmpty()) {
      word.error(
          "is nothing: YAML reads ~ and null so",
          "put it in quotes, or write '' for an empty argument; no shell replaces a ~ here");
      return Optional.empty();
    }
    return word.text();
  }

  /** How long a program may run; 0 is without limit. */
  public static Reader<Duration> timeout() {
    return Readers.durations()
        .notNegative()
        .example("10s")
        .where(
            given -> given.isZero() || given.compareTo(DurationReader.SHORTEST) >= 0,
            "must be at least 1ms, or 0 for no limit",
            "write for example 10s");
  }
}
