package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.testing.DocumentedMetrics;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the process takes. */
class ProcessNumbersTest {

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "some are of Linux' /proc")
  void thePageNamesExactlyThese() throws Exception {
    assertThat(DocumentedMetrics.rows(ProcessNumbers.now()))
        .isEqualTo(DocumentedMetrics.documented("The process"));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "some are of Linux' /proc")
  void theyArePlausible() {
    MetricsSnapshot now = new MetricsSnapshot(ProcessNumbers.now());

    assertThat(now.value("process_open_fds"))
        .isPositive()
        .isLessThanOrEqualTo(now.value("process_max_fds"));
    assertThat(now.value("process_resident_memory_bytes")).isGreaterThan(1 << 20);
    assertThat(now.value("process_start_time_seconds")).isGreaterThan(1e9);
    assertThat(now.value("jvm_threads_current")).isPositive();
    assertThat(now.value("jvm_memory_used_bytes", "area", "heap"))
        .isPositive()
        .isLessThan(now.value("jvm_memory_max_bytes", "area", "heap"));
  }

  @Test
  void whatIsNotToldIsLeftOut(@TempDir Path nothing) {
    assertThat(ProcessNumbers.of(nothing))
        .extracting(Family::name)
        .contains("jvm_threads_current")
        .doesNotContain("process_open_fds", "process_max_fds", "process_resident_memory_bytes");
  }
}
