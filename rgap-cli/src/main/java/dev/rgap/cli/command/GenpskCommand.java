package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.PreSharedKey;
import java.security.SecureRandom;
import java.util.List;

/** Makes a key. */
public final class GenpskCommand implements Command {

  @Override
  public String summary() {
    return "print a new pre-shared key";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public int run(Arguments arguments, Environment environment) {
    environment.out().println(PreSharedKey.generate(new SecureRandom()).revealHex());
    return 0;
  }
}
