package dev.rgap.cli;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/** Runs a listener until it is stopped. */
final class ListenerCommand implements Command {

  @Override
  public String summary() {
    return "collect announcements and hand the members to outputs";
  }

  @Override
  public List<Flag> flags() {
    return List.of(ConfigFlag.WITH_DEFAULT);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    String given = arguments.value(ConfigFlag.WITH_DEFAULT);
    ListenerConfig config =
        ConfigFlag.require(given == null ? ConfigFlag.DEFAULT_FILE : given, environment);
    environment.shutdown().arm();
    try (Listener listener = Listener.builder(config).build()) {
      listener.start();
      environment.shutdown().allow(listener.closingTime());
      System.getLogger(ListenerCommand.class.getName()).log(Level.INFO, "listener ready");
      environment.shutdown().await();
    }
    return 0;
  }
}
