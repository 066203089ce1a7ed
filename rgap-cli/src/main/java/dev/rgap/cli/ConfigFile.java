package dev.rgap.cli;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.output.OutputTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads a listener's configuration from a YAML file. */
final class ConfigFile {

  /** The greatest file, in bytes: some hundred thousand host names. */
  static final int MAX_SIZE = 16 << 20;

  /** More problems than these help nobody. */
  static final int MAX_PROBLEMS = 200;

  /**
   * What came of it.
   *
   * @param config the configuration; nothing if there are errors
   * @param problems errors and warnings in the order of the file, as lines to be shown: {@code
   *     FILE:LINE:COL: path: what; hint}, or without a place if the file can't be read at all
   * @param hasErrors whether the configuration can't be used
   */
  record Result(Optional<ListenerConfig> config, List<String> problems, boolean hasErrors) {

    Result {
      problems = List.copyOf(problems);
    }

    private static Result unreadable(String why) {
      return new Result(Optional.empty(), List.of(why), true);
    }
  }

  private ConfigFile() {}

  /** Reads the file and checks everything that can be checked without a network. */
  static Result load(Path file, OutputTypes types) {
    try {
      return parse(file.toString(), read(file), types);
    } catch (Failure e) {
      return Result.unreadable(e.line());
    }
  }

  /**
   * Reads a file of configuration or the like.
   *
   * @throws Failure if it can't be read or is too large; the message names it
   */
  static byte[] read(Path file) throws Failure {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_SIZE + 1);
    } catch (NoSuchFileException e) {
      throw new Failure(file + ": there is no such file; name one with -c FILE");
    } catch (AccessDeniedException e) {
      throw new Failure(
          file
              + ": user "
              + System.getProperty("user.name")
              + " may not read the file; change its owner or mode");
    } catch (IOException e) {
      throw new Failure(
          Files.isDirectory(file)
              ? file + ": is a directory; name a file in it"
              : file + ": can't be read: " + e.getMessage());
    }
    if (content.length > MAX_SIZE) {
      throw new Failure(
          file + ": is larger than " + (MAX_SIZE >> 20) + " MiB; is it the right file?");
    }
    return content;
  }

  /** Checks a file's content; its name is for the problems. */
  static Result parse(String name, byte[] content, OutputTypes types) {
    Problems problems = new Problems();
    Optional<ListenerConfig> config =
        YamlReader.read(content, problems)
            .flatMap(root -> ListenerConfig.parse(ConfigValue.root(root, problems), types));
    return new Result(config, describe(problems, name), problems.hasErrors());
  }

  /** Problems as lines to be shown, not too many of them. */
  static List<String> describe(Problems problems, String name) {
    List<Problem> all = problems.all();
    List<String> lines = new ArrayList<>();
    all.stream().limit(MAX_PROBLEMS).forEach(problem -> lines.add(problem.describe(name)));
    if (all.size() > MAX_PROBLEMS) {
      lines.add(name + ": and " + (all.size() - MAX_PROBLEMS) + " more problems");
    }
    return lines;
  }
}
