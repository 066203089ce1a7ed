package dev.rgap.cli.process;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Signals that a program which runs for long gets: those that ask it to end, and those that it gets
 * by habit and that would end it, which it answers by a line of the log. docs/signals.md says what
 * becomes of the others.
 */
// sun.misc.Signal is the one way that Java has to catch a signal, and is here to stay (JEP 260).
final class Signals {

  private static final String[] ENDING = {"TERM", "INT"};
  private static final String[] ANSWERED = {"HUP", "USR1", "ALRM"};

  private Signals() {}

  /**
   * Catches them from now on.
   *
   * <p>What is done at a signal is called on a thread of its own.
   *
   * @param end what ends the program
   * @param hangup what is done at SIGHUP; null if that is of no use
   */
  static void handle(Runnable end, @Nullable Runnable hangup) {
    for (String name : ENDING) {
      // By itself the JVM would first look for what logs its end, in all files of the class path.
      handle(name, new Call(end));
    }
    for (String name : ANSWERED) {
      handle(name, new Answer());
    }
    if (hangup != null) {
      handle("HUP", new Call(hangup));
    }
  }

  private static void handle(String name, SignalHandler handler) {
    try {
      SignalHandler _ = Signal.handle(new Signal(name), handler);
    } catch (IllegalArgumentException e) {
      log(Level.DEBUG, e.toString()); // Java was told to leave signals alone (-Xrs).
    }
  }

  private static void log(Level level, String message) {
    System.getLogger(Signals.class.getName()).log(level, message);
  }

  private record Call(Runnable task) implements SignalHandler {
    @Override
    public void handle(Signal signal) {
      task.run();
    }
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
