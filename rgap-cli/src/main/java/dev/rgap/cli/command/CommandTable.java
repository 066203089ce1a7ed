package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import java.util.List;

/** The commands that there are, for those that tell about others: help and completion. */
public interface CommandTable {

  /** The names of those that the help shows, in its order. */
  List<String> names();

  /** Whether there is a command of this name, shown by the help or not. */
  boolean has(String name);

  /**
   * A command, shown by the help or not.
   *
   * @throws Failure if there is none of this name
   */
  Command get(String name) throws Failure;
}
