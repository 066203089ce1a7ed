package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listener that is stopped for longer than an announcement lasts, and goes on. */
@Execution(ExecutionMode.CONCURRENT)
class PausesIT {

  private static final int AGENTS = 5;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /**
   * Agents go on, so that announcements wait in the listener's socket, the last of them fresh; or
   * they are stopped as well, as on one machine that is frozen, and nothing waits.
   */
  @ParameterizedTest
  @CsvSource({
    "false, ''",
    "true, ''",
    "false, 'readiness_delay: 1s'",
    "true, 'readiness_delay: 1s'"
  })
  void nobodyHasLeftWhenItGoesOn(boolean agentsToo, String setting) throws Exception {
    String address = "127.0.0.1:" + Programs.freePort();
    Path seen = directory.resolve("seen");
    Path hosts = directory.resolve("hosts");
    RunningProgram listener =
        programs.listener(
            Programs.config(
                directory,
                """
                listen: ["%s"]
                groups:
                - {id: 1000, psk: %s, expire: 2s, %s}
                outputs:
                - kind: eventlog
                - {kind: command, spec: {group: 1000, timeout: 10s, \
                command: [sh, -c, "wc -l >> '%s'"]}}
                - {kind: hostsfile, spec: {interval: 100ms, filename: "%s", \
                mappings: [{group: 1000, hostname: worker}]}}
                """
                    .formatted(address, programs.key, setting, seen, hosts)));
    List<RunningProgram> agents = new ArrayList<>();
    for (int i = 1; i <= AGENTS; i++) {
      agents.add(programs.start(programs.agent("10.0.0." + i, "-i", "300ms", "-d", address)));
      listener.log().await("host 10\\.0\\.0\\." + i + " has joined group 1000$");
    }
    Eventually.see("all of them", () -> lines(hosts), lines -> lines.size() == AGENTS);
    Eventually.see(
        "all of them", () -> lines(seen), lines -> lines.contains(Integer.toString(AGENTS)));

    listener.signal("STOP");
    int before = lines(seen).size();
    if (agentsToo) {
      signal(agents, "STOP");
    }
    // Twice what an announcement lasts; only the listener's own clock can tell what that is.
    String _ = Program.of("sleep", "4").run();
    if (agentsToo) {
      signal(agents, "CONT");
    }
    listener.signal("CONT");
    listener.log().await("was kept from running for [4-9]\\.?\\d*s");

    // One more joins after all of them would have left by now.
    String _ = Program.of("sleep", "3").run();
    programs.start(programs.agent("10.0.0.99", "-i", "300ms", "-d", address));
    listener.log().await("host 10\\.0\\.0\\.99 has joined group 1000$");
    Eventually.see("one more", () -> lines(hosts), lines -> lines.size() == AGENTS + 1);
    Eventually.see("one more", () -> lines(seen), lines -> lines.size() > before);
    assertThat(listener.log().matching("has left")).isEmpty();
    assertThat(lines(seen).subList(before, lines(seen).size()))
        .containsOnly(Integer.toString(AGENTS + 1));

    // Who is silent leaves as ever.
    signal(agents, "KILL");
    for (int i = 1; i <= AGENTS; i++) {
      listener.log().await("host 10\\.0\\.0\\." + i + " has left group 1000$");
    }
    Eventually.see("the other one", () -> lines(hosts), lines -> lines.size() == 1);
    listener.stop();
  }

  private static void signal(List<RunningProgram> programs, String name)
      throws IOException, InterruptedException {
    for (RunningProgram program : programs) {
      program.signal(name);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(String::strip).toList()
        : List.of();
  }
}
