package dev.rgap.cli.command.demo;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.FlagValues;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.process.Environment;
import java.time.Duration;
import java.util.List;

/** Shows on this host alone what rgap does. */
public final class DemoCommand implements Command {

  private static final Flag FOR =
      Flag.text("for", Flag.NO_LETTER, "DURATION", "when to end (default: when stopped)");

  @Override
  public String summary() {
    return "show what rgap does, with a listener and agents on this host";
  }

  @Override
  public List<Flag> flags() {
    return List.of(FOR);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Exception {
    String value = arguments.value(FOR);
    Duration bound = value == null ? Duration.ZERO : FlagValues.duration("--for", value);
    if (value != null && !bound.isPositive()) {
      throw new Failure("--for: '" + value + "' is not longer than 0");
    }
    environment.shutdown().arm();
    return new Demo(bound, environment.out()).run(environment.shutdown());
  }
}
