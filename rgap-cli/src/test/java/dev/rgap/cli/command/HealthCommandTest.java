package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.Run;
import dev.rgap.cli.args.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a process that is made of files as Linux has them in /proc. */
class HealthCommandTest {

  private static final int WAITING = 1_000_000;

  @TempDir Path process;

  @BeforeEach
  void isAListenerWithTwoSockets() throws IOException {
    Files.writeString(process.resolve("cmdline"), "rgap\0-Xmx256m\0dev.rgap.cli.Main\0listener\0");
    Files.writeString(process.resolve("comm"), "rgap\n");
    Files.createDirectory(process.resolve("fd"));
    Files.createSymbolicLink(process.resolve("fd/0"), Path.of("pipe:[1]"));
    Files.createSymbolicLink(process.resolve("fd/8"), Path.of("socket:[19384]"));
    Files.createSymbolicLink(process.resolve("fd/9"), Path.of("socket:[19385]"));
    Files.createDirectory(process.resolve("net"));
    waiting(0);
  }

  /** As the kernel writes it; the last socket is that of another process. */
  private void waiting(int bytes) throws IOException {
    String table =
        """
           sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
          102: 00000000:204F 00000000:0000 07 00000000:%08X 00:00000000 00000000  9999        0 19384
          614: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000  9999        0 19385
          815: 00000000:1234 00000000:0000 07 00000000:00000B00 00:00000000 00000000     0        0 20000
        """
            .formatted(bytes);
    Path written = Files.writeString(process.resolve("new"), table);
    Files.move(written, process.resolve("net/udp"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void isHealthyIfNothingWaits() throws Exception {
    assertThat(HealthCommand.look(RunningRgap.of(process))).isEqualTo(2);
  }

  @Test
  void isNotHealthyIfADatagramWaitsAllTheTime() throws Exception {
    waiting(WAITING);

    assertThatThrownBy(() -> HealthCommand.look(RunningRgap.of(process)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("does not read from 1 UDP sockets");
  }

  @Test
  void isHealthyIfWhatWaitsGetsLess() throws Exception {
    waiting(WAITING);
    CompletableFuture<Integer> sockets =
        CompletableFuture.supplyAsync(() -> {
          try {
            return HealthCommand.look(RunningRgap.of(process));
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
    for (int bytes = WAITING; !sockets.isDone(); bytes--) {
      waiting(bytes);
    }

    assertThat(sockets.get()).isEqualTo(2);
  }

  @Test
  void aListenerWithoutSocketsIsNotHealthy() throws Exception {
    Files.delete(process.resolve("fd/8"));
    Files.delete(process.resolve("fd/9"));

    assertThatThrownBy(() -> HealthCommand.look(RunningRgap.of(process)))
        .hasMessageContaining("is a listener without a UDP socket");

    Files.writeString(process.resolve("cmdline"), "rgap\0dev.rgap.cli.Main\0agent\0-i\0005s\0");
    assertThat(HealthCommand.look(RunningRgap.of(process))).isZero();
  }

  @Test
  void saysWhatIsNoProcess() {
    assertThat(Run.of("health", "x").err()).contains("'x' is not the number of a process");
    assertThat(Run.of("health", "4194305").err()).contains("there is no process 4194305");
  }
}
