package dev.rgap.cli;

import dev.rgap.protocol.PreSharedKey;
import java.security.SecureRandom;
import java.util.List;

/** Makes a key. */
final class GenpskCommand implements Command {

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
