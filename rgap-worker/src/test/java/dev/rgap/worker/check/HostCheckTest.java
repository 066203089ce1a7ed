package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.HealthCheck;
import dev.rgap.host.programs.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of this host: files, programs and units. */
class HostCheckTest {

  @TempDir private Path directory;

  @Test
  void looksForAFile() throws Exception {
    Path file = directory.resolve("drain");
    HealthCheck present = Read.check("file", Map.of("present", file));
    HealthCheck absent = Read.check("file", Map.of("absent", file));
    assertThat(present.label()).isEqualTo("file present " + file);
    assertThat(absent.label()).isEqualTo("file absent " + file);

    assertThat(Read.outcome(present)).isEqualTo("is missing");
    assertThat(Read.outcome(absent)).isEmpty();
    Files.createSymbolicLink(file, directory.resolve("nowhere"));
    assertThat(Read.outcome(absent)).isEmpty();
    Files.delete(file);
    Files.createFile(file);
    assertThat(Read.outcome(present)).isEmpty();
    assertThat(Read.outcome(absent)).isEqualTo("is there; remove it to announce again");
  }

  @Test
  void failsIfItCantTellWhetherAFileIsThere() throws Exception {
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    HealthCheck absent = Read.check("file", Map.of("absent", loop));

    assertThat(Read.outcome(absent)).startsWith("can't be told: ");
  }

  private static HealthCheck shell(String command) {
    return Read.check("command", List.of("sh", "-c", command));
  }

  @Test
  void passesWhenAProgramSucceeds() throws Exception {
    assertThat(Read.outcome(shell("echo well; exit 0"))).isEmpty();
    assertThat(shell("true secret").label()).isEqualTo("command sh");
    assertThat(shell("true secret").toString()).doesNotContain("secret");
  }

  @Test
  void saysHowAProgramFailed() throws Exception {
    assertThat(Read.outcome(shell("exit 3"))).isEqualTo("exit status 3");
    assertThat(Read.outcome(shell("echo a; echo 'disk\tfull' >&2; echo; exit 1")))
        .isEqualTo("exit status 1: disk?full");
    assertThat(Read.outcome(Read.check("command", List.of("no-such-program"))))
        .isEqualTo("can't be started: there is no program 'no-such-program' in PATH");
  }

  @Test
  void endsAProgramThatDoesNotWithItsChildren() throws Exception {
    Path child = directory.resolve("child");
    String outcome =
        Read.outcome(shell("sleep 1000 & echo $! > " + child + "; wait"), Duration.ofSeconds(1));

    assertThat(outcome).startsWith("killed: not done after ");
    long pid = Long.parseLong(Files.readString(child).strip());
    ProcessHandle.of(pid).ifPresent(left -> left.onExit().join());
  }

  @Test
  void remembersTheEndOfEndlessOutput() throws Exception {
    assertThat(Read.outcome(shell("yes | head -c 10000000 | tr -d '\\n'; echo; echo end; exit 1")))
        .isEqualTo("exit status 1: end");
  }

  @Test
  void endsAProgramWhenItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> shell("sleep 1000").run(Duration.ofDays(1)))
        .isInstanceOf(InterruptedException.class);
  }

  /** Says what systemctl would. */
  private record Systemctl(int status, String output, List<List<String>> asked)
      implements CommandRunner {
    @Override
    public Result run(Command command, Consumer<String> lines) {
      asked.add(command.argv());
      output.lines().forEach(lines);
      return new Result.Exited(status, Duration.ZERO);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loaded | active | running | success | ''",
        "loaded | reloading | reload | success | ''",
        "loaded | inactive | dead | success | is inactive (dead); 'systemctl status' of it says more",
        "loaded | failed | failed | exit-code |"
            + " is failed (failed, result exit-code); 'systemctl status' of it says more",
        "loaded | activating | auto-restart | exit-code |"
            + " is activating (auto-restart, result exit-code); 'systemctl status' of it says more",
        "not-found | inactive | dead | success | there is no such unit",
        "masked | inactive | dead | success | is inactive, and can't be started: it is masked",
      })
  void asksForTheStateOfAUnit(String load, String active, String sub, String result, String problem)
      throws Exception {
    Systemctl systemctl =
        new Systemctl(
            0,
            "Result=%s\nLoadState=%s\nActiveState=%s\nSubState=%s\n"
                .formatted(result, load, active, sub),
            new ArrayList<>());
    HealthCheck check = new SystemdCheck("nginx.service", systemctl);

    assertThat(Read.outcome(check)).isEqualTo(problem);
    assertThat(systemctl.asked())
        .containsExactly(
            List.of(
                "systemctl",
                "show",
                "--property=LoadState,ActiveState,SubState,Result",
                "--",
                "nginx.service"));
  }

  @Test
  void saysThatSystemdCantBeAsked() throws Exception {
    String said = "System has not been booted with systemd as init system (PID 1). Can't operate.";
    HealthCheck check =
        new SystemdCheck("nginx.service", new Systemctl(1, said + "\n", new ArrayList<>()));
    assertThat(Read.outcome(check)).isEqualTo("systemctl: exit status 1: " + said);
    check = new SystemdCheck("nginx.service", new Systemctl(0, "", new ArrayList<>()));
    assertThat(Read.outcome(check)).isEqualTo("systemctl does not tell its state");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to get properties: Transport endpoint is not connected",
        "Failed to connect to bus: No such file or directory",
      })
  void saysWhatItNeedsToAskSystemd(String said) throws Exception {
    HealthCheck check =
        new SystemdCheck("nginx.service", new Systemctl(1, said + "\n", new ArrayList<>()));
    assertThat(Read.outcome(check))
        .startsWith("systemctl: exit status 1: " + said + "; it asks by D-Bus, which")
        .contains("DynamicUser=");
  }

  @Test
  void takesAUnitsNameWithoutItsType() throws IOException {
    assertThat(Read.check("systemd", Map.of("unit", "getty@tty1")).label())
        .isEqualTo("systemd getty@tty1.service");
    assertThat(Read.check("systemd", Map.of("unit", "dbus.socket")).label())
        .isEqualTo("systemd dbus.socket");
  }
}
