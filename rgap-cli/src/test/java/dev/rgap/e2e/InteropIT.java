package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Go implementation's agent and our listener understand each other, and the reverse. */
@EnabledIfEnvironmentVariable(
    named = InteropIT.REFERENCE,
    matches = ".+",
    disabledReason = "RGAP_REFERENCE does not name a binary of the Go implementation")
class InteropIT {

  static final String REFERENCE = "RGAP_REFERENCE";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  static Program reference(String... arguments) {
    return Program.of(Path.of(System.getenv(REFERENCE)).toAbsolutePath().toString()).and(arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:PORT, 127.0.0.1:PORT, 10.0.0.1, 1000",
    "127.0.0.1:PORT, 127.0.0.1:PORT, 2001:db8::1, 18446744073709551615",
    "127.0.0.1:PORT, 127.0.0.1:PORT@lo, 10.0.0.1, 0",
    "[::1]:PORT, [::1]:PORT, 2001:db8::1, 9223372036854775808",
    ":PORT, 127.0.0.1:PORT, 10.0.0.1, 1000",
    ":PORT, [::1]:PORT, 10.0.0.1, 1000",
    "239.82.71.65:PORT@lo, 239.82.71.65:PORT@lo, 10.0.0.1, 1000",
    "239.82.71.65:PORT@127.0.0.0/8, 239.82.71.65:PORT@127.0.0.0/8, 10.0.0.1, 1000",
  })
  void understandEachOther(String listen, String destination, String address, String group)
      throws Exception {
    talk(true, listen, destination, address, group);
    talk(false, listen, destination, address, group);
  }

  private void talk(
      boolean ourAgent, String listen, String destination, String address, String group)
      throws Exception {
    String port = Integer.toString(Programs.freePort());
    Path config =
        Programs.config(
            directory,
            """
            listen: ["%s"]
            groups:
            - {id: %s, psk: %s, expire: 2s, clock_skew: 2s, readiness_delay: 0s}
            outputs:
            - kind: eventlog
            """
                .formatted(listen.replace("PORT", port), group, programs.key));
    String[] listenerArguments = {"listener", "-c", config.toString()};
    String[] agentArguments = {
      "agent", "-g", group, "-a", address, "-i", "200ms", "-d", destination.replace("PORT", port)
    };
    RunningProgram listener =
        programs.start(ourAgent ? reference(listenerArguments) : Program.rgap(listenerArguments));
    RunningProgram agent =
        programs.start(
            (ourAgent ? Program.rgap(agentArguments) : reference(agentArguments))
                .with("RGAP_PSK", programs.key));

    // The agent announces again and again: it does not matter which of the two was ready first.
    String host = address.replace(".", "\\.");
    listener.log().await("host %s has joined group %s\\b".formatted(host, group));
    agent.stop();
    listener.log().await("host %s has left group %s\\b".formatted(host, group));
    listener.stop();
    assertThat(listener.log().matching("has joined")).hasSize(1);
    assertThat(listener.log().matching("has left")).hasSize(1);
  }
}
