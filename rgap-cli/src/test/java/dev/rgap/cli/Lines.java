package dev.rgap.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes what a program prints, to be waited for line by line. */
public final class Lines extends OutputStream {

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** A stream that ends here. */
  public PrintStream stream() {
    return new PrintStream(this, true, UTF_8);
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      lines.add(line.toString(UTF_8));
      line.reset();
    } else {
      line.write(b);
    }
  }

  /** The next line; fails if none comes. */
  public String next() throws InterruptedException {
    String next = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no line came");
    }
    return next;
  }

  /** The next line that contains this; those before it are passed over. */
  public String nextWith(String part) throws InterruptedException {
    String next = next();
    while (!next.contains(part)) {
      next = next();
    }
    return next;
  }

  /** Whether there is no line left. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }
}
