package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/** Runs a listener until it is stopped. */
public final class ListenerCommand implements Command {

  @Override
  public String summary() {
    return "collect announcements and hand the members to outputs";
  }

  @Override
  public List<Flag> flags() {
    return List.of(ConfigFile.FLAG);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    environment.shutdown().serve();
    ListenerConfig config = ConfigFile.require(ConfigFile.name(arguments), environment);
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
