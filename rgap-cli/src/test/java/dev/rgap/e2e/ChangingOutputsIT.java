package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged program keeps a hosts file and runs programs. */
@Execution(ExecutionMode.CONCURRENT)
class ChangingOutputsIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private final int port = Programs.freePort();

  ChangingOutputsIT() throws IOException {}

  private RunningProgram listener(String... outputs) throws Exception {
    return programs.listener(programs.config(directory, "127.0.0.1:" + port, "2s", outputs));
  }

  private Announcer announcer() throws IOException {
    return new Announcer(
        programs.key, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void keepsItsSectionOfAHostsFile() throws Exception {
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    RunningProgram listener =
        listener(
            """
            {kind: hostsfile, spec: {interval: 1s, filename: "%s", section: true, \
            prepend_lines: ["# BEGIN"], append_lines: ["# END"], \
            mappings: [{group: 1000, hostname: worker, fallback_addresses: [192.0.2.10]}]}}\
            """
                .formatted(hosts));
    try (Announcer announcer = announcer()) {
      Eventually.equal(
          () -> lines(hosts),
          List.of("127.0.0.1 localhost", "# BEGIN", "192.0.2.10 worker # fallback", "# END"));
      announcer.join("192.0.2.2", "192.0.2.1");
      Eventually.equal(
          () -> lines(hosts),
          List.of(
              "127.0.0.1 localhost", "# BEGIN", "192.0.2.1 worker", "192.0.2.2 worker", "# END"));
      Files.writeString(hosts, "127.0.0.1 localhost # edited\n");
      Eventually.see("its section again", () -> lines(hosts), lines -> lines.size() == 5);
    }
    listener.stop();
    assertThat(lines(hosts)).startsWith("127.0.0.1 localhost # edited");
  }

  @Test
  void givesTheMembersToAProgramAndLogsWhatItSays() throws Exception {
    Path seen = directory.resolve("seen");
    RunningProgram listener =
        listener(
            """
            {kind: command, spec: {group: 1000, timeout: 10s, command: [sh, -c, \
            'cat >"$0".new && mv "$0".new "$0"; echo "group $RGAP_GROUP: $RGAP_MEMBERS members"', \
            "%s"]}}\
            """
                .formatted(seen));
    try (Announcer announcer = announcer()) {
      listener.log().await("group 1000: 0 members");
      announcer.join("192.0.2.2", "192.0.2.1");
      Eventually.equal(() -> lines(seen), List.of("192.0.2.1", "192.0.2.2"));
      listener.log().await("INFO command 1000 sh: group 1000: 2 members");
      announcer.leave("192.0.2.2");
      Eventually.equal(() -> lines(seen), List.of("192.0.2.1"));
    }
    listener.stop().log().await("command 1000 sh: runs by result: status 0: ");
  }

  /** The program ignores SIGTERM and has children; its time-out ends all of it. */
  @Test
  void endsAProgramThatTakesTooLong() throws Exception {
    RunningProgram listener =
        listener(
            """
            {kind: command, spec: {group: 1000, timeout: 300ms, command: [sh, -c, \
            'trap "" TERM; sleep 1000 & sleep 1000']}}\
            """);
    listener.log().await("killed: not done after ");
    listener.stop();
  }

  @Test
  void waitsForARunningProgramWhenItIsStopped() throws Exception {
    Path done = directory.resolve("done");
    RunningProgram listener =
        listener(
            """
            {kind: command, spec: {group: 1000, timeout: 20s, command: [sh, -c, \
            'echo begun; sleep 2; echo done >"$0"', "%s"]}}\
            """
                .formatted(done));
    listener.log().await("begun");
    listener.stop();
    assertThat(done).hasContent("done");
  }

  @Test
  void goesOnWhileAProgramIsMissing() throws Exception {
    RunningProgram listener =
        listener(
            "{kind: command, spec: {group: 1000, retries: 3, command: [rgap-no-such-program]}}");
    try (Announcer announcer = announcer()) {
      listener.log().await("there is no program 'rgap-no-such-program' in PATH");
      announcer.join("192.0.2.1");
      listener.log().await("host 192.0.2.1 has joined");
    }
    listener.stop();
  }
}
