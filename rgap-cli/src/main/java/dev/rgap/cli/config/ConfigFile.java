package dev.rgap.cli.config;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Flag;
import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigSection;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import java.util.Optional;
import java.util.function.Consumer;

/** The YAML file with a listener's configuration, and the flag that names it. */
public final class ConfigFile extends ConfigReader<ListenerConfig> {

  /** What is read where the flag isn't given, in the working directory. */
  public static final String DEFAULT_NAME = "rgap.yaml";

  /** The flag of a command that needs the file. */
  public static final Flag FLAG =
      Flag.file("config", 'c', "configuration file (default " + DEFAULT_NAME + ")");

  /** The flag of a command that can do without. */
  public static final Flag OPTIONAL =
      Flag.file("config", 'c', "configuration file, for its addresses and keys");

  private final OutputTypes types;

  /** With the outputs that there are. */
  public ConfigFile() {
    this(new OutputTypes(BuiltinOutputs.types()));
  }

  /** With these outputs. */
  public ConfigFile(OutputTypes types) {
    super(DEFAULT_NAME);
    this.types = types;
  }

  /** The name of the file that is meant. */
  public static String name(Arguments arguments) {
    String given = arguments.value(FLAG);
    return given == null ? DEFAULT_NAME : given;
  }

  @Override
  Optional<ListenerConfig> read(
      ConfigNode root, String name, Reading reading, Consumer<? super ConfigSection> others) {
    return FileKind.LISTENER.require(root, name, reading.problems())
        ? ListenerConfig.parse(reading.value(root), types, reading.keyFiles(), others)
        : Optional.empty();
  }

  @Override
  int keys(ListenerConfig config) {
    int keys = 0;
    for (GroupConfig group : config.groups()) {
      keys += group.keys().size();
    }
    return keys;
  }

  @Override
  public boolean watches(ListenerConfig config) {
    return config.watch();
  }
}
