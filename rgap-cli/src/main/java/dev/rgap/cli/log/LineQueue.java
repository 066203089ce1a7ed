package dev.rgap.cli.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A stream with a bounded queue before it, so that whoever writes a line never waits for whoever
 * reads it: a stopped pager, a log driver whose disk is full.
 *
 * <pre>
 *   any thread: write --(room?)--&gt; queue --&gt; rgap-log: write, as slow as it may be
 *                          | none
 *                          +--&gt; counted. When half of the queue is free again, one line tells how many
 *                               were dropped, in the place where they are missing
 * </pre>
 *
 * <p>What is written at once is a whole line, or several. The thread is started by the first one.
 */
final class LineQueue extends OutputStream {

  /** What a line takes up besides its bytes. */
  private static final long OVERHEAD = 64;

  /** What a pipe takes in one piece (PIPE_BUF): lines of several processes don't mix. */
  private static final int PIECE = 4_096;

  private final OutputStream sink;
  private final long capacity;
  private final Object monitor = new Object();

  @GuardedBy("monitor")
  private final Deque<Entry> waiting = new ArrayDeque<>();

  /** What the waiting ones take up. */
  @GuardedBy("monitor")
  private long size;

  /** Whether lines are dropped until half of the queue is free. */
  @GuardedBy("monitor")
  private boolean full;

  /** Dropped lines that no line tells of yet. */
  @GuardedBy("monitor")
  private long unsaid;

  @GuardedBy("monitor")
  private boolean writing;

  @GuardedBy("monitor")
  private @Nullable Writer writer;

  @GuardedBy("monitor")
  private long dropped;

  /**
   * What waits: bytes, or, if there are none, the place where lines are missing.
   *
   * @param lines how many lines it has, or how many are missing
   */
  // Compared by nobody.
  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(byte @Nullable [] bytes, long lines) {
    long size() {
      return OVERHEAD + (bytes == null ? 0L : bytes.length);
    }
  }

  /**
   * An empty one.
   *
   * @param capacity how many bytes may wait, with {@value #OVERHEAD} besides for each line
   */
  LineQueue(OutputStream sink, long capacity) {
    this.sink = sink;
    this.capacity = capacity;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    Entry entry =
        new Entry(Arrays.copyOfRange(bytes, from, from + length), lines(bytes, from, length));
    synchronized (monitor) {
      reopen();
      if (full || size + entry.size() > capacity) {
        full = true;
        unsaid += entry.lines();
        dropped += entry.lines();
      } else {
        if (unsaid > 0) {
          addLoss();
        }
        add(entry);
      }
      wake();
    }
  }

  private static int lines(byte[] bytes, int from, int length) {
    int lines = 0;
    for (int i = from; i < from + length; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return lines;
  }

  @GuardedBy("monitor")
  private void add(Entry entry) {
    waiting.add(entry);
    size += entry.size();
  }

  /** Takes lines again if there is room for some. */
  @GuardedBy("monitor")
  private void reopen() {
    if (full && size <= capacity / 2) {
      full = false;
      addLoss();
    }
  }

  @GuardedBy("monitor")
  private void addLoss() {
    add(new Entry(null, unsaid));
    unsaid = 0;
  }

  @GuardedBy("monitor")
  private void wake() {
    monitor.notifyAll();
    if (writer == null) {
      Writer made = new Writer();
      try {
        made.start();
        writer = made;
      } catch (OutOfMemoryError e) {
        // No more threads at the moment: the next line tries again.
      }
    }
  }

  /** How many lines were dropped so far. */
  long dropped() {
    synchronized (monitor) {
      return dropped;
    }
  }

  /**
   * Waits until all is written, but not for long.
   *
   * @return whether it is
   */
  boolean drain(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (monitor) {
      while (isBusy()) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        if (writer == null) {
          wake();
        }
        try {
          monitor.wait(writer == null ? Math.min(millis, 10) : millis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return true;
    }
  }

  @GuardedBy("monitor")
  private boolean isBusy() {
    return writing || full || !waiting.isEmpty();
  }

  /** The next lines, as many as make a piece; waits for them. */
  private Entry next() throws InterruptedException {
    synchronized (monitor) {
      writing = false;
      monitor.notifyAll();
      while (!isBusy()) {
        monitor.wait();
      }
      reopen();
      Entry first = take();
      writing = true;
      byte[] bytes = first.bytes();
      if (bytes == null || bytes.length >= PIECE) {
        return first;
      }
      byte[] piece = Arrays.copyOf(bytes, PIECE);
      int length = bytes.length;
      long lines = first.lines();
      while (!waiting.isEmpty()) {
        byte[] more = waiting.element().bytes();
        if (more == null || more.length > PIECE - length) {
          break;
        }
        System.arraycopy(more, 0, piece, length, more.length);
        length += more.length;
        lines += take().lines();
      }
      return new Entry(Arrays.copyOf(piece, length), lines);
    }
  }

  @GuardedBy("monitor")
  private Entry take() {
    Entry entry = waiting.remove();
    size -= entry.size();
    return entry;
  }

  private void write(Entry entry) {
    byte[] bytes = entry.bytes();
    try {
      sink.write(bytes == null ? loss(entry.lines()) : bytes);
      sink.flush();
    } catch (IOException | RuntimeException e) {
      // Closed by its reader, or so busy that it refuses: said with the next line that gets
      // through.
      synchronized (monitor) {
        unsaid += entry.lines();
        dropped += bytes == null ? 0 : entry.lines();
      }
    }
  }

  private static byte[] loss(long lines) {
    return Log.current()
        .line(
            Level.WARNING,
            lines
                + (lines == 1 ? " log line was" : " log lines were")
                + " dropped as nobody read them");
  }

  /** Writes what waits, for ever. */
  private final class Writer extends Thread {
    Writer() {
      super(null, null, "rgap-log", 0, false);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (true) {
        try {
          write(next());
        } catch (InterruptedException | RuntimeException | Error e) {
          // Nobody knows this thread; but without it, nothing would be logged any more: be it that
          // there is no memory for a piece, the next one may be shorter.
        }
      }
    }
  }
}
