package dev.rgap.cli.config;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.yaml.YamlReader;
import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.http.HttpConfig;
import dev.rgap.http.TextfileConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a kind of configuration file, a listener's or an agent's, and checks everything that can be
 * checked without a network.
 *
 * @param <C> what is configured
 */
public abstract class ConfigReader<C> {

  /** More problems than these help nobody. */
  static final int MAX_PROBLEMS = 200;

  /** What is read where no file is named; empty if that is not possible. */
  private final String byDefault;

  ConfigReader(String byDefault) {
    this.byDefault = byDefault;
  }

  /**
   * Reads a file's root.
   *
   * @param name the file's, for messages
   * @param others reads the settings that all kinds have
   */
  abstract Optional<C> read(
      ConfigNode root, String name, Reading reading, Consumer<? super ConfigSection> others);

  /** How many keys are in a configuration, wherever they were found. */
  abstract int keys(C config);

  /** Whether files are watched. */
  public abstract boolean watches(C config);

  /**
   * What goes with a file while it is read.
   *
   * @param problems what is wrong with it
   * @param keyFiles reads those with keys
   * @param files is told others that are part of the configuration
   */
  record Reading(Problems problems, KeyFiles keyFiles, FileStamps files) {

    ConfigValue value(ConfigNode root) {
      return ConfigValue.root(root, problems, files::add);
    }
  }

  /**
   * Reads a configuration file, and those with keys that it names.
   *
   * @throws Failure if it can't be read
   */
  public final ConfigResult<C> read(String name, Environment environment) throws Failure {
    return load(FileAccess.path(name), environment.variables());
  }

  /**
   * Reads a configuration file of which another version is in use.
   *
   * @throws Failure if it can't be read, or could be read only once
   */
  public final ConfigResult<C> readAgain(String name, Environment environment) throws Failure {
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
  public final ConfigResult<C> show(String name, PrintStream problems, Environment environment)
      throws Failure {
    ConfigResult<C> result = read(name, environment);
    result.problems().forEach(problems::println);
    if (result.holdsKeys()) {
      FileAccess.warnIfOthersCanRead(FileAccess.path(name), environment);
    }
    return result;
  }

  /** The same, with problems on standard error and errors ending the command. */
  public final C require(String name, Environment environment) throws Failure {
    return show(name, environment.err(), environment).config().orElseThrow(() -> refused(name));
  }

  /** Ends a command that can't do without the configuration, which has errors. */
  public static Failure refused(String name) {
    return new Failure(name + " has errors; nothing was started");
  }

  /**
   * Reads the file.
   *
   * @param variables the environment
   */
  final ConfigResult<C> load(Path file, Map<String, String> variables) throws Failure {
    String name = file.toString();
    String ifMissing = !name.isEmpty() && name.equals(byDefault) ? "name one with -c FILE" : "";
    FileStamps files = new FileStamps();
    files.add(file);
    byte[] content = FileAccess.read(file, ifMissing);
    return parse(name, content, files, new KeyFiles(file, variables));
  }

  /** Checks a file's content; its name is for the problems. */
  public final ConfigResult<C> parse(String name, byte[] content) {
    return parse(name, content, new FileStamps(), new KeyFiles(Path.of(name), Map.of()));
  }

  private ConfigResult<C> parse(String name, byte[] content, FileStamps files, KeyFiles keyFiles) {
    Problems problems = new Problems();
    Optional<ConfigNode> root = YamlReader.read(content, problems);
    Others others = new Others(keyFiles);
    Optional<C> config =
        root.isEmpty()
            ? Optional.empty()
            : read(root.get(), name, new Reading(problems, keyFiles, files), others);
    return new ConfigResult<>(
        config,
        others.http,
        others.textfile,
        describe(problems.all(), name),
        describe(problems.all().stream().filter(Problem::isError).toList(), name),
        files,
        config.isEmpty() || keys(config.get()) > keyFiles.read());
  }

  /** The settings that all kinds have. */
  private static final class Others implements Consumer<ConfigSection> {
    private final KeyFiles files;
    private HttpConfig http = HttpConfig.DEFAULT;
    private Optional<TextfileConfig> textfile = Optional.empty();

    Others(KeyFiles files) {
      this.files = files;
    }

    @Override
    public void accept(ConfigSection settings) {
      http = HttpConfig.read(settings.optional("http"), files);
      textfile = TextfileConfig.read(settings.optional("metrics"));
    }
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
