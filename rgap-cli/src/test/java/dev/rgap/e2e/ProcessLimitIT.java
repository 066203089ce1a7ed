package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listener whose user may not have enough threads says so and ends; one that says that it is
 * ready has all that it lives on: members leave, and it can be stopped.
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "taking another user needs root")
class ProcessLimitIT {

  /** Nobody else's: the limit is that of a user. */
  private static final String USER = "64271";

  /** More than a listener needs. */
  private static final int ENOUGH = 40;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @Test
  void isReadyOnlyIfAllItsThreadsAreThere() throws Exception {
    int port = Programs.freePort();
    Path config = config(port);
    int refused = 0;
    for (int limit = 8; limit <= ENOUGH; limit++) {
      RunningProgram listener =
          programs.start(
              readable(Program.rgap("listener", "-c", config.toString()))
                  .by(
                      Tools.require("setpriv", "util-linux"),
                      "--reuid=" + USER,
                      "--clear-groups",
                      Tools.require("prlimit", "util-linux"),
                      "--nproc=" + limit));
      if (!readyOrEnded(listener)) {
        listener.expectExit(1);
        refused++;
        continue;
      }
      programs.announce("10.0.0.1", "-d", "127.0.0.1:" + port);
      listener.log().await("host 10\\.0\\.0\\.1 has joined");
      listener.log().await("host 10\\.0\\.0\\.1 has left");
      listener.stop();
      assertThat(refused).isPositive();
      return;
    }
    throw new AssertionError("it never became ready");
  }

  /** The same program, from where any user can read it. */
  private Program readable(Program program) throws IOException, InterruptedException {
    Path built = Path.of("target", "dist", "lib").toAbsolutePath();
    Path copy = directory.resolve("lib");
    if (Files.notExists(copy)) {
      String _ = Program.of("cp", "-r", built.toString(), copy.toString()).run();
    }
    return new Program(
        program.words().stream()
            .map(word -> word.replace(built.toString(), copy.toString()))
            .toList(),
        program.environment(),
        null,
        null);
  }

  private static boolean readyOrEnded(RunningProgram listener) throws Exception {
    String ready = "listener ready";
    Eventually.see(
        "ready, or ended",
        () -> !listener.process().isAlive() || !listener.log().matching(ready).isEmpty(),
        Boolean::booleanValue);
    return !listener.log().matching(ready).isEmpty();
  }

  private Path config(int port) throws IOException, InterruptedException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path config = programs.config(directory, "127.0.0.1:" + port, "1s");
    String _ = Program.of("chown", USER, config.toString()).run();
    return config;
  }
}
