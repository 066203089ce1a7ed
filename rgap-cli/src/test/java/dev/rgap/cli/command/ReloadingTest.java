package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.command.ReloadSign.State;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.metrics.MetricsSnapshot;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a listener counts of the times that its configuration was read again. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the end of a reload is seen in Linux' /proc")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ReloadingTest {

  private static final String GOOD =
      """
      listen: ['127.0.0.1:0']
      groups: [{id: 1, psk: %s, expire: 15s}]
      outputs: [{kind: eventlog}]
      """
          .formatted("ab".repeat(32));

  @TempDir private Path directory;
  private final Environment environment =
      new Environment(Map.of(), System.in, System.out, System.err, new Shutdown());
  private Path file;
  private Listener listener;
  private Reloading<ListenerConfig> reloading;
  private double since;

  @BeforeEach
  void start() throws Exception {
    file = directory.resolve("rgap.yaml");
    write(GOOD);
    ConfigResult<ListenerConfig> first = new ConfigFile().read(file.toString(), environment);
    listener = Listener.builder(first.config().orElseThrow()).build();
    reloading =
        new Reloading<>(
            new ConfigFile(), file.toString(), environment, ServiceManager.of(environment));
    reloading.keepNumbers(listener.metrics());
    listener.start();
    reloading.start(again -> listener.reconfigure(again.config().orElseThrow()), first);
    since = goodSince();
  }

  @AfterEach
  void end() {
    reloading.end();
    listener.close();
  }

  private void write(String yaml) throws IOException {
    Files.writeString(file, yaml);
  }

  /** Has the file read again, for the so-manieth time, and waits for what comes of it. */
  private State reload(int number) throws Exception {
    reloading.request();
    while (true) {
      Optional<ReloadSign> sign = sign();
      if (sign.isPresent() && sign.get().number() == number && sign.get().state() != State.GO) {
        return sign.get().state();
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static Optional<ReloadSign> sign() throws IOException {
    try {
      return Optional.of(ReloadSign.of(Path.of("/proc/self")));
    } catch (Failure e) {
      return Optional.empty(); // its thread has only begun
    }
  }

  private MetricsSnapshot numbers() {
    return listener.metrics().snapshot();
  }

  private double goodSince() {
    return numbers().value("rgap_config_last_reload_success_timestamp_seconds");
  }

  private void assertNumbers(int successful, int missing) {
    assertThat(numbers().value("rgap_config_last_reload_successful")).isEqualTo(successful);
    assertThat(numbers().value("rgap_config_missing")).isEqualTo(missing);
  }

  @Test
  void whatIsReadAtTheStartIsInUse() {
    assertNumbers(1, 0);
    assertThat(goodSince()).isEqualTo(since);
    assertThat(reloading.last()).isEmpty();
  }

  @Test
  void errorsAreShownUntilTheyAreMended() throws Exception {
    assertThat(reload(1)).isEqualTo(State.OK);
    assertNumbers(1, 0);
    assertThat(goodSince()).as("read again, though nothing has changed").isGreaterThan(since);
    since = goodSince();

    write(GOOD.replace("15s", "soon"));
    assertThat(reload(2)).isEqualTo(State.NO);
    assertNumbers(0, 0);
    assertThat(reloading.last())
        .hasValueSatisfying(last -> {
          assertThat(last.outcome().used()).isFalse();
          assertThat(last.outcome().problems()).singleElement().asString().contains("expire");
        });
    Files.delete(file);
    assertThat(reload(3)).isEqualTo(State.NO);
    assertNumbers(0, 0);
    assertThat(goodSince()).as("that of before is in use").isEqualTo(since);

    write(GOOD.replace("15s", "16s"));
    assertThat(reload(4)).isEqualTo(State.OK);
    assertThat(reloading.last())
        .hasValueSatisfying(last -> assertThat(last.outcome().used()).isTrue());
    assertNumbers(1, 0);
    assertThat(goodSince()).isGreaterThan(since);
  }

  @Test
  void whatCantBeStartedIsMissingFromWhatIsInUse() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      write(GOOD.replace("0']", "0', '127.0.0.1:" + other.getLocalPort() + "']"));
      assertThat(reload(1)).isEqualTo(State.SO);
      assertNumbers(1, 1);
      assertThat(goodSince()).isGreaterThan(since);

      write("");
      assertThat(reload(2)).isEqualTo(State.NO);
      assertNumbers(0, 1);
      write(GOOD);
      assertThat(reload(3)).isEqualTo(State.OK);
      assertNumbers(1, 0);
    }
  }
}
