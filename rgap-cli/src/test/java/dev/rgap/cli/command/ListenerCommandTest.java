package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.DocumentedMetrics;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ListenerCommandTest {

  @Test
  void thePageNamesExactlyTheNumbersOfTheProgram() throws IOException {
    Metrics metrics = new Metrics();
    ListenerCommand.keepNumbers(metrics);

    assertThat(DocumentedMetrics.kept(metrics))
        .isEqualTo(DocumentedMetrics.documented("The program"));
  }
}
