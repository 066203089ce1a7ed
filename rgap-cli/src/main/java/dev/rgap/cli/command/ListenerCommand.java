package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.Heap;
import dev.rgap.cli.log.Log;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
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
    Shutdown shutdown = environment.shutdown();
    shutdown.serve();
    String name = ConfigFile.name(arguments);
    ServiceManager manager = ServiceManager.of(environment);
    Reloading reloading = new Reloading(name, environment, manager);
    shutdown.outliveOthers(reloading::request);
    ConfigFile.Result read = ConfigFile.show(name, environment.err(), environment);
    ListenerConfig config = read.config().orElseThrow(() -> ConfigFile.refused(name));
    Heap.warnIfTooSmall(Heap.ofThisProcess(), name, config, environment);
    shutdown.arm();
    try {
      run(config, read, reloading, manager, environment);
    } catch (OutOfMemoryError e) {
      throw new IOException("the listener can't run: " + e.getMessage(), e);
    }
    Throwable failure = shutdown.failure();
    if (failure != null) {
      throw new IOException(
          "the listener has ended, as what lets members leave has failed: " + failure, failure);
    }
    return 0;
  }

  private static void run(
      ListenerConfig config,
      ConfigFile.Result read,
      Reloading reloading,
      ServiceManager manager,
      Environment environment)
      throws IOException {
    Shutdown shutdown = environment.shutdown();
    try (Listener listener = Listener.builder(config).onFailure(shutdown::fail).build()) {
      keepNumbers(listener.metrics());
      reloading.keepNumbers(listener.metrics());
      listener.start();
      shutdown.allow(listener.closingTime());
      reloading.start(listener, read);
      Shutdown.requireThreads();
      System.getLogger(ListenerCommand.class.getName()).log(Level.INFO, "listener ready");
      manager.ready();
      if (manager.isPresent()) {
        report(manager, listener, reloading, shutdown);
      } else {
        serve(listener, shutdown);
      }
      reloading.end();
    }
  }

  private static void report(
      ServiceManager manager, Listener listener, Reloading reloading, Shutdown shutdown) {
    try (Scheduler scheduler = Scheduler.onThread("rgap-manager", HostClock.system())) {
      ListenerReports _ = new ListenerReports(manager, listener, reloading::remark, scheduler);
      serve(listener, shutdown);
    }
    manager.stopping();
  }

  private static void serve(Listener listener, Shutdown shutdown) {
    ReadySign.show(listener.membership(), shutdown);
    shutdown.await();
  }

  /** Adds the numbers of the program to those of its listener. */
  static void keepNumbers(Metrics metrics) {
    metrics.family(
        "rgap_log_lines_dropped_total",
        MetricsSnapshot.Type.COUNTER,
        "Lines of the log that were dropped as nobody read them.",
        () -> List.of(Sample.of((double) Log.dropped())));
  }
}
