package dev.rgap;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What one class logs while this is open; nothing of it reaches the console. */
public final class CapturedLog implements AutoCloseable {

  private final Logger logger;
  private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          records.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private CapturedLog(Logger logger) {
    this.logger = logger;
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(handler);
  }

  /** Begins to listen. */
  public static CapturedLog of(Class<?> source) {
    return new CapturedLog(Logger.getLogger(source.getName()));
  }

  /** The lines of this level, with what was thrown at their end. */
  public List<String> lines(Level level) {
    SimpleFormatter formatter = new SimpleFormatter();
    return records.stream()
        .filter(line -> line.getLevel().equals(level))
        .map(line ->
            formatter.formatMessage(line)
                + (line.getThrown() == null ? "" : ": " + line.getThrown()))
        .toList();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    logger.setLevel(null);
    logger.setUseParentHandlers(true);
  }
}
