package dev.rgap.cli.log;

import java.lang.System.Logger.Level;
import java.time.OffsetDateTime;

/**
 * Lines for people:
 *
 * <pre>
 *   RGAP: 2026-11-22T22:34:00.123+01:00 INFO listener ready
 *   &lt;6&gt;RGAP: INFO listener ready           to systemd's journal, which notes the time itself
 * </pre>
 */
final class TextLogFormat implements Log.Format {

  private final String prefix;
  private final boolean journal;

  TextLogFormat(String prefix, boolean journal) {
    this.prefix = Escape.controls(prefix);
    this.journal = journal;
  }

  @Override
  public String render(
      OffsetDateTime time,
      Level level,
      String logger,
      String message,
      String error,
      String stackTrace) {
    StringBuilder lines = new StringBuilder(160);
    if (journal) {
      lines.append(priority(level));
    }
    lines.append(prefix);
    if (!journal) {
      lines.append(Log.timestamp(time)).append(' ');
    }
    lines.append(label(level)).append(' ').append(Escape.controls(message));
    if (!error.isEmpty()) {
      lines.append(": ").append(Escape.controls(error));
    }
    lines.append('\n');
    if (stackTrace.isEmpty()) {
      return lines.toString(); // most of them; without streams, which an agent has no other use for
    }
    for (String line : stackTrace.lines().toList()) {
      // Indented, so that nothing in it can pass for a line of its own.
      lines.append(journal ? priority(level) : "").append("    ");
      lines.append(Escape.controls(line.strip())).append('\n');
    }
    return lines.toString();
  }

  /** What people look for when they skim. */
  private static String label(Level level) {
    return switch (level) {
      case ERROR -> "ERROR";
      case WARNING -> "WARNING";
      case INFO -> "INFO";
      default -> "DEBUG";
    };
  }

  /** The level in the notation of sd-daemon(3). */
  private static String priority(Level level) {
    return switch (level) {
      case ERROR -> "<3>";
      case WARNING -> "<4>";
      case INFO -> "<6>";
      default -> "<7>";
    };
  }
}
