package dev.rgap.cli;

import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.config.Setting;
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

  /** Reads the file and checks everything that can be checked without opening anything else. */
  static Result load(Path file, OutputTypes types) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_SIZE + 1);
    } catch (NoSuchFileException e) {
      return Result.unreadable(file + ": there is no such file; name one with -c FILE");
    } catch (AccessDeniedException e) {
      return Result.unreadable(
          file
              + ": user "
              + System.getProperty("user.name")
              + " may not read the file; change its owner or mode");
    } catch (IOException e) {
      return Result.unreadable(
          Files.isDirectory(file)
              ? file + ": is a directory; name a file in it"
              : file + ": can't be read: " + e.getMessage());
    }
    if (content.length > MAX_SIZE) {
      return Result.unreadable(
          file + ": is larger than " + (MAX_SIZE >> 20) + " MiB; is it the right file?");
    }
    return parse(file.toString(), content, types);
  }

  /** Checks a file's content; its name is for the problems. */
  static Result parse(String name, byte[] content, OutputTypes types) {
    Problems problems = new Problems();
    Optional<ListenerConfig> config =
        YamlReader.read(content, problems)
            .flatMap(root -> ListenerConfig.parse(Setting.root(root, problems), types));
    List<Problem> all = problems.all();
    List<String> lines = new ArrayList<>();
    all.stream().limit(MAX_PROBLEMS).forEach(problem -> lines.add(problem.describe(name)));
    if (all.size() > MAX_PROBLEMS) {
      lines.add(name + ": and " + (all.size() - MAX_PROBLEMS) + " more problems");
    }
    return new Result(config, lines, problems.hasErrors());
  }
}
