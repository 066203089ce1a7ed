package dev.rgap.cli;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Secrets;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.help.HelpText;
import dev.rgap.cli.log.Log;
import dev.rgap.cli.log.LogOptions;
import dev.rgap.cli.log.Stderr;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The program: reads the command line, runs the command, and makes errors one line each. */
public final class Main {

  private Main() {}

  /** Runs the program; ends with status 0, or 1 after an error. */
  public static void main(String[] args) {
    // UTF-8 whatever the locale: services often run without one.
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
            false,
            StandardCharsets.UTF_8);
    Stderr err = Stderr.open();
    // What libraries print, too, must not wait for its reader.
    System.setErr(err);
    Shutdown shutdown = new Shutdown();
    shutdown.onSignals(err);
    Environment environment = new Environment(System.getenv(), System.in, out, err, shutdown);
    Thread.setDefaultUncaughtExceptionHandler(new Uncaught(environment));
    int status = run(environment, args);
    err.drain(Shutdown.LAST_WORDS);
    // Not exit, which would load the log just to ask whether it wants to know.
    Runtime.getRuntime().halt(status);
  }

  /**
   * Runs a command line.
   *
   * @return the exit status
   */
  static int run(Environment environment, String... args) {
    boolean debug = false;
    int status;
    try {
      Commands commands = new Commands();
      ArgumentParser parser = new ArgumentParser(GlobalFlags.ALL, args);
      String name = parser.command();
      Command command = commands.get(name == null ? "help" : name);
      parser.rest(command.flags(), command.operand().isTaken());
      Arguments arguments = parser.arguments();
      LogOptions logOptions = GlobalFlags.logOptions(arguments, environment);
      debug = logOptions.level() == Level.DEBUG;
      Log.configure(logOptions, environment.err(), environment.variable("JOURNAL_STREAM"));
      status = run(name, command, arguments, environment);
    } catch (Failure e) {
      environment.error(e.line());
      status = 1;
    } catch (IOException e) {
      environment.error(e.getMessage() == null ? e.toString() : e.getMessage());
      printStack(e, debug, environment);
      status = 1;
    } catch (Exception | Error e) {
      environment.error("unexpected: " + e + (debug ? "" : " (--log-level debug shows where)"));
      printStack(e, debug, environment);
      status = 1;
    }
    if (environment.out().checkError()) {
      environment.error("can't write to standard output");
      status = 1;
    }
    return status;
  }

  private static int run(
      @Nullable String name, Command command, Arguments arguments, Environment environment)
      throws Exception {
    if (arguments.isOn(GlobalFlags.VERSION)) {
      return new VersionCommand().run(arguments, environment);
    }
    if (arguments.isOn(GlobalFlags.HELP) && name != null) {
      environment.out().print(HelpText.of(name, command));
      return 0;
    }
    Command.Operand operand = command.operand();
    if (operand.required() && arguments.operands().isEmpty()) {
      String known = String.join(", ", operand.candidates());
      throw new Failure(
          name
              + " needs an argument: "
              + operand.label()
              + (known.isEmpty() ? "" : ", one of " + known));
    }
    return command.run(arguments, environment);
  }

  /** Makes one line of an exception that ends a thread, too. */
  private record Uncaught(Environment environment) implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable e) {
      environment.error("unexpected, in thread " + thread.getName() + ": " + e);
    }
  }

  private static void printStack(Throwable e, boolean debug, Environment environment) {
    if (debug) {
      environment.err().print(Secrets.mask(Log.stackTrace(e)));
    }
  }
}
