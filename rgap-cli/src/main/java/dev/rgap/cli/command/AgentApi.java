package dev.rgap.cli.command;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentReport;
import dev.rgap.cli.process.Environment;
import dev.rgap.http.AgentSubject;
import dev.rgap.http.HttpApi;
import dev.rgap.http.HttpConfig;
import dev.rgap.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The local socket of an agent that goes by its command line. */
final class AgentApi {

  private static final Duration PAUSE = Duration.ofMillis(10);

  /** After so many pauses it is opened, also if nothing could be sent. */
  private static final int PAUSES = 100;

  private AgentApi() {}

  /**
   * Opens it when the first announcement has been sent, which is not to wait for it. If it can't be
   * had, the agent goes on without.
   */
  static HttpApi open(Agent agent, Metrics metrics, Environment environment) {
    for (int i = 0; i < PAUSES && !hasSent(agent.report()); i++) {
      if (environment.shutdown().await(PAUSE)) {
        break;
      }
    }
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

  private static boolean hasSent(AgentReport report) {
    for (AgentReport.Sent destination : report.destinations()) {
      if (destination.sent() > 0) {
        return true;
      }
    }
    return false;
  }
}
