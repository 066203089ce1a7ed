package dev.rgap.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceManagerTest {

  private final List<String> messages = new ArrayList<>();
  private @Nullable IOException failure;
  private final ServiceManager manager = ServiceManager.at(this::take, Duration.ZERO);

  private void take(byte[] message) throws IOException {
    if (failure != null) {
      throw failure;
    }
    messages.add(new String(message, StandardCharsets.UTF_8));
  }

  private static ServiceManager of(Map<String, String> variables) {
    return ServiceManager.of(
        new Environment(variables, System.in, System.out, System.err, new Shutdown()));
  }

  @Test
  void isToldInTheWordsOfItsManual() {
    manager.ready();
    manager.status("1 group, 2 members");
    manager.alive();
    manager.reloading(12_345_678);
    manager.stopping();
    manager.extend(Duration.ofSeconds(40));
    assertThat(messages)
        .containsExactly(
            "READY=1",
            "STATUS=1 group, 2 members",
            "WATCHDOG=1",
            "RELOADING=1\nMONOTONIC_USEC=12345678",
            "STOPPING=1\nSTATUS=stopping",
            "EXTEND_TIMEOUT_USEC=40000000");
  }

  @Test
  void oneThatDoesNotListenIsToldOn() {
    failure = new IOException("Connection refused");
    manager.ready();
    manager.alive();
    assertThat(messages).isEmpty();
    failure = null;
    manager.alive();
    assertThat(messages).containsExactly("WATCHDOG=1");
  }

  /** Without the launcher, or without a manager: standard input is somebody else's. */
  @ParameterizedTest
  @CsvSource({"RGAP_NOTIFY,", "RGAP_NOTIFY,fd3", "NOTIFY_SOCKET,/run/systemd/notify"})
  void isThereOnlyIfTheLauncherSaysSo(String name, @Nullable String value) {
    ServiceManager none = of(Map.of(name, value == null ? "" : value, "RGAP_WATCHDOG_USEC", "5"));
    assertThat(none.isPresent()).isFalse();
    assertThat(none.watchdog()).isZero();
    none.ready(); // goes nowhere
  }

  @ParameterizedTest
  @CsvSource({
    "60000000,PT1M",
    "3,PT0.000003S",
    "0,PT0S",
    "-7,PT0S",
    "'',PT0S",
    "x,PT0S",
    "9223372036854775807,PT0S"
  })
  void saysHowOftenItWantsASignOfLife(String micros, Duration watchdog) {
    ServiceManager some = of(Map.of("RGAP_NOTIFY", "stdin", "RGAP_WATCHDOG_USEC", micros));
    assertThat(some.isPresent()).isTrue();
    assertThat(some.watchdog()).isEqualTo(watchdog);
    assertThat(of(Map.of("RGAP_NOTIFY", "stdin")).watchdog()).isZero();
  }
}
