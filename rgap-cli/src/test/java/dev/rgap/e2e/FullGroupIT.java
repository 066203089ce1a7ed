package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whoever has a group's key fills the group: the listener goes on, with its outputs. */
@Execution(ExecutionMode.CONCURRENT)
class FullGroupIT {

  private static final long MEMBERS = GroupConfig.DEFAULT_MAX_MEMBERS;

  /** Datagrams may be lost on a busy machine. */
  private static final int ROUNDS = 20;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aFullGroupFitsTheHeapWithOutputsOfAllKindsOnIt() throws Exception {
    int port = Programs.freePort();
    String address = "127.0.0.1:" + port;
    Path config =
        Programs.config(
            directory,
            """
            listen: ["%1$s"]
            groups:
            - {id: 1000, psk: %2$s, expire: 1h}
            outputs:
            - kind: template
              spec:
                groups: {workers: {group: 1000}}
                inline: |
                  {{#each workers.members}}
                  server {{label}} {{host}}:80 check
                  {{/each}}
                destination: %3$s/workers.cfg
            - kind: template
              spec:
                groups: {workers: {group: 1000}}
                inline: '{{json workers.members}}'
                destination: %3$s/workers.json
            - kind: hostsfile
              spec:
                interval: 1s
                filename: %3$s/hosts
                mappings: [{group: 1000, hostname: worker.example.com}]
            - kind: command
              spec: {group: 1000, command: [sh, -c, 'cat >%3$s/state'], format: json}
            - kind: dns
              spec: {bind_address: "127.0.0.1:%4$d", mappings: {worker.example.com: {group: 1000}}}
            """
                .formatted(address, programs.key, directory, Programs.freePort()));
    RunningProgram listener =
        Programs.awaitReady(programs.start(Program.packagedListener("-c", config.toString())));

    Path hosts = directory.resolve("hosts");
    Path servers = directory.resolve("workers.cfg");
    for (int i = 0; i < ROUNDS && (lines(hosts) < MEMBERS || lines(servers) < MEMBERS); i++) {
      programs
          .start(
              Program.rgap("bench", "-g", "1000", "--ipv6", "--duration", "0", "--rate", "20000")
                  .and("--addresses", Long.toString(MEMBERS + 1_000), address)
                  .with("RGAP_PSK", programs.key))
          .expectExit(0);
      listener.log().comes("never", Duration.ofSeconds(2));
    }

    assertThat(lines(hosts)).isEqualTo(MEMBERS);
    assertThat(lines(servers)).isEqualTo(MEMBERS);
    listener.log().await(": full: its address is new, and group 1000 has max_members, 100000,");
    listener.stop();
    assertThat(listener.log().matching("OutOfMemory|ERROR|failed [1-9]")).isEmpty();
  }

  /** As the table of exit statuses has it. */
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aListenerThatHasNoMemoryLeftEndsWithStatus3() throws Exception {
    String address = "127.0.0.1:" + Programs.freePort();
    Path config = programs.config(directory, address, "10m");
    RunningProgram listener =
        Programs.awaitReady(
            programs.start(
                Program.packagedListener("-c", config.toString()).with("_JAVA_OPTIONS", "-Xmx5m")));

    // It may be gone before all is sent.
    int _ =
        programs
            .start(
                Program.rgap("bench", "-g", "1000", "--ipv6", "--duration", "0", "--rate", "20000")
                    .and("--addresses", Long.toString(MEMBERS), address)
                    .with("RGAP_PSK", programs.key))
            .awaitExit();

    listener.expectExit(3);
  }
}
