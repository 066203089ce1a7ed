package dev.rgap.cli.process;

import java.lang.System.Logger.Level;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Signals that a program that runs for long gets by habit, and that would end it: it answers them
 * by a line of the log and goes on. docs/signals.md says what becomes of the others.
 */
// sun.misc.Signal is the one way that Java has to catch a signal, and is here to stay (JEP 260).
final class Signals {

  private static final String[] ANSWERED = {"HUP", "USR1", "ALRM"};

  private Signals() {}

  /** Answers them from now on. */
  static void answer() {
    for (String name : ANSWERED) {
      try {
        SignalHandler _ = Signal.handle(new Signal(name), new Answer());
      } catch (IllegalArgumentException e) {
        log(Level.DEBUG, e.toString()); // Java was told to leave signals alone (-Xrs).
      }
    }
  }

  private static void log(Level level, String message) {
    System.getLogger(Signals.class.getName()).log(level, message);
  }

  private static final class Answer implements SignalHandler {
    @Override
    public void handle(Signal signal) {
      String name = signal.getName();
      log(
          Level.INFO,
          "SIG"
              + name
              + " is ignored"
              + (name.equals("HUP")
                  ? ": nothing is read again while rgap runs; restart it to apply changes"
                  : ""));
    }
  }
}
