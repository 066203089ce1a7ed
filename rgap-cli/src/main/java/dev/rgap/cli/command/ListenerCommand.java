package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.log.Log;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
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
    environment.shutdown().outliveOthers();
    ListenerConfig config = ConfigFile.require(ConfigFile.name(arguments), environment);
    environment.shutdown().arm();
    try (Listener listener = Listener.builder(config).build()) {
      countDroppedLines(listener.metrics());
      listener.start();
      environment.shutdown().allow(listener.closingTime());
      System.getLogger(ListenerCommand.class.getName()).log(Level.INFO, "listener ready");
      environment.shutdown().await();
    }
    return 0;
  }

  private static void countDroppedLines(Metrics metrics) {
    metrics.family(
        "rgap_log_lines_dropped_total",
        MetricsSnapshot.Type.COUNTER,
        "Lines of the log that were dropped as nobody read them.",
        () -> List.of(Sample.of((double) Log.dropped())));
  }
}
