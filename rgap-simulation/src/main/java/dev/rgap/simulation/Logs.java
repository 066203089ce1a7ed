package dev.rgap.simulation;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the log of simulated programs goes: to whoever simulates them in this thread, with the name
 * of the host. What other threads say is not heard.
 */
public final class Logs extends System.LoggerFinder {

  private static final ThreadLocal<@Nullable BiConsumer<String, String>> READER =
      new ThreadLocal<>();
  private static final ThreadLocal<String> HOST = ThreadLocal.withInitial(() -> "");

  /** For the service loader. */
  public Logs() {}

  /** Shows what this thread's programs say to a reader of host and line. */
  static void to(@Nullable BiConsumer<String, String> reader) {
    READER.set(reader);
  }

  /**
   * A program of this host speaks from now on.
   *
   * @return whose one spoke before
   */
  static String of(String host) {
    String before = HOST.get();
    HOST.set(host);
    return before;
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Log(name);
  }

  private record Log(String name) implements System.Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return READER.get() != null && level.compareTo(Level.INFO) >= 0 && level != Level.OFF;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String text,
        @Nullable Throwable thrown) {
      say(level, text + (thrown == null ? "" : ": " + thrown));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      if (isLoggable(level)) {
        say(
            level,
            parameters == null || parameters.length == 0
                ? String.valueOf(format)
                : new MessageFormat(String.valueOf(format), Locale.ROOT).format(parameters));
      }
    }

    private void say(Level level, String line) {
      BiConsumer<String, String> reader = READER.get();
      if (reader != null && isLoggable(level)) {
        reader.accept(HOST.get(), level + " " + line);
      }
    }
  }
}
