package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import java.util.List;

/** Says which version this is. */
public final class VersionCommand implements Command {

  @Override
  public String summary() {
    return "print the version";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public int run(Arguments arguments, Environment environment) {
    environment.out().println("rgap " + version());
    environment
        .out()
        .println(
            "Java " + Runtime.version() + " (" + System.getProperty("java.vendor.version") + ")");
    return 0;
  }

  /** As the jar's manifest has it; classes outside of a jar have none. */
  public static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(not released)" : version;
  }
}
