package dev.rgap.cli.process;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Secrets;
import dev.rgap.cli.log.Escape;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of the world around the program.
 *
 * @param variables the environment variables
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: errors and the log
 * @param shutdown tells when to end
 */
public record Environment(
    Map<String, String> variables,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Shutdown shutdown) {

  /** The name of the variable that holds a key, the only one that may. */
  public static final String PSK = "RGAP_PSK";

  /** An environment variable, or null if it is unset or empty. */
  public @Nullable String variable(String name) throws Failure {
    String value = variables.get(name);
    if (value == null || value.isEmpty()) {
      return null;
    }
    boolean path = name.endsWith("_FILE") && value.indexOf('/') >= 0;
    if (!name.equals(PSK) && !path) {
      Secrets.refuse(name, value);
    }
    return value;
  }

  /** Writes the line of an error. */
  public void error(String message) {
    err.println("Error: ".concat(Secrets.mask(Escape.controls(message))));
  }

  /** Writes the line of a warning. */
  public void warning(String message) {
    err.println("Warning: ".concat(Escape.controls(message)));
  }
}
