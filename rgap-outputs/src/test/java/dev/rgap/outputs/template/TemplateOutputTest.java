package dev.rgap.outputs.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.FakeRunner;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.Template.TemplateException;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateOutputTest extends OutputContract {

  private static final Result FAILED = new Result.Exited(1, Duration.ofMillis(5));
  private static final Result DONE = new Result.Exited(0, Duration.ofMillis(5));
  private static final List<String> CHECK = List.of("check", "-f", "{}", "file={}", "a {} b{}");
  private static final List<String> RELOAD = List.of("reload");
  private static final String TEXT =
      "{{#each web.members}}{{address}}{{#if draining}} drains{{/if}}\n{{/each}}end\n";

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs");
  private final FakeRunner runner = new FakeRunner();
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("file");
  }

  private TemplateType.Config config(List<String> check, List<String> reload) {
    try {
      MappedGroup web = new MappedGroup(READY, List.of(IpAddress.parse("192.0.2.99")));
      return new TemplateType.Config(
          Template.compile("t", TEXT),
          file(),
          List.of(new TemplateType.NamedGroup("web", web)),
          check,
          reload,
          Duration.ofSeconds(5),
          Debounce.OF_FILES,
          Duration.ofMinutes(1),
          WantedOwnership.KEPT,
          ManagedFile.Placement.REPLACE);
    } catch (TemplateException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TemplateOutput start(List<String> check, List<String> reload) {
    TemplateOutput output = new TemplateOutput(config(check, reload), context, runner);
    output.start();
    clock.runDue();
    return output;
  }

  private void join(String address) {
    announce(READY, address);
    advance(Duration.ofMillis(100));
  }

  private List<String> programs() {
    return runner.ran().stream().map(command -> command.argv().getFirst()).toList();
  }

  @Override
  protected TemplateOutput create(OutputContext given) {
    return new TemplateOutput(config(CHECK, RELOAD), given, new FakeRunner());
  }

  @Override
  protected Optional<Output> createFailing(OutputContext given) {
    FakeRunner failing = new FakeRunner();
    for (int i = 0; i < 1_000; i++) {
      failing.then(FAILED, "no such process");
    }
    return Optional.of(new TemplateOutput(config(List.of(), RELOAD), given, failing));
  }

  @Test
  void knowsWhoDrains() {
    TemplateOutput output = start(List.of(), List.of());
    join("192.0.2.1");
    join("192.0.2.2");
    drain(READY, "192.0.2.1");
    advance(Duration.ofMillis(100));
    assertThat(file()).hasContent("192.0.2.1 drains\n192.0.2.2\nend\n");

    join("192.0.2.1");
    assertThat(file()).hasContent("192.0.2.1\n192.0.2.2\nend\n");
    output.close();
  }

  @Test
  void writesChecksAndReloads() {
    List<String> checked = new ArrayList<>();
    runner.then(
        DONE,
        (Command command, Consumer<String> lines) -> {
          String candidate = command.argv().get(2);
          assertThat(command.argv())
              .containsExactly("check", "-f", candidate, "file=" + candidate, "a {} b{}");
          try {
            checked.add(Files.readString(Path.of(candidate), UTF_8));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (TemplateOutput _ = start(CHECK, RELOAD)) {
      assertThat(checked).containsExactly("192.0.2.99\nend\n");
      assertThat(file()).hasContent("192.0.2.99\nend\n");
      join("192.0.2.1");
      assertThat(file()).hasContent("192.0.2.1\nend\n");
      assertThat(programs()).containsExactly("check", "reload", "check", "reload");
    }
  }

  @Test
  void whatTheCheckRefusesReplacesNothingAndReloadsNothing() {
    runner.then(DONE).then(DONE).then(FAILED, "line 3: nonsense");
    try (TemplateOutput output = start(CHECK, RELOAD)) {
      join("192.0.2.1");
      assertThat(file()).hasContent("192.0.2.99\nend\n");
      assertThat(programs()).containsExactly("check", "reload", "check");
      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: check_command failed, exit status 1: line 3: nonsense; the file"
                  + " stays as it was until the next change");
      assertThat(output.stats().refused()).isEqualTo(1);
      assertThat(directory).isDirectoryNotContaining("glob:**.rgap-*");

      join("192.0.2.2");
      assertThat(file()).hasContent("192.0.2.1\n192.0.2.2\nend\n");
      assertThat(programs()).containsExactly("check", "reload", "check", "check", "reload");
    }
  }

  /** What is said has the name that the program got, which is the same each time. */
  @Test
  void saysTheSameRefusalOnce() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      runner.then(
          FAILED,
          (command, lines) -> {
            names.add(command.argv().get(2));
            lines.accept(command.argv().get(2) + ":3: nonsense");
          });
    }
    try (TemplateOutput output = start(CHECK, List.of())) {
      advance(Duration.ofMinutes(10));
      assertThat(output.stats().refused()).isGreaterThanOrEqualTo(10);
      assertThat(log.lines(Level.ERROR)).hasSize(1);
      assertThat(log.lines(Level.ERROR).getFirst())
          .contains(": " + names.getFirst() + ":3: nonsense;");
      assertThat(names.getFirst()).endsWith("." + file().getFileName());
    }
  }

  @Test
  void aReloadThatFailsIsTriedAgainUntilItWorks() {
    runner.then(FAILED, "no such process").then(FAILED, "no such process");
    try (TemplateOutput output = start(List.of(), RELOAD)) {
      assertThat(file()).exists();
      assertThat(programs()).hasSize(1);
      advance(Duration.ofSeconds(1));
      assertThat(programs()).hasSize(2);
      advance(Duration.ofSeconds(2));
      assertThat(programs()).hasSize(3);
      advance(Duration.ofHours(1));
      assertThat(programs()).hasSize(3);
      assertThat(log.lines(Level.ERROR))
          .containsExactly(
              "tested: reload_command failed, exit status 1: no such process; trying" + " again");
      assertThat(log.lines(Level.INFO)).containsOnlyOnce("tested: no such process");
      assertThat(output.stats().written()).isEqualTo(1);
    }
  }

  /** The program may have been killed between writing the file and telling who uses it. */
  @Test
  void reloadsOnceAfterTheStartThoughNothingHasChanged() throws IOException {
    Files.writeString(file(), "192.0.2.99\nend\n");
    try (TemplateOutput output = start(CHECK, RELOAD)) {
      advance(Duration.ofMinutes(5));
      assertThat(programs()).containsExactly("reload");
      assertThat(output.stats().written()).isZero();
    }
  }

  @Test
  void writesAndReloadsAgainWhenOthersChangeTheFile() throws IOException {
    try (TemplateOutput _ = start(List.of(), RELOAD)) {
      Files.writeString(file(), "edited");
      advance(Duration.ofMinutes(1));
      assertThat(file()).hasContent("192.0.2.99\nend\n");
      assertThat(programs()).containsExactly("reload", "reload");
    }
  }

  @Test
  void needsNoCommands() {
    try (TemplateOutput _ = start(List.of(), List.of())) {
      join("192.0.2.1");
      assertThat(file()).hasContent("192.0.2.1\nend\n");
      assertThat(programs()).isEmpty();
    }
  }

  @Test
  void countsTheRunsOfItsProgramsAlsoIfNoneSucceeds() {
    runner.then(FAILED).then(new Result.TimedOut(Duration.ofMillis(40)));
    try (TemplateOutput _ = start(CHECK, RELOAD)) {
      join("192.0.2.1");
    }
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "tested: " + file() + ": written 0, unchanged 0, refused by the check 2, failed 0",
            "tested: check_command: runs by result: status 1: 1, timed out: 1, not started: 0;"
                + " 45 ms in all",
            "tested: reload_command: runs by result: none ended, timed out: 0, not started: 0;"
                + " 0 ms in all");
    assertThat(number("rgap_file_writes_total", "result", "refused")).isEqualTo(2);
    assertThat(
            number(
                "rgap_command_runs_total",
                "command",
                "check_command",
                "result",
                "exited",
                "status",
                "1"))
        .isEqualTo(1);
  }

  @Test
  void saysNothingOfProgramsThatHaveNotRun() {
    try (TemplateOutput _ = start(List.of(), List.of())) {
      join("192.0.2.1");
    }
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "tested: " + file() + ": written 2, unchanged 0, refused by the check 0, failed 0");
    assertThat(metrics.snapshot().families())
        .extracting(MetricsSnapshot.Family::name)
        .doesNotContain("rgap_command_runs_total");
  }

  @Test
  void aClosedOneWritesNothing() {
    TemplateOutput output = start(List.of(), RELOAD);
    output.close();
    join("192.0.2.1");
    advance(Duration.ofMinutes(5));
    assertThat(file()).hasContent("192.0.2.99\nend\n");
    assertThat(runner.closed()).isTrue();
  }
}
