package dev.rgap.cli.log;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loggers that {@link System#getLogger} hands out write to standard error. The JDK looks
 * for it as a service.
 */
public final class StderrLoggerFinder extends System.LoggerFinder {

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new StderrLogger(name);
  }

  private record StderrLogger(String name) implements System.Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return Log.current().isLoggable(level);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        Log.current().write(level, name, String.valueOf(message), thrown);
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... params) {
      if (isLoggable(level)) {
        String pattern = String.valueOf(format);
        String message =
            params == null || params.length == 0 ? pattern : Placeholders.fill(pattern, params);
        Log.current().write(level, name, message, null);
      }
    }
  }
}
