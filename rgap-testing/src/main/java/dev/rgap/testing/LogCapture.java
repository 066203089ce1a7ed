package dev.rgap.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What is logged under a name while this is open, instead of on the console. Needs {@code
 * java.util.logging} to be what {@link System.Logger} logs to, as it is by default.
 */
public final class LogCapture implements AutoCloseable {

  private static final Formatter FORMATTER = new SimpleFormatter();

  private final Logger logger;
  private final Level levelBefore;
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

  private LogCapture(Logger logger, Level level) {
    this.logger = logger;
    this.levelBefore = logger.getLevel();
    logger.setUseParentHandlers(false);
    logger.setLevel(level);
    logger.addHandler(handler);
  }

  /**
   * Captures what is logged under a name and those below it.
   *
   * @param name such as {@code dev.rgap.listener}
   * @param level the least that is captured
   */
  public static LogCapture of(String name, System.Logger.Level level) {
    return new LogCapture(Logger.getLogger(name), translate(level));
  }

  /** Captures everything from level info on that is logged under a name and those below it. */
  public static LogCapture of(String name) {
    return of(name, System.Logger.Level.INFO);
  }

  private static Level translate(System.Logger.Level level) {
    return switch (level) {
      case ALL -> Level.ALL;
      case TRACE -> Level.FINER;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
      case OFF -> Level.OFF;
    };
  }

  /** The lines captured so far, of all levels. */
  public List<String> lines() {
    return records.stream().map(FORMATTER::formatMessage).toList();
  }

  /** The lines of one level captured so far. */
  public List<String> lines(System.Logger.Level level) {
    return records.stream()
        .filter(line -> line.getLevel().equals(translate(level)))
        .map(FORMATTER::formatMessage)
        .toList();
  }

  /** The same, each followed by what was thrown and logged with it. */
  public List<String> linesWithCause(System.Logger.Level level) {
    return records.stream()
        .filter(line -> line.getLevel().equals(translate(level)))
        .map(line ->
            FORMATTER.formatMessage(line)
                + (line.getThrown() == null ? "" : ": " + line.getThrown()))
        .toList();
  }

  /** What was thrown and logged so far. */
  public List<Throwable> thrown() {
    return records.stream()
        .filter(line -> line.getThrown() != null)
        .map(LogRecord::getThrown)
        .toList();
  }

  /** Forgets what was captured. */
  public void clear() {
    records.clear();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    logger.setLevel(levelBefore);
    logger.setUseParentHandlers(true);
  }
}
