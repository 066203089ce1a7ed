package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A listener with a state_dir that ends, in whatever way, and is started again. */
@Execution(ExecutionMode.CONCURRENT)
class RestartIT {

  private static final int KILLS = Integer.getInteger("rgap.kills", 8);

  /** Their announcements live for minutes: they are lost only if the state does not have them. */
  private static final int MEMBERS = 500;

  private static final int RECORD = 66;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int port;
  private int dns;
  private Path hosts;
  private Path state;

  @BeforeEach
  void choose() throws IOException {
    port = Programs.freePort();
    dns = Programs.freePort();
    hosts = directory.resolve("hosts");
    state = directory.resolve("state");
  }

  /** Group 1 is there for what is written often: announcements of a short life. */
  private Path config(String readinessDelay, String stateDirectory) throws IOException {
    return Programs.config(
        directory,
        """
        listen: ["127.0.0.1:%d"]
        state_dir: %s
        groups:
        - {id: 1000, psk: %s, expire: 10m, readiness_delay: %s}
        - {id: 1, psk: %s, expire: 3s}
        outputs:
        - kind: eventlog
        - {kind: dns, spec: {bind_address: "127.0.0.1:%d", mappings: {w.example: {group: 1000}}}}
        - {kind: hostsfile,
           spec: {filename: %s, interval: 1s, mappings: [{group: 1000, hostname: h}]}}
        """
            .formatted(
                port, stateDirectory, programs.key, readinessDelay, programs.key, dns, hosts));
  }

  private RunningProgram load(String group, int addresses, String duration) {
    return programs.start(
        Program.rgap(
                "bench",
                "-g",
                group,
                "--addresses",
                Integer.toString(addresses),
                "--rate",
                "5000",
                "--duration",
                duration,
                "127.0.0.1:" + port)
            .with("RGAP_PSK", programs.key));
  }

  /** What the name server answers, as soon as it does. */
  private Set<String> answer() throws Exception {
    String dig = Tools.require("dig", "bind9-dnsutils");
    return Eventually.see(
        "an answer",
        () ->
            Program.of(
                    dig,
                    "-r",
                    "+short",
                    "+tcp",
                    "+tries=1",
                    "@127.0.0.1",
                    "-p",
                    Integer.toString(dns),
                    "w.example")
                .run()
                .lines()
                .filter(line -> !line.startsWith(";"))
                .collect(Collectors.toCollection(TreeSet::new)),
        lines -> !lines.isEmpty());
  }

  private Set<String> hosts() throws IOException {
    return Files.readAllLines(hosts).stream()
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean isWritten(int records) throws IOException {
    Path file = state.resolve("members");
    return Files.exists(file) && Files.size(file) >= (long) records * RECORD;
  }

  @Test
  void killedAgainAndAgainItLosesNobodyWhoWasWritten() throws Exception {
    Random random = new Random(3);
    Path config = config("0s", state.toString());
    RunningProgram listener = programs.listener(config);
    load("1000", MEMBERS, "1s").expectExit(0);
    RunningProgram load = load("1", 1_000, "2h");
    Eventually.equal(() -> isWritten(MEMBERS + 3), true);
    Set<String> certain = new LinkedHashSet<>(answer());
    assertThat(certain).hasSize(MEMBERS);
    Eventually.equal(() -> hosts().size(), MEMBERS);
    // From now on only what is restored makes it ready.
    config("30m", state.toString());

    for (int i = 0; i < KILLS; i++) {
      // The more the later the kill comes. Whether the last ones are written is not known.
      Set<String> newcomers = new TreeSet<>();
      for (int j = random.nextInt(3); j > 0; j--) {
        String address = "127.%d.%d.%d".formatted(i / 256, i % 256, j);
        programs.announce(address, "-d", "127.0.0.1:" + port);
        newcomers.add(address);
      }
      if (random.nextInt(3) == 0) {
        awaitWriting();
        certain.addAll(newcomers);
      }
      listener.process().destroyForcibly();
      int status = listener.awaitExit();
      assertThat(status).isEqualTo(137);

      listener = programs.listener(config);

      assertThat(answer()).as("after kill %d", i).containsAll(certain);
      Eventually.equal(() -> hosts().containsAll(certain), true);
      assertThat(listener.log().matching(" (WARNING|ERROR) state")).isEmpty();
    }
    load.stop();
    listener.stop();
    assertThat(state).isDirectoryNotContaining(file -> file.endsWith("members.bad"));
  }

  /** Until something was written that came after the call. */
  private void awaitWriting() throws Exception {
    Path file = state.resolve("members");
    for (int i = 0; i < 2; i++) {
      Object before = Files.getAttribute(file, "unix:ino");
      Eventually.see(
          "a writing", () -> Files.getAttribute(file, "unix:ino"), ino -> !ino.equals(before));
    }
  }

  @Test
  void aStopKeepsWhatCameLast() throws Exception {
    Path config = config("0s", state.toString());
    RunningProgram listener = programs.listener(config);
    programs.announce("127.0.0.7", "-d", "127.0.0.1:" + port);
    listener.log().await("has joined");
    listener.stop();
    config("30m", state.toString());

    listener = programs.listener(config);

    listener
        .log()
        .await("INFO state: .*/members, written .* ago: 1 member restored; ready at once: .*1000");
    assertThat(answer()).containsExactly("127.0.0.7");
    assertThat(
            Program.of("stat", "-c", "%a", state.toString(), state.resolve("members").toString())
                .run())
        .isEqualTo("700\n600\n");
    listener.stop();
  }

  @Test
  void whatIsNoStateIsSetAsideAndSaidOnce() throws Exception {
    Files.createDirectories(state);
    Files.writeString(state.resolve("members"), "something else");
    RunningProgram listener = programs.listener(config("0s", state.toString()));

    listener.log().await("WARNING state: .*/members does not begin as .* is .*/members.bad now");
    assertThat(state.resolve("members.bad")).hasContent("something else");
    listener.stop();
  }

  @Test
  void aFullDiskCostsTheStateOnly() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String _ = Program.of("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()).run();
    try {
      Path ballast = Files.write(disk.resolve("ballast"), new byte[60 << 10]);
      RunningProgram listener = programs.listener(config("0s", disk.resolve("state").toString()));
      load("1000", MEMBERS, "1s").expectExit(0);

      listener
          .log()
          .await("WARNING state: .*/members can't be written, .*: No space left on device");
      assertThat(answer()).hasSize(MEMBERS);
      Files.delete(ballast);
      listener.log().await("INFO state: .*/members is written again");
      listener.stop();
    } finally {
      String _ = Program.of("umount", disk.toString()).run();
    }
  }

  @Test
  void aSettingThatIsWrongIsSaid() throws Exception {
    Path config = config("0s", "''");
    RunningProgram listener = programs.rgap("listener", "-c", config.toString());
    listener.expectExit(1).log().await("rgap.yaml:2:\\d+: state_dir: '' is no name of a directory");
    Files.writeString(
        config, Files.readString(config).replace("state_dir: ''", "ready_when_restored: no"));
    programs
        .rgap("check", "-c", config.toString())
        .expectExit(0)
        .out()
        .await("ready_when_restored: has no effect without state_dir");
  }
}
