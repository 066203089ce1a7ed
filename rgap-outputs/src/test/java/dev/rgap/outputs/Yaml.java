package dev.rgap.outputs;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.config.SettingsObserver;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputType;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.GroupId;
import dev.rgap.testing.ConfigTree;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an output's spec from maps, lists and values instead of a file, line by line from 1: the
 * reader of files is not this module's.
 */
public final class Yaml {

  private final Problems problems = new Problems();
  private final SettingsObserver observer;
  private final ConfigTree tree = new ConfigTree();

  /** Nothing read yet. */
  public Yaml() {
    this((path, required, byDefault) -> {});
  }

  /** Tells somebody which settings are asked for. */
  public Yaml(SettingsObserver observer) {
    this.observer = observer;
  }

  /**
   * Reads a spec.
   *
   * @param spec a {@link Map}, a {@link List}, a value or, for nothing, null
   * @param groups the ids of the groups that are defined
   */
  public <C> Optional<C> read(OutputType<C> type, @Nullable Object spec, long... groups) {
    return type.parse(
        ConfigValue.observed(tree.node(spec), problems, observer),
        new ConfiguredGroups(ids(groups)));
  }

  /** Reads a list of outputs, of kinds that come with rgap. */
  public List<ConfiguredOutput<?>> readOutputs(List<?> outputs, long... groups) {
    return new OutputTypes(BuiltinOutputs.types())
        .parse(ConfigValue.root(tree.node(outputs), problems), new ConfiguredGroups(ids(groups)));
  }

  private static Set<GroupId> ids(long... groups) {
    Set<GroupId> ids = new HashSet<>();
    for (long id : groups) {
      ids.add(new GroupId(id));
    }
    return ids;
  }

  /** What was wrong, as a person is shown it. */
  public List<String> problems() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  /** Whether any of it is an error. */
  public boolean hasErrors() {
    return problems.all().stream()
        .anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
  }
}
