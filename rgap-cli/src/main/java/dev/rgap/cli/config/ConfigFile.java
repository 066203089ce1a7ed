package dev.rgap.cli.config;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.yaml.YamlReader;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.http.HttpConfig;
import dev.rgap.http.TextfileConfig;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The YAML file with a listener's configuration, and the flag that names it. */
public final class ConfigFile {

  /** What is read where the flag isn't given, in the working directory. */
  public static final String DEFAULT_NAME = "rgap.yaml";

  /** The flag of a command that needs the file. */
  public static final Flag FLAG =
      Flag.file("config", 'c', "configuration file (default " + DEFAULT_NAME + ")");

  /** The flag of a command that can do without. */
  public static final Flag OPTIONAL =
      Flag.file("config", 'c', "configuration file, for its addresses and keys");

  /** More problems than these help nobody. */
  static final int MAX_PROBLEMS = 200;

  /**
   * What came of a file's content.
   *
   * @param config the configuration; nothing if there are errors
   * @param http where the listener answers by HTTP; the default if there are errors
   * @param textfile what its numbers are written to; nothing if there are errors
   * @param problems errors and warnings in the order of the file, as lines to be shown: {@code
   *     FILE:LINE:COL: path: what; hint}
   * @param errors those of the problems with which the configuration can't be used
   * @param files the file and those that it names and whose content is part of the configuration,
   *     as they were before they were read
   * @param holdsKeys whether the file itself, and not only others that it names, may hold keys
   */
  public record Result(
      Optional<ListenerConfig> config,
      HttpConfig http,
      Optional<TextfileConfig> textfile,
      List<String> problems,
      List<String> errors,
      FileStamps files,
      boolean holdsKeys) {

    public Result {
      problems = List.copyOf(problems);
      errors = List.copyOf(errors);
    }

    /** Whether the configuration can't be used. */
    public boolean hasErrors() {
      return !errors.isEmpty();
    }
  }

  private ConfigFile() {}

  /** The name of the file that is meant. */
  public static String name(Arguments arguments) {
    String given = arguments.value(FLAG);
    return given == null ? DEFAULT_NAME : given;
  }

  /**
   * Reads a configuration file, and those with keys that it names.
   *
   * @throws Failure if it can't be read
   */
  public static Result read(String name, Environment environment) throws Failure {
    OutputTypes types = new OutputTypes(BuiltinOutputs.types());
    return load(FileAccess.path(name), types, environment.variables());
  }

  /**
   * Reads a configuration file of which another version is in use.
   *
   * @throws Failure if it can't be read, or could be read only once
   */
  public static Result readAgain(String name, Environment environment) throws Failure {
    Path file = FileAccess.path(name);
    if (!FileAccess.canBeReadAgain(file)) {
      throw new Failure(name + ": can't be read again, as it is no file");
    }
    return read(name, environment);
  }

  /**
   * Reads a configuration file and prints all that is wrong with it.
   *
   * @param problems where to
   * @throws Failure if the file can't be read
   */
  public static Result show(String name, PrintStream problems, Environment environment)
      throws Failure {
    Result result = read(name, environment);
    result.problems().forEach(problems::println);
    if (result.holdsKeys()) {
      FileAccess.warnIfOthersCanRead(FileAccess.path(name), environment);
    }
    return result;
  }

  /** The same, with problems on standard error and errors ending the command. */
  public static ListenerConfig require(String name, Environment environment) throws Failure {
    return show(name, environment.err(), environment).config().orElseThrow(() -> refused(name));
  }

  /** Ends a command that can't do without the configuration, which has errors. */
  public static Failure refused(String name) {
    return new Failure(name + " has errors; nothing was started");
  }

  /**
   * Reads the file and checks everything that can be checked without a network.
   *
   * @param variables the environment
   */
  static Result load(Path file, OutputTypes types, Map<String, String> variables) throws Failure {
    String name = file.toString();
    String ifMissing = name.equals(DEFAULT_NAME) ? "name one with -c FILE" : "";
    FileStamps files = new FileStamps();
    files.add(file);
    byte[] content = FileAccess.read(file, ifMissing);
    return parse(name, content, files, types, new KeyFiles(file, variables));
  }

  /** Checks a file's content; its name is for the problems. */
  public static Result parse(String name, byte[] content, OutputTypes types) {
    KeyFiles keyFiles = new KeyFiles(Path.of(name), Map.of());
    return parse(name, content, new FileStamps(), types, keyFiles);
  }

  private static Result parse(
      String name, byte[] content, FileStamps files, OutputTypes types, KeyFiles keyFiles) {
    Problems problems = new Problems();
    Optional<ConfigValue> root =
        YamlReader.read(content, problems)
            .map(node -> ConfigValue.root(node, problems, files::add));
    AtomicReference<HttpConfig> http = new AtomicReference<>(HttpConfig.DEFAULT);
    AtomicReference<Optional<TextfileConfig>> textfile = new AtomicReference<>(Optional.empty());
    Optional<ListenerConfig> config =
        root.flatMap(all ->
            ListenerConfig.parse(
                all,
                types,
                keyFiles,
                settings -> {
                  http.set(HttpConfig.read(settings.optional("http"), keyFiles));
                  textfile.set(TextfileConfig.read(settings.optional("metrics")));
                }));
    int keys = 0;
    if (config.isPresent()) {
      for (GroupConfig group : config.get().groups()) {
        keys += group.keys().size();
      }
    }
    return new Result(
        config,
        http.get(),
        textfile.get(),
        describe(problems.all(), name),
        describe(problems.all().stream().filter(Problem::isError).toList(), name),
        files,
        config.isEmpty() || keys > keyFiles.read());
  }

  /** Problems as lines to be shown, not too many of them. */
  static List<String> describe(List<Problem> all, String name) {
    List<String> lines = new ArrayList<>();
    all.stream().limit(MAX_PROBLEMS).forEach(problem -> lines.add(problem.describe(name)));
    if (all.size() > MAX_PROBLEMS) {
      lines.add(name + ": and " + (all.size() - MAX_PROBLEMS) + " more problems");
    }
    return lines;
  }
}
