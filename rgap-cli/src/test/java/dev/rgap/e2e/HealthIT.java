package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code rgap health} in process namespaces as containers have them: under an init, and shared with
 * containers of other users, whose first process is a stranger's.
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class HealthIT {

  private static final String[] NAMESPACE = {
    "unshare", "--pid", "--fork", "--kill-child", "--mount-proc"
  };

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  private Program listener(String readinessDelay) throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups:
            - {id: 1000, psk: %s, expire: 15s}
            - {id: 2000, psk: %s, expire: 15s, readiness_delay: %s}
            outputs: [{kind: eventlog}]
            """
                .formatted(Programs.freePort(), programs.key, programs.key, readinessDelay));
    return Program.rgap("listener", "-c", config.toString());
  }

  /** What runs as process 1 of a namespace that was started. */
  private static String first(RunningProgram namespace) throws Exception {
    Optional<ProcessHandle> first =
        Eventually.see(
            "its process 1", () -> namespace.process().children().findFirst(), Optional::isPresent);
    return String.valueOf(first.orElseThrow().pid());
  }

  private static Program inside(String first, Program program) {
    return program.by("nsenter", "--target", first, "--pid", "--mount");
  }

  private RunningProgram health(String first, String... arguments) {
    return programs.start(inside(first, Program.rgap("health").and(arguments)));
  }

  @Test
  void findsTheListenerUnderAnInit() throws Exception {
    String tini = Tools.require("tini", "tini");
    RunningProgram container = programs.start(listener("0s").by(tini, "-g", "--").by(NAMESPACE));
    Programs.awaitReady(container);

    RunningProgram health = health(first(container)).expectExit(0);
    assertThat(health.out().all()).containsExactly("ok (1 UDP sockets)");
  }

  @Test
  void findsTheListenerWhereProcessOneIsAnotherUsers() throws Exception {
    RunningProgram pause =
        programs.start(
            Program.of("sleep", "infinity")
                .by(Tools.require("setpriv", "util-linux"), "--reuid=65534", "--clear-groups")
                .by(NAMESPACE));
    String first = first(pause);
    health(first).expectExit(1).log().await("no listener and no agent is to be seen here");
    Programs.awaitReady(programs.start(inside(first, listener("0s"))));

    RunningProgram health = health(first, "--ready").expectExit(0);
    assertThat(health.out().all()).containsExactly("ok (1 UDP sockets, all groups are ready)");
  }

  @Test
  void isNotReadyWhileAGroupIsNot() throws Exception {
    RunningProgram container = programs.start(listener("10m").by(NAMESPACE));
    Programs.awaitReady(container);
    String first = first(container);

    health(first).expectExit(0);
    RunningProgram ready = health(first, "--ready").expectExit(1);
    assertThat(ready.log().all())
        .containsExactly("Error: process 1 waits for 1 of its groups to be ready");
  }
}
