package dev.rgap.time;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemHostClockTest {

  @ParameterizedTest
  @CsvSource({
    "'350735.47 234388.90\n', 350735470000000",
    "'0.00 0.00', 0",
    "'12.345678901 1', 12345678901",
    "'12.3456789019 1', 12345678901",
    "4000000000.01, 4000000000010000000",
  })
  void readsAnUptime(String text, long nanos) {
    assertThat(SystemHostClock.parseUptime(text.getBytes(US_ASCII))).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1", ".5", "1.2.3", "-1.0", "x"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> SystemHostClock.parseUptime(text.getBytes(US_ASCII)))
        .isInstanceOf(NumberFormatException.class);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void linuxTells() {
    HostClock clock = HostClock.system();
    long first = clock.bootNanoTime();
    assertThat(first).isNotNegative();
    assertThat(clock.bootNanoTime()).isGreaterThanOrEqualTo(first);
  }
}
