package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.config.Heap;
import dev.rgap.cli.log.Log;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.http.HttpApi;
import dev.rgap.http.Subject;
import dev.rgap.http.Textfile;
import dev.rgap.listener.Changes;
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
import java.util.concurrent.atomic.AtomicBoolean;

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
    ConfigFile file = new ConfigFile();
    Reloading<ListenerConfig> reloading = new Reloading<>(file, name, environment, manager);
    shutdown.outliveOthers(reloading::request);
    ConfigResult<ListenerConfig> read = file.show(name, environment.err(), environment);
    ListenerConfig config = read.config().orElseThrow(() -> ConfigFile.refused(name));
    warnIfTooSmall(name, config, environment);
    shutdown.arm();
    try {
      run(name, config, read, reloading, manager, environment);
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

  private static void warnIfTooSmall(String name, ListenerConfig config, Environment environment) {
    Heap.warnIfTooSmall(Heap.ofThisProcess(), name, config, environment);
  }

  private static void run(
      String name,
      ListenerConfig config,
      ConfigResult<ListenerConfig> read,
      Reloading<ListenerConfig> reloading,
      ServiceManager manager,
      Environment environment)
      throws IOException {
    Shutdown shutdown = environment.shutdown();
    try (Listener listener = Listener.builder(config).onFailure(shutdown::fail).build()) {
      keepNumbers(listener.metrics());
      reloading.keepNumbers(listener.metrics());
      listener.start();
      shutdown.allow(listener.closingTime());
      AtomicBoolean wasReady = new AtomicBoolean();
      Subject subject =
          new Subject(
              VersionCommand.version(),
              listener.membership(),
              listener.metrics(),
              listener.stats(),
              listener::rejections,
              () -> reloading.present(config),
              wasReady::get,
              reloading::requestAndWait,
              reloading::last,
              listener::outputReports);
      try (Textfile textfile = textfile(listener.metrics());
          HttpApi http = new HttpApi(subject, environment.variables())) {
        http.start(read.http());
        listener.countMissing(http::missing);
        Changes _ = textfile.reconfigure(read.textfile());
        reloading.start(
            again -> {
              ListenerConfig wanted = again.config().orElseThrow();
              Changes changes =
                  Reloading.both(
                      listener.reconfigure(wanted),
                      Reloading.both(
                          http.reconfigure(again.http()), textfile.reconfigure(again.textfile())));
              warnIfTooSmall(name, wanted, environment);
              return changes;
            },
            read);
        Shutdown.requireThreads();
        System.getLogger(ListenerCommand.class.getName()).log(Level.INFO, "listener ready");
        manager.ready();
        serve(listener, manager, reloading, wasReady, shutdown);
        reloading.end();
      }
    }
  }

  static Textfile textfile(Metrics metrics) {
    return new Textfile(
        metrics, VersionCommand.version(), name -> Scheduler.onThread(name, HostClock.system()));
  }

  private static void serve(
      Listener listener,
      ServiceManager manager,
      Reloading<ListenerConfig> reloading,
      AtomicBoolean wasReady,
      Shutdown shutdown) {
    if (!manager.isPresent()) {
      await(listener, wasReady, shutdown);
      return;
    }
    try (Scheduler scheduler = Scheduler.onThread("rgap-manager", HostClock.system())) {
      ListenerReports _ = new ListenerReports(manager, listener, reloading::remark, scheduler);
      await(listener, wasReady, shutdown);
    }
    manager.stopping();
  }

  private static void await(Listener listener, AtomicBoolean wasReady, Shutdown shutdown) {
    ReadySign.show(listener.membership(), shutdown);
    wasReady.set(true);
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
