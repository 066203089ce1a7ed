package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a listener shows to {@code rgap reload} what came of reading its configuration again: by the
 * name of the thread that does so, see {@link ReadySign}.
 *
 * <pre>
 *   /proc/PID/task/TID/comm:  rgap-conf-ok 12   it has been read 12 times and is in use
 *                             rgap-conf-no 12   it has errors: the one before is in use
 *                             rgap-conf-so 12   it is in use, but for what could not be started
 *                             rgap-conf-go 12   it is being read for the 13th time
 * </pre>
 *
 * @param number how often it has been read again, modulo {@value #NUMBERS}
 */
record ReloadSign(State state, int number) {

  /** What came of it; the names are what is shown. */
  enum State {
    /** The configuration is in use. */
    OK,
    /** It has errors. */
    NO,
    /** It is in use, but for what could not be started. */
    SO,
    /** It is being read. */
    GO
  }

  /** With two digits a name has the 15 bytes that Linux keeps. */
  private static final int NUMBERS = 100;

  private static final Pattern SHOWN = Pattern.compile("rgap-conf-(ok|no|so|go) ([0-9]{1,2})");

  /** What is shown before the configuration was read again. */
  static final ReloadSign FIRST = new ReloadSign(State.OK, 0);

  /** Another state, of the next reading if this one is done. */
  ReloadSign then(State next) {
    return new ReloadSign(next, state == State.GO ? (number + 1) % NUMBERS : number);
  }

  /** The thread's name. */
  String text() {
    return "rgap-conf-" + state.name().toLowerCase(Locale.ROOT) + " " + number;
  }

  /**
   * What a process shows.
   *
   * @param process its directory in /proc
   * @throws Failure if it shows nothing
   */
  static ReloadSign of(Path process) throws IOException, Failure {
    for (String name : RunningRgap.threads(process)) {
      Optional<ReloadSign> shown = parse(name);
      if (shown.isPresent()) {
        return shown.get();
      }
    }
    throw new Failure(
        "process "
            + process.getFileName()
            + " is starting still, or is no listener or agent of this rgap");
  }

  private static Optional<ReloadSign> parse(String name) {
    Matcher matcher = SHOWN.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    State state = State.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    return Optional.of(new ReloadSign(state, Integer.parseInt(matcher.group(2))));
  }
}
