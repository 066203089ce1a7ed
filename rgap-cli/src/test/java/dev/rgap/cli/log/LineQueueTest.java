package dev.rgap.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever writes never waits, and what was lost is told where it is missing. */
@Timeout(60)
class LineQueueTest {

  private static final Duration LONG = Duration.ofSeconds(50);

  /** Takes nothing without a permit. */
  private static final class Reader extends OutputStream {
    private final Semaphore arrivals = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private volatile boolean broken;
    private volatile @Nullable Error failure;

    @Override
    public void write(int b) {
      throw new AssertionError("byte by byte");
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      arrivals.release();
      permits.acquireUninterruptibly();
      Error thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      if (broken) {
        throw new IOException("Resource temporarily unavailable");
      }
      synchronized (taken) {
        taken.write(bytes, from, length);
      }
    }

    void readAll() {
      permits.release(1_000_000);
    }

    List<String> lines() {
      synchronized (taken) {
        return taken.toString(StandardCharsets.UTF_8).lines().toList();
      }
    }
  }

  private final Reader reader = new Reader();

  /** Room for ten lines of sixteen bytes. */
  private final LineQueue queue = new LineQueue(reader, 10 * (16 + 64));

  private void write(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    queue.write(bytes, 0, bytes.length);
  }

  /** Sixteen bytes with its end. */
  private static String line(int number) {
    return "line number %03d".formatted(number);
  }

  /** Has the reader stop at a first line, so that all others wait. */
  private void stall() {
    write("first\n");
    reader.arrivals.acquireUninterruptibly();
  }

  /** Such as that there is no memory for a piece: without the thread there would be no log. */
  @Test
  void anErrorEndsNothing() {
    stall();
    reader.failure = new OutOfMemoryError("as if");
    reader.permits.release();
    write("second\n");
    reader.arrivals.acquireUninterruptibly();
    reader.failure = null;
    reader.readAll();

    assertThat(queue.drain(LONG)).isTrue();
    assertThat(reader.lines()).contains("second");
  }

  @Test
  void whatDoesNotFitIsDroppedAndToldWhereItIsMissing() {
    stall();
    for (int i = 0; i < 15; i++) {
      write(line(i) + "\n");
    }
    assertThat(queue.dropped()).isEqualTo(5);

    reader.readAll();
    assertThat(queue.drain(LONG)).isTrue();
    write("after\n");
    assertThat(queue.drain(LONG)).isTrue();

    List<String> expected = new ArrayList<>(List.of("first"));
    for (int i = 0; i < 10; i++) {
      expected.add(line(i));
    }
    List<String> lines = reader.lines();
    assertThat(lines).startsWith(expected.toArray(String[]::new)).hasSize(13).endsWith("after");
    assertThat(lines.get(11)).endsWith("WARNING 5 log lines were dropped as nobody read them");
  }

  @Test
  void aSlowReaderDoesNotMakeOneLossOfEachLine() {
    stall();
    for (int i = 0; i < 10; i++) {
      write(line(i) + "\n");
    }
    write("x\n");
    reader.permits.release(); // the ten are the next piece
    reader.arrivals.acquireUninterruptibly();
    assertThat(queue.dropped()).isEqualTo(1);
    write("y\n");
    assertThat(queue.dropped()).isEqualTo(1);

    reader.readAll();
    assertThat(queue.drain(LONG)).isTrue();
    assertThat(reader.lines()).hasSize(13).endsWith("y");
    assertThat(reader.lines().get(11)).contains(" 1 log line was dropped ");
  }

  @Test
  void aLineThatNeverFitsIsToldOf() {
    write("x".repeat(10_000) + "\n");
    reader.readAll();

    assertThat(queue.drain(LONG)).isTrue();
    assertThat(reader.lines()).hasSize(1);
    assertThat(reader.lines().getFirst()).contains(" 1 log line was dropped ");
  }

  @Test
  void whatCanNotBeWrittenIsToldWithTheNextLine() {
    reader.broken = true;
    reader.readAll();
    write("a\nb\n");
    assertThat(queue.drain(LONG)).isTrue();
    assertThat(queue.dropped()).isEqualTo(2);

    reader.broken = false;
    write("c\n");
    assertThat(queue.drain(LONG)).isTrue();
    assertThat(reader.lines()).hasSize(2).endsWith("c");
    assertThat(reader.lines().getFirst()).contains(" 2 log lines were dropped ");
  }

  @Test
  void theEndDoesNotWaitForAReaderThatIsNotThere() {
    stall();

    assertThat(queue.drain(Duration.ofMillis(1))).isFalse();
  }
}
