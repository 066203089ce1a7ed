package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.metrics.Metrics;
import dev.rgap.testing.DocumentedMetrics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenerCommandTest {

  @Test
  void thePageNamesExactlyTheNumbersOfTheProgram() throws Exception {
    Metrics metrics = new Metrics();
    ListenerCommand.keepNumbers(metrics);
    ListenerCommand.textfile(metrics).close();
    Environment environment =
        new Environment(Map.of(), System.in, System.out, System.err, new Shutdown());
    new Reloading<>(new ConfigFile(), "rgap.yaml", environment, ServiceManager.of(environment))
        .keepNumbers(metrics);

    assertThat(DocumentedMetrics.kept(metrics))
        .isEqualTo(DocumentedMetrics.documented("The program"));
  }
}
