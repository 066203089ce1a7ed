package dev.rgap.cli;

import dev.rgap.listener.ListenerConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** The flag {@code --config} and the file that it names. */
final class ConfigFlag {

  static final String DEFAULT_FILE = "rgap.yaml";
  static final Flag WITH_DEFAULT =
      Flag.file("config", 'c', "configuration file (default " + DEFAULT_FILE + ")");
  static final Flag OPTIONAL =
      Flag.file("config", 'c', "configuration file, for its addresses and keys");

  private ConfigFlag() {}

  /**
   * Reads a configuration file and prints all that is wrong with it.
   *
   * @return the configuration, or nothing if it has errors
   */
  static Optional<ListenerConfig> load(String name, PrintStream problems, Environment environment)
      throws Failure {
    Path file = FileAccess.readable(name);
    ConfigFile.Result result = ConfigFile.load(file, new OutputTypes(BuiltinOutputs.types()));
    result.problems().forEach(problems::println);
    boolean holdsKeys =
        result.hasErrors()
            || result.config().filter(config -> !config.groups().isEmpty()).isPresent();
    if (holdsKeys) {
      FileAccess.warnIfOthersCanRead(file, environment);
    }
    return result.hasErrors() ? Optional.empty() : result.config();
  }

  /** The same, with problems on standard error and errors ending the command. */
  static ListenerConfig require(String name, Environment environment) throws Failure {
    return load(name, environment.err(), environment)
        .orElseThrow(() -> new Failure(name + " has errors; nothing was started"));
  }
}
