package dev.rgap.cli.command;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.AgentFile;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.ConfigReader;
import dev.rgap.cli.config.ConfigResult;
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
 * The configuration file of a listener or an agent that runs, read and checked in another process
 * as that one reads it: by its arguments, from its working directory, with its environment.
 *
 * @param reader reads it
 * @param name the file
 * @param variables the other process' environment
 */
record RunningConfig(ConfigReader<?> reader, String name, Map<String, String> variables) {

  /** What changes which outputs there are. */
  private static final String CLASSPATH = "RGAP_CLASSPATH";

  /** Files that are others in each process. */
  private static final List<String> OF_EACH = List.of("/dev/", "/proc/");

  /**
   * That of a process, if it can be seen here: nothing if it has none, if it may not be looked at,
   * or if it sees other files or knows other outputs than this one.
   *
   * @param own the environment of this process
   */
  static Optional<RunningConfig> of(RunningRgap running, Map<String, String> own) {
    try {
      Path process = running.directory();
      Map<String, String> variables = variables(process);
      Optional<String> name = given(running);
      if (name.isEmpty()) {
        return Optional.empty();
      }
      Path file = Files.readSymbolicLink(process.resolve("cwd")).resolve(name.get());
      ConfigReader<?> reader = running.isListener() ? new ConfigFile() : new AgentFile();
      return isSame(process.resolve("root"), file)
              && Objects.equals(variables.get(CLASSPATH), own.get(CLASSPATH))
          ? Optional.of(new RunningConfig(reader, file.toString(), variables))
          : Optional.empty();
    } catch (IOException | InvalidPathException | Failure e) {
      return Optional.empty();
    }
  }

  /** Whether a process has a configuration file. */
  static boolean isThere(RunningRgap running) {
    try {
      return given(running).isPresent();
    } catch (Failure e) {
      return false; // is nothing that could have started
    }
  }

  /** The file's name as it was given; nothing for an agent that goes by flags. */
  private static Optional<String> given(RunningRgap running) throws Failure {
    // The words have a character for each byte.
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    String[] decoded =
        running.words().stream()
            .map(word -> new String(word.getBytes(StandardCharsets.ISO_8859_1), names))
            .toArray(String[]::new);
    ArgumentParser parser = new ArgumentParser(GlobalFlags.ALL, decoded);
    String _ = parser.command();
    Command command = running.isListener() ? new ListenerCommand() : new AgentCommand();
    parser.rest(command.flags(), false);
    return running.isListener()
        ? Optional.of(ConfigFile.name(parser.arguments()))
        : Optional.ofNullable(parser.arguments().value(AgentCommand.CONFIG));
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
    Environment ofOther =
        new Environment(
            variables,
            environment.in(),
            environment.out(),
            environment.err(),
            environment.shutdown());
    try {
      ConfigResult<?> result = reader.readAgain(name, ofOther);
      result.problems().forEach(environment.out()::println);
      return result.hasErrors();
    } catch (Failure e) {
      environment.error(e.line());
      return true;
    }
  }
}
