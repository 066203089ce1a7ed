package dev.rgap.cli;

import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What became of a command line that was run in this process. */
public record Run(int status, String out, String err) {

  public static Run of(String... args) {
    return with(Map.of(), "", args);
  }

  public static Run with(Map<String, String> variables, String in, String... args) {
    return with(new Shutdown(), variables, in, args);
  }

  public static Run with(
      Shutdown shutdown, Map<String, String> variables, String in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            variables,
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            shutdown);
    int status = Main.run(environment, args);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
