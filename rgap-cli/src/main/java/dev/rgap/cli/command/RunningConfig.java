package dev.rgap.cli.command;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration file of a listener that runs, read and checked in another process as the
 * listener reads it: by its arguments, from its working directory, with its environment.
 *
 * @param name the file
 * @param variables the listener's environment
 */
record RunningConfig(String name, Map<String, String> variables) {

  /** What changes which outputs there are. */
  private static final String CLASSPATH = "RGAP_CLASSPATH";

  /** Files that are others in each process. */
  private static final List<String> OF_EACH = List.of("/dev/", "/proc/");

  /**
   * That of a listener, if it can be seen here: nothing if the listener's process may not be looked
   * at, or if it sees other files or knows other outputs than this one.
   *
   * @param own the environment of this process
   */
  static Optional<RunningConfig> of(RunningRgap listener, Map<String, String> own) {
    try {
      Path process = listener.directory();
      Map<String, String> variables = variables(process);
      Path file = Files.readSymbolicLink(process.resolve("cwd")).resolve(given(listener.words()));
      return isSame(process.resolve("root"), file)
              && Objects.equals(variables.get(CLASSPATH), own.get(CLASSPATH))
          ? Optional.of(new RunningConfig(file.toString(), variables))
          : Optional.empty();
    } catch (IOException | InvalidPathException | Failure e) {
      return Optional.empty();
    }
  }

  /** The file's name as it was given. */
  private static String given(List<String> words) throws Failure {
    // The words have a character for each byte.
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    String[] decoded =
        words.stream()
            .map(word -> new String(word.getBytes(StandardCharsets.ISO_8859_1), names))
            .toArray(String[]::new);
    ArgumentParser parser = new ArgumentParser(GlobalFlags.ALL, decoded);
    String _ = parser.command();
    parser.rest(new ListenerCommand().flags(), false);
    return ConfigFile.name(parser.arguments());
  }

  private static Map<String, String> variables(Path process) throws IOException {
    Map<String, String> variables = new HashMap<>();
    String all = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    for (String variable : all.split("\0", -1)) {
      int end = variable.indexOf('=');
      if (end > 0) {
        variables.put(variable.substring(0, end), variable.substring(end + 1));
      }
    }
    return variables;
  }

  /** Whether a file's name means the same to a process, in a container for example, as here. */
  private static boolean isSame(Path root, Path file) throws IOException {
    if (OF_EACH.stream().anyMatch(file.toString()::startsWith)) {
      return false;
    }
    Path there = root.resolve(file.toString().substring(1));
    boolean gone = Files.notExists(file) && Files.notExists(there);
    return gone ? Files.isSameFile(root, Path.of("/")) : Files.isSameFile(there, file);
  }

  /**
   * Prints all that is wrong with the file as it is now, as {@code rgap check} does.
   *
   * @return whether it has errors
   */
  boolean show(Environment environment) {
    Environment ofListener =
        new Environment(
            variables,
            environment.in(),
            environment.out(),
            environment.err(),
            environment.shutdown());
    try {
      ConfigFile.Result result = ConfigFile.readAgain(name, ofListener);
      result.problems().forEach(environment.out()::println);
      return result.hasErrors();
    } catch (Failure e) {
      environment.error(e.line());
      return true;
    }
  }
}
