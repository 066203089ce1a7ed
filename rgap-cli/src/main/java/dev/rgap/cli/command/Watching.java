package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows something again and again until the program is stopped. On a terminal each picture takes
 * the place of the one before, line by line, so that nothing flickers, and the last one stays;
 * elsewhere a blank line is between them.
 */
final class Watching {

  private static final String HOME = "\033[H";
  private static final String END_OF_LINE = "\033[K\n";
  private static final String CLEAR_BELOW = "\033[J";

  /** What is shown. */
  @FunctionalInterface
  interface Picture {
    /**
     * Prints it.
     *
     * @return an exit status, of no meaning here
     */
    int print(PrintStream out) throws Failure, IOException;
  }

  private final PrintStream out;
  private final boolean terminal;
  private final Duration interval;
  private boolean begun;

  Watching(PrintStream out, boolean terminal, Duration interval) {
    this.out = out;
    this.terminal = terminal;
    this.interval = interval;
  }

  /** Whether somebody looks at what this program prints. */
  static boolean isTerminal() {
    // Null or not where there is no terminal: that has changed with Java's versions.
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /**
   * Goes on until the program is to end; if the first picture can't be had, that is a failure, and
   * later it is shown.
   */
  int run(Picture picture, Shutdown shutdown) throws Failure, IOException {
    shutdown.serve();
    @Nullable String shown = null;
    do {
      String next;
      try {
        next = text(picture);
      } catch (Failure | IOException e) {
        if (shown == null) {
          throw e;
        }
        next = (e instanceof Failure failure ? failure.line() : e.getMessage()) + "\n";
      }
      if (!next.equals(shown)) {
        show(next);
        shown = next;
      }
    } while (!shutdown.await(interval));
    return 0;
  }

  private static String text(Picture picture) throws Failure, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int _ = picture.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void show(String text) {
    if (terminal) {
      out.print(
          (begun ? HOME : HOME + CLEAR_BELOW) + text.replace("\n", END_OF_LINE) + CLEAR_BELOW);
    } else {
      out.print((begun ? "\n" : "") + text);
    }
    out.flush();
    begun = true;
  }
}
