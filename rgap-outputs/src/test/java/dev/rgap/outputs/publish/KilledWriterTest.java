package dev.rgap.outputs.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL, which a program can't notice, at any moment of writing a file. */
class KilledWriterTest {

  private static final int ROUNDS = 500;
  private static final int ROUNDS_IN_PLACE = 60;
  private static final int MAX_DELAY_MICROS = 20_000;

  @TempDir private Path directory;

  /** Starts a writer and kills it some time after it has begun. */
  private static void writeAndKill(Path file, Random random) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = writer.inputReader()) {
      assertThat(output.readLine()).isEqualTo("writing");
      // When it is killed is what the test is about: anywhere in the middle.
      long delay = random.nextInt(MAX_DELAY_MICROS);
      LockSupport.parkNanos(delay * 1_000);
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  /** Two at a time, as there are at least two processors. */
  private static void inParallel(int tasks, Callable<Void> task) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(tasks)) {
      List<Future<Void>> running =
          IntStream.range(0, tasks).mapToObj(i -> executor.submit(task)).toList();
      for (Future<Void> each : running) {
        each.get();
      }
    }
  }

  @Test
  void leavesTheOldFileOrTheNewOneAndNoLitterBeyondTheNextStart() throws Exception {
    inParallel(
        2,
        () -> {
          Path own = Files.createTempDirectory(directory, "writer");
          Path path = own.resolve("file");
          ManagedFile file = new ManagedFile(path, WantedOwnership.KEPT);
          ManagedFile.Outcome _ = file.write(KilledWriter.content(0), candidate -> {});
          Random random = new Random(own.hashCode());
          for (int i = 0; i < ROUNDS / 2; i++) {
            writeAndKill(path, random);
            assertThat(KilledWriter.isWhole(file.read())).as("whole after kill %d", i).isTrue();
            // The next start cleans up what this one has left: there is never more than that.
            assertThat(count(own)).isLessThanOrEqualTo(2);
          }
          file.recover();
          assertThat(count(own)).isEqualTo(1);
          return null;
        });
  }

  @Test
  @EnabledIf(
      value = "dev.rgap.outputs.publish.FileFaultsTest#isRoot",
      disabledReason = "a file is mounted, which only root may do")
  void whatWasWrittenInPlaceIsWholeAfterTheNextStart() throws Exception {
    Path outside = Files.createFile(directory.resolve("outside"));
    Path own = Files.createDirectory(directory.resolve("own"));
    Path path = Files.createFile(own.resolve("file"));
    assertThat(
            new ProcessBuilder("mount", "--bind", outside.toString(), path.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    try {
      ManagedFile file = new ManagedFile(path, WantedOwnership.KEPT);
      assertThat(file.write(KilledWriter.content(0), candidate -> {}))
          .isEqualTo(ManagedFile.Outcome.IN_PLACE);
      Random random = new Random(1);
      for (int i = 0; i < ROUNDS_IN_PLACE; i++) {
        writeAndKill(path, random);
        file.recover();
        assertThat(KilledWriter.isWhole(file.read())).as("whole after kill %d", i).isTrue();
      }
      assertThat(count(own)).isEqualTo(1);
    } finally {
      assertThat(new ProcessBuilder("umount", path.toString()).start().waitFor()).isZero();
    }
  }
}
