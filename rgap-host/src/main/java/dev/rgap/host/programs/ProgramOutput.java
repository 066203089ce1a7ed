package dev.rgap.host.programs;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** What a program has written, on its way to the one who wants its lines, until that is closed. */
final class ProgramOutput {

  /** As many lines of a run are handed on. */
  static final int MAX_LINES = 1_000;

  private static final System.Logger LOG = System.getLogger(ProgramOutput.class.getName());

  private final Consumer<String> lines;
  private final LineSplitter splitter = new LineSplitter(MAX_LINES, this::handOn);
  private boolean failed;
  private boolean closed;

  ProgramOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  // The receiver is called under this object's lock, which nobody else can know: only so can it be
  // sure that no line reaches it after close() has returned.

  /** Hands on the lines that these bytes end. Nothing happens after it was closed. */
  synchronized void add(byte[] bytes, int length) {
    if (!closed) {
      splitter.add(bytes, length);
    }
  }

  /** Hands on what is left. After that, nothing is handed on any more. */
  synchronized void close() {
    if (!closed) {
      splitter.end();
      closed = true;
    }
  }

  private void handOn(String line) {
    try {
      lines.accept(line);
    } catch (RuntimeException | Error e) {
      if (!failed) {
        failed = true;
        LOG.log(Level.ERROR, "a line of a program's output was not taken", e);
      }
    }
  }
}
