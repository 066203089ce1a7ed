package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.DocumentedMetrics;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md against the numbers of who asks. */
class MetricsDocTest {

  @Test
  void thePageNamesExactlyTheNumbersOfTheApi() throws IOException {
    Metrics metrics = new Metrics();
    Traffic traffic = new Traffic();
    traffic.register(metrics, () -> 0, () -> 0);
    traffic.answered(200);

    assertThat(DocumentedMetrics.kept(metrics)).isEqualTo(DocumentedMetrics.documented("HTTP API"));
  }
}
