package dev.rgap.outputs.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.protocol.GroupId;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePublisherTest {

  /** One that is not defined: ready, and empty. */
  private static final GroupId GROUP = new GroupId(99);

  @TempDir private Path directory;
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs.publish", Level.DEBUG);
  private final ManualClock clock = new ManualClock();
  private final Deque<Throwable> faults = new ArrayDeque<>();

  /** Throws the next of the faults, as long as there are any. */
  private byte[] render() throws IOException {
    switch (faults.poll()) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
    return "content".getBytes(UTF_8);
  }

  private FilePublisher start(Path path) {
    OutputContext context =
        OutputContext.of(
            new OutputId("tested"),
            new LiveMembership(List.of(), clock.scheduler()),
            clock.scheduler(),
            new Metrics());
    FilePublisher publisher =
        new FilePublisher(
            context,
            new ManagedFile(path, WantedOwnership.KEPT),
            Set.of(GROUP),
            new Debounce(Duration.ZERO, Duration.ZERO),
            Duration.ofHours(1),
            this::render);
    publisher.start();
    clock.runDue();
    return publisher;
  }

  @Test
  void whateverAWriteThrowsIsAFailedWriteAndNotTheEnd() {
    faults.addAll(
        List.of(
            new OutOfMemoryError("Required array size too large"),
            new IllegalStateException("a fault of ours"),
            new StackOverflowError(),
            new IOException("the disk")));
    Path path = directory.resolve("file");
    try (FilePublisher publisher = start(path)) {
      clock.advance(Duration.ofMinutes(5));
      assertThat(publisher.stats().failed()).isEqualTo(4);
      assertThat(publisher.stats().written()).isEqualTo(1);
      assertThat(path).hasContent("content");
    }
    assertThat(log.lines(Level.ERROR)).hasSize(4);
  }

  @Test
  void aLongFileAtTheDestinationIsReplaced() throws IOException {
    Path path = directory.resolve("file");
    try (var channel =
        Files.newByteChannel(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.position(3L << 30).write(ByteBuffer.wrap(new byte[1])); // mostly a hole
    }
    try (FilePublisher publisher = start(path)) {
      clock.advance(Duration.ofMinutes(1));
      assertThat(path).hasContent("content");
      assertThat(publisher.stats().failed()).isZero();
    }
  }
}
