package dev.rgap.cli.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Standard error of this process, in UTF-8 whatever the locale. Writing to it never waits: what its
 * reader has not taken waits in memory, and what does not fit there is dropped and counted.
 */
public final class Stderr extends PrintStream {

  private static final long LEAST_CAPACITY = 64L << 10;
  private static final long MOST_CAPACITY = 4L << 20;

  private final LineQueue queue;

  private Stderr(LineQueue queue) {
    super(queue, false, StandardCharsets.UTF_8);
    this.queue = queue;
  }

  /** Opens it, with a queue of a 64th of the heap: 4 MiB in a listener, 256 KiB in an agent. */
  public static Stderr open() {
    long share = Runtime.getRuntime().maxMemory() / 64;
    long capacity = Math.max(LEAST_CAPACITY, Math.min(share, MOST_CAPACITY));
    return new Stderr(new LineQueue(new FileOutputStream(FileDescriptor.err), capacity));
  }

  /** How many lines were dropped so far. */
  long dropped() {
    return queue.dropped();
  }

  /** Waits for all that was written to be taken, but only this long: the program is to end. */
  public void drain(Duration atMost) {
    flush();
    boolean _ = queue.drain(atMost);
  }
}
