package dev.rgap.cli.log;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The log: lines on standard error.
 *
 * <p>What an exception adds to a line is its message and those of its causes. Its stack trace
 * follows if it is a bug (no {@link IOException} and the like) or if the level is debug.
 */
public final class Log {

  /** Where the lines of a log go and how they look. */
  interface Format {
    /**
     * One or more whole lines.
     *
     * @param error the messages of an exception and its causes; empty if there is none
     * @param stackTrace what follows them; empty if nothing does
     */
    String render(
        OffsetDateTime time,
        Level level,
        String logger,
        String message,
        String error,
        String stackTrace)
        throws IOException;
  }

  /**
   * The log of this process. The one thing that is static: the JDK makes loggers by itself and asks
   * no one where to.
   */
  private static volatile Log current =
      new Log(new LogOptions("RGAP: ", Level.INFO, false), System.err, false, null);

  private final LogOptions options;
  private final PrintStream err;
  private final boolean journal;

  /** Null for this host's, which is not worth being looked for before there is something to log. */
  private final @Nullable Clock clock;

  /** Made by the first line; by two threads at once perhaps, but all are alike. */
  private volatile @Nullable Format format;

  /**
   * A log.
   *
   * @param journal whether systemd's journal reads it
   * @param clock tells the time and the offset from UTC; null for this host's
   */
  Log(LogOptions options, PrintStream err, boolean journal, @Nullable Clock clock) {
    this.options = options;
    this.err = err;
    this.journal = journal;
    this.clock = clock;
  }

  static Log current() {
    return current;
  }

  /**
   * Sets how this process logs.
   *
   * @param err standard error
   * @param journalStream what systemd's journal reads, as {@code JOURNAL_STREAM} has it; else null
   */
  public static void configure(
      LogOptions options, PrintStream err, @Nullable String journalStream) {
    boolean journal = journalStream != null && journalStream.equals(standardError());
    current = new Log(options, err, journal, null);
  }

  /**
   * Standard error as systemd names it, {@code device:inode} (systemd.exec(5)), or null. That the
   * variable is set isn't enough: it is inherited by programs whose output goes elsewhere.
   */
  private static @Nullable String standardError() {
    Path stderr = Path.of("/proc/self/fd/2");
    try {
      return Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  /** How many lines of standard error were dropped so far, as nobody read them. */
  public static long dropped() {
    return current.err instanceof Stderr stderr ? stderr.dropped() : 0;
  }

  boolean isLoggable(Level level) {
    return level != Level.OFF && level.getSeverity() >= options.level().getSeverity();
  }

  /** Writes a line, whatever the level. */
  void write(Level level, String logger, String message, @Nullable Throwable thrown) {
    String error = thrown == null ? "" : messages(thrown);
    boolean trace =
        thrown != null
            && (options.level().getSeverity() <= Level.DEBUG.getSeverity()
                || thrown instanceof RuntimeException
                || thrown instanceof Error);
    String stackTrace = trace && thrown != null ? stackTrace(thrown) : "";
    byte[] bytes = render(now(), level, logger, message, error, stackTrace);
    // In one piece, so that lines of several processes on one terminal don't mix.
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  /** A line of the log's own, for others to write. */
  byte[] line(Level level, String message) {
    return render(now(), level, Log.class.getName(), message, "", "");
  }

  private OffsetDateTime now() {
    return OffsetDateTime.now(clock == null ? Clock.system(HostZone.get()) : clock);
  }

  private byte[] render(
      OffsetDateTime time,
      Level level,
      String logger,
      String message,
      String error,
      String stackTrace) {
    String lines;
    try {
      lines = format().render(time, level, logger, message, error, stackTrace);
    } catch (IOException e) {
      lines = "can't write a line of the log: " + e + "\n";
    }
    return lines.getBytes(StandardCharsets.UTF_8);
  }

  private Format format() {
    Format known = format;
    if (known == null) {
      known = options.json() ? new JsonLogFormat() : new TextLogFormat(options.prefix(), journal);
      format = known;
    }
    return known;
  }

  /** What an exception and its causes say, each once. */
  private static String messages(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    Set<Throwable> seen = new HashSet<>();
    Throwable each = thrown;
    while (each != null && seen.add(each)) {
      boolean explained = each instanceof IOException && each.getMessage() != null;
      String message = explained ? String.valueOf(each.getMessage()) : each.toString();
      // Most wrappers repeat what they wrap.
      if (all.indexOf(message) < 0) {
        all.append(all.isEmpty() ? "" : ": ").append(message);
      }
      each = each.getCause();
    }
    return all.toString();
  }

  /** The stack trace as the JDK prints it, of several lines. */
  public static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  /** The level as people and the flag {@code --log-level} call it. */
  static String name(Level level) {
    return switch (level) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case INFO -> "info";
      default -> "debug";
    };
  }

  /** The time with milliseconds and the offset from UTC (RFC 3339). */
  static String timestamp(OffsetDateTime time) {
    // A DateTimeFormatter would load the data of locales for this.
    StringBuilder text = new StringBuilder(32).append(time.toLocalDate()).append('T');
    text.append(digits(2, time.getHour())).append(':').append(digits(2, time.getMinute()));
    text.append(':').append(digits(2, time.getSecond()));
    text.append('.').append(digits(3, time.getNano() / 1_000_000));
    return text.append(time.getOffset()).toString();
  }

  private static String digits(int count, int number) {
    String text = Integer.toString(number);
    return "0".repeat(count - text.length()).concat(text);
  }

  @Override
  public String toString() {
    return options + " journal=" + journal;
  }
}
