package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.args.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finds processes that are made of files as Linux has them in /proc. */
class RunningRgapTest {

  private static final String OWN = "mnt:[4026531841]";
  private static final String OTHER = "mnt:[4026532100]";

  @TempDir Path proc;

  @BeforeEach
  void isItselfOne() throws IOException {
    java(500, 0, OWN, "health");
    Files.createSymbolicLink(proc.resolve("self"), Path.of("500"));
  }

  private void process(int pid, int parent, String mounts, String line) throws IOException {
    Path directory = Files.createDirectories(proc.resolve(String.valueOf(pid)));
    Files.writeString(directory.resolve("cmdline"), line.replace(' ', '\0') + "\0");
    Files.writeString(directory.resolve("comm"), comm(line) + "\n");
    Files.writeString(directory.resolve("status"), "Name:\tx\nPPid:\t" + parent + "\nUid:\t0\n");
    if (!mounts.isEmpty()) {
      Files.createDirectories(directory.resolve("ns"));
      Files.createSymbolicLink(directory.resolve("ns/mnt"), Path.of(mounts));
    }
  }

  /** What Linux calls a process: the name of its program's file. */
  private static String comm(String line) {
    String program = line.substring(0, line.indexOf(' '));
    return program.substring(program.lastIndexOf('/') + 1);
  }

  private void java(int pid, int parent, String mounts, String arguments) throws IOException {
    process(pid, parent, mounts, "rgap -Xmx256m -cp x.jar dev.rgap.cli.Main " + arguments);
  }

  private String found() throws IOException, Failure {
    return RunningRgap.find(proc).pid();
  }

  @Test
  void isProcessOne() throws Exception {
    java(1, 0, OWN, "listener");

    assertThat(found()).isEqualTo("1");
  }

  @Test
  void isWhatAnInitHasStarted() throws Exception {
    process(1, 0, OWN, "/usr/bin/rgap listener"); // the launcher
    java(7, 1, OWN, "--log-prefix listener listener");
    Files.createDirectories(proc.resolve("9")); // ended meanwhile

    assertThat(found()).isEqualTo("7");
  }

  @Test
  void isWhatAnInitHasStartedThatHasItsWords() throws Exception {
    process(1, 0, OWN, "/usr/bin/tini -g -- java -cp x.jar dev.rgap.cli.Main listener");
    java(7, 1, OWN, "listener");

    assertThat(found()).isEqualTo("7");
  }

  @Test
  void isWhatSomethingUnderAnInitHasStarted() throws Exception {
    process(1, 0, OWN, "/sbin/docker-init -- s6-svscan");
    process(6, 1, OWN, "s6-supervise rgap");
    java(7, 6, OWN, "agent -i 5s");

    assertThat(found()).isEqualTo("7");
  }

  @Test
  void isThatOfThisContainerWhereContainersShareTheirProcesses() throws Exception {
    process(1, 0, "", "/pause -v");
    java(7, 0, OTHER, "listener");
    java(9, 0, "", "listener"); // another user's
    java(20, 0, OWN, "agent -i 5s");

    assertThat(found()).isEqualTo("20");
  }

  @Test
  void isTheListenerIfAnAgentRunsBesideIt() throws Exception {
    java(7, 1, OTHER, "agent -i 5s");
    java(8, 1, "", "listener");

    assertThat(found()).isEqualTo("8");
  }

  @Test
  void isNoProgramOfAnOutput() throws Exception {
    java(7, 1, OWN, "listener");
    java(8, 7, OWN, "listener"); // has not become another program yet
    java(9, 7, OWN, "agent -a 192.0.2.1");

    assertThat(found()).isEqualTo("7");
  }

  @Test
  void isNoOtherCommandNorProgram() throws Exception {
    java(7, 1, OWN, "check -c listener");
    process(8, 1, OWN, "vi listener");
    java(9, 1, OWN, "");

    assertThatThrownBy(this::found)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no listener and no agent is to be seen");
  }

  @Test
  void hasToBeNamedIfThereAreMore() throws Exception {
    java(7, 1, OWN, "listener");
    java(9, 1, OWN, "listener -c other.yaml");
    java(8, 1, OWN, "agent -i 5s");

    assertThatThrownBy(this::found)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("name one of the processes 7, 9");
  }
}
