package dev.rgap.cli.command;

import dev.rgap.agent.Agents;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.AgentFile;
import dev.rgap.cli.config.ConfigReader;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.http.AgentSubject;
import dev.rgap.http.HttpApi;
import dev.rgap.http.Textfile;
import dev.rgap.listener.Changes;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.worker.config.AgentsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the agents of a file until it is stopped. */
final class AgentService {

  private static final System.Logger LOG = System.getLogger(AgentService.class.getName());

  private final String name;
  private final Environment environment;
  private final ServiceManager manager;
  private final Reloading<AgentsConfig> reloading;
  private final AgentFile file = new AgentFile();
  private final HostClock clock = HostClock.system();
  private final Metrics metrics = new Metrics();
  private final AgentPlans plans = new AgentPlans(metrics, clock);

  /** Nothing is read yet. */
  AgentService(String name, Environment environment) {
    this.name = name;
    this.environment = environment;
    this.manager = ServiceManager.of(environment);
    this.reloading = new Reloading<>(file, name, environment, manager);
  }

  int run() throws Failure, IOException {
    Shutdown shutdown = environment.shutdown();
    shutdown.serve();
    shutdown.outliveOthers(reloading::request);
    ConfigResult<AgentsConfig> read = file.show(name, environment.err(), environment);
    AgentsConfig config = read.config().orElseThrow(() -> ConfigReader.refused(name));
    shutdown.arm();
    AgentCommand.forgetAddresses();
    ListenerCommand.keepNumbers(metrics);
    reloading.keepNumbers(metrics);
    Agents agents = new Agents(this::scheduler, clock, metrics);
    // The agents are closed first: goodbye does not wait for those who ask.
    try (WatchedClock watched = new WatchedClock(clock, metrics);
        Textfile textfile = ListenerCommand.textfile(metrics);
        HttpApi http = new HttpApi(subject(agents, watched), environment.variables());
        agents) {
      List<String> _ = become(agents, config);
      List<String> _ = watched.become(config.clock());
      Changes _ = textfile.reconfigure(read.textfile());
      http.start(read.http());
      reloading.start(
          again -> {
            AgentsConfig wanted = again.config().orElseThrow();
            List<String> made = new ArrayList<>(become(agents, wanted));
            made.addAll(watched.become(wanted.clock()));
            return Reloading.both(
                new Changes(made, List.of()),
                Reloading.both(
                    http.reconfigure(again.http()), textfile.reconfigure(again.textfile())));
          },
          read);
      Shutdown.requireThreads();
      AgentReports.awaitFirst(agents::awaitFirstRound, shutdown);
      LOG.log(Level.INFO, "agent ready");
      manager.ready();
      serve(agents);
      reloading.end();
    }
    return 0;
  }

  private AgentSubject subject(Agents agents, WatchedClock watched) {
    return new AgentSubject(
        VersionCommand.version(),
        metrics,
        agents::reports,
        agents::drain,
        agents::undrain,
        Optional.of(reloading::requestAndWait),
        watched::offset);
  }

  private Scheduler scheduler(String of) {
    return AgentCommand.watched(of, Agents.scheduler(of, clock), manager);
  }

  private List<String> become(Agents agents, AgentsConfig config) {
    List<String> made = agents.become(plans.of(config));
    environment.shutdown().allow(agents.drainFor());
    return made;
  }

  private void serve(Agents agents) {
    if (!manager.isPresent()) {
      end(agents);
      return;
    }
    try (Scheduler scheduler = Scheduler.onThread(AgentReports.THREAD, clock)) {
      AgentReports.tell(manager, agents::reports, reloading::remark, scheduler);
      end(agents);
    }
  }

  /** Waits for the end, and for what is to be done before it. */
  private void end(Agents agents) {
    environment.shutdown().await();
    Draining.await(agents::drain, agents::reports, agents.drainFor(), environment, manager);
  }
}
