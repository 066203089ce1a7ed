package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import java.util.List;

/** Something that {@code rgap} can be told to do. */
public interface Command {

  /** What it does, in a line. */
  String summary();

  /** Its own flags; the ones of {@link GlobalFlags} come on top. */
  List<Flag> flags();

  /** The argument that it takes besides flags. */
  default Operand operand() {
    return Operand.NONE;
  }

  /**
   * Does it.
   *
   * @return the exit status
   * @throws Exception if it can't be done; a {@link dev.rgap.cli.args.Failure} has a line that says
   *     why
   */
  int run(Arguments arguments, Environment environment) throws Exception;

  /**
   * The one argument that a command takes besides flags.
   *
   * @param label what stands for it in the help; empty if there is no such argument
   * @param required whether it must be given
   * @param candidates the values that it can have; empty if they can't be listed
   */
  record Operand(String label, boolean required, List<String> candidates) {
    /** There is no such argument. */
    public static final Operand NONE = new Operand("", false, List.of());

    /** Whether there is such an argument. */
    public boolean isTaken() {
      return !label.isEmpty();
    }
  }
}
