package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A member joins, stays as long as its agent announces it, and leaves; programs end when asked. */
@Execution(ExecutionMode.CONCURRENT)
class LifeCycleIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @Test
  void memberStaysWhileItIsAnnounced() throws Exception {
    String address = "127.0.0.1:" + Programs.freePort();
    RunningProgram listener =
        programs.listener(
            programs.config(directory, address, "3s", "{kind: log, spec: {interval: 500ms}}"));
    RunningProgram agent = programs.start(programs.agent("10.0.0.1", "-i", "200ms", "-d", address));

    listener.log().await("host 10\\.0\\.0\\.1 has joined group 1000$");
    // Ten snapshots make five seconds, which is longer than one announcement lasts.
    listener.log().await("group 1000: READY, members: 1$", 10);
    assertThat(listener.log().matching("10\\.0\\.0\\.1 expires 20\\S+Z \\(in [0-9.]+m?s\\)"))
        .isNotEmpty();
    assertThat(listener.log().matching("has left")).isEmpty();

    agent.stop();
    listener.log().await("host 10\\.0\\.0\\.1 has left group 1000$");
    int before = listener.log().matching("READY, members: 0$").size();
    listener.log().await("READY, members: 0$", before + 1);

    listener.stop();
    assertThat(listener.log().matching("has joined")).hasSize(1);
    assertThat(
            listener
                .log()
                .matching("stopped; announcements accepted: [0-9]+, goodbyes: [1-3], rejected: 0$"))
        .hasSize(1);
  }

  @Test
  void groupIsNotReadyBeforeItsDelay() throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups:
            - {id: 1000, psk: %s, expire: 30s, readiness_delay: 2s}
            outputs:
            - {kind: eventlog}
            - {kind: log, spec: {interval: 250ms}}
            """
                .formatted(Programs.freePort(), programs.key));
    RunningProgram listener = programs.listener(config);
    listener.log().await("group 1000: NOT READY, members: 0$");
    listener.log().await("group 1000 is READY$");
    listener.log().await("group 1000: READY, members: 0$");
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, listener -c CONFIG, listener ready",
    "INT, listener -c CONFIG, listener ready",
    "TERM, sniff -l ADDRESS --log-level debug, ''",
    "INT, sniff -l ADDRESS --log-level debug, ''",
    "TERM, demo, JOIN",
    "INT, demo, JOIN",
    "TERM, agent -g 1000 -a 10.0.0.1 -i 100ms -d ADDRESS, ''",
    "INT, agent -g 1000 -a 10.0.0.1 -i 100ms -d ADDRESS, ''",
  })
  void signalEndsItWithStatusZero(String signal, String command, String readySign)
      throws Exception {
    String address = "127.0.0.1:" + Programs.freePort();
    Path config = programs.config(directory, address, "30s");
    String[] arguments =
        command.replace("CONFIG", config.toString()).replace("ADDRESS", address).split(" ");
    // A build that runs in the background may have told its children to ignore SIGINT.
    Program program =
        Program.rgap(arguments).with("RGAP_PSK", programs.key).by("env", "--default-signal=INT");
    // What says nothing by itself shows that it runs by what it sends or receives.
    RunningProgram witness = null;
    if (command.startsWith("agent")) {
      witness = programs.listener(config);
    }
    RunningProgram running = programs.start(program);
    if (witness != null) {
      witness.log().await("has joined");
    } else if (command.startsWith("sniff")) {
      programs.start(programs.agent("10.0.0.1", "-i", "100ms", "-d", address));
      running.out().await("10\\.0\\.0\\.1");
    } else if (command.startsWith("demo")) {
      running.out().await(readySign);
    } else {
      running.log().await(readySign);
    }
    running.signal(signal);
    running.expectExit(0);
    assertThat(running.log().matching("(?i)error|exception")).isEmpty();
  }
}
