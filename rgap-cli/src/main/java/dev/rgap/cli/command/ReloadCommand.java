package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.text.DurationText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Has a running listener or agent read its file again, and tells what came of it. */
public final class ReloadCommand implements Command {

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** What has changed may have to end first: the programs of outputs, names that are looked up. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String summary() {
    return "have a running listener or agent read its file again (PID: default the only one)";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public Operand operand() {
    return new Operand("PID", false, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Exception {
    RunningRgap running = RunningRgap.named(arguments.operands(), HealthCommand.PROC);
    if (running.command() == null) {
      throw new Failure(
          Files.exists(running.directory())
              ? "process " + running.pid() + " is neither a listener nor an agent"
              : "there is no process " + running.pid());
    }
    if (!RunningConfig.isThere(running)) {
      throw new Failure(
          "process " + running.pid() + " is an agent that goes by flags, and has nothing to read");
    }
    try {
      ReloadSign before = await(running, sign -> sign.state() != ReloadSign.State.GO);
      hangUp(running);
      ReloadSign after =
          await(
              running,
              sign -> sign.state() != ReloadSign.State.GO && sign.number() != before.number());
      return switch (after.state()) {
        case OK, GO -> {
          environment.out().println("reloaded");
          yield 0;
        }
        case SO ->
            throw new Failure(
                "reloaded, but a source or an output could not be started; its log"
                    + " says which, and why, and it goes on trying");
        case NO -> throw refused(running, environment);
      };
    } catch (AccessDeniedException e) {
      throw new Failure(
          "process " + running.pid() + " belongs to another user; run this as that or as root");
    } catch (NoSuchFileException e) {
      throw new Failure("process " + running.pid() + " has ended");
    }
  }

  /** Prints all that is wrong with the configuration, if that can be seen from here. */
  private static Failure refused(RunningRgap running, Environment environment) {
    String stays = "the configuration has errors, and stays as it was";
    Optional<RunningConfig> config = RunningConfig.of(running, environment.variables());
    if (config.isEmpty()) {
      return new Failure(stays + "; its log says where, and 'rgap check' shows all of them");
    }
    return new Failure(
        config.get().show(environment)
            ? stays
            : "the configuration stays as it was: its log says why; "
                + config.get().name()
                + " has no errors now, as read from here");
  }

  private static ReloadSign await(RunningRgap running, Predicate<ReloadSign> wanted)
      throws IOException, Failure, InterruptedException {
    long since = System.nanoTime();
    while (true) {
      ReloadSign shown = ReloadSign.of(running.directory());
      if (wanted.test(shown)) {
        return shown;
      }
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new Failure(
            "process "
                + running.pid()
                + " has not read its configuration within "
                + DurationText.format(PATIENCE)
                + "; its log may say why");
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Java can't send signals to others: the image's launcher does, or a shell. */
  private static void hangUp(RunningRgap running)
      throws IOException, Failure, InterruptedException {
    Path launcher =
        Path.of("/proc/self/exe").toRealPath().resolveSibling("../../bin/rgap").normalize();
    List<String> words =
        Files.isExecutable(launcher)
            ? List.of(launcher.toString(), "hang-up", running.pid())
            : List.of("sh", "-c", "kill -HUP \"$0\"", running.pid());
    Process program;
    try {
      program = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new Failure("SIGHUP can't be sent from here, send it yourself: " + e.getMessage());
    }
    program.getOutputStream().close();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (program.waitFor() != 0) {
      throw new Failure("process " + running.pid() + " can't be sent SIGHUP: " + said.strip());
    }
  }
}
