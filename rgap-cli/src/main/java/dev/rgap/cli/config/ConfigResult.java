package dev.rgap.cli.config;

import dev.rgap.http.HttpConfig;
import dev.rgap.http.TextfileConfig;
import java.util.List;
import java.util.Optional;

/**
 * What came of a configuration file's content.
 *
 * @param config the configuration; nothing if there are errors
 * @param http where the program answers by HTTP; the default if there are errors
 * @param textfile what its numbers are written to; nothing if there are errors
 * @param problems errors and warnings in the order of the file, as lines to be shown: {@code
 *     FILE:LINE:COL: path: what; hint}
 * @param errors those of the problems with which the configuration can't be used
 * @param files the file and those that it names and whose content is part of the configuration, as
 *     they were before they were read
 * @param holdsKeys whether the file itself, and not only others that it names, may hold keys
 * @param <C> the configuration
 */
public record ConfigResult<C>(
    Optional<C> config,
    HttpConfig http,
    Optional<TextfileConfig> textfile,
    List<String> problems,
    List<String> errors,
    FileStamps files,
    boolean holdsKeys) {

  /** Copies the lists. */
  public ConfigResult {
    problems = List.copyOf(problems);
    errors = List.copyOf(errors);
  }

  /** Whether the configuration can't be used. */
  public boolean hasErrors() {
    return !errors.isEmpty();
  }
}
