package dev.rgap.cli.command;

import dev.rgap.agent.Agent;
import dev.rgap.cli.process.Environment;
import dev.rgap.http.AgentSubject;
import dev.rgap.http.HttpApi;
import dev.rgap.http.HttpConfig;
import dev.rgap.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/** The local socket of an agent that goes by its command line. */
final class AgentApi {

  private AgentApi() {}

  /**
   * Opens it when the first announcement has been sent, which is not to wait for it. If it can't be
   * had, the agent goes on without.
   */
  static HttpApi open(Agent agent, Metrics metrics, Environment environment) {
    AgentReports.awaitFirst(agent::awaitFirstRound, environment.shutdown());
    HttpApi api =
        new HttpApi(
            new AgentSubject(
                VersionCommand.version(),
                metrics,
                () -> List.of(agent.report()),
                agent::drain,
                agent::undrain,
                Optional.empty(),
                Optional::empty),
            environment.variables());
    try {
      api.start(HttpConfig.DEFAULT);
    } catch (IOException | OutOfMemoryError e) {
      System.getLogger(AgentApi.class.getName())
          .log(Level.WARNING, "there is no socket for ''rgap status'': {0}", e.getMessage());
    }
    return api;
  }
}
