package dev.rgap.cli.command;

import dev.rgap.agent.Agents;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.AgentFile;
import dev.rgap.cli.config.ConfigReader;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.http.Textfile;
import dev.rgap.listener.Changes;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.worker.config.AgentsConfig;
import java.lang.System.Logger.Level;
import java.util.List;

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

  int run() throws Failure {
    Shutdown shutdown = environment.shutdown();
    shutdown.serve();
    shutdown.outliveOthers(reloading::request);
    ConfigResult<AgentsConfig> read = file.show(name, environment.err(), environment);
    AgentsConfig config = read.config().orElseThrow(() -> ConfigReader.refused(name));
    shutdown.arm();
    AgentCommand.forgetAddresses();
    ListenerCommand.keepNumbers(metrics);
    reloading.keepNumbers(metrics);
    try (Agents agents = new Agents(this::scheduler, clock, metrics);
        Textfile textfile = ListenerCommand.textfile(metrics)) {
      List<String> _ = become(agents, config);
      Changes _ = textfile.reconfigure(read.textfile());
      reloading.start(
          again ->
              Reloading.both(
                  new Changes(become(agents, again.config().orElseThrow()), List.of()),
                  textfile.reconfigure(again.textfile())),
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
    AgentCommand.drain(agents::drain, agents::reports, agents.drainFor(), environment, manager);
  }
}
