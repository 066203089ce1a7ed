package dev.rgap.outputs.publish;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of a file that is kept up to date. Safe for all threads. */
public final class FileStats {

  final LongAdder written = new LongAdder();
  final LongAdder writtenInPlace = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder refused = new LongAdder();

  /** When the file was last known to be as it should, in microseconds since 1970; 0 for never. */
  final AtomicLong lastSuccessMicros = new AtomicLong();

  FileStats() {}

  /** Times that the file was replaced or written in place. */
  public long written() {
    return written.sum() + writtenInPlace.sum();
  }

  /** Times that it was found to be as it should. */
  public long unchanged() {
    return unchanged.sum();
  }

  /** Times that it could not be made, written or announced. */
  public long failed() {
    return failed.sum();
  }

  /** Times that a check refused what was to be written. */
  public long refused() {
    return refused.sum();
  }

  /** One line for people. */
  String summary() {
    return "written "
        + written()
        + (writtenInPlace.sum() > 0 ? " (in place " + writtenInPlace.sum() + ")" : "")
        + ", unchanged "
        + unchanged()
        + ", refused by the check "
        + refused()
        + ", failed "
        + failed();
  }
}
