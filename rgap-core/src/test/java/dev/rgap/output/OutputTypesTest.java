package dev.rgap.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutputTypesTest {

  private static final ConfiguredGroups NO_GROUPS = new ConfiguredGroups(Set.of());

  /** A kind from another jar: META-INF/services of the test class path names it. */
  public static final class ThirdParty implements OutputType<String> {
    /** For the service loader. */
    public ThirdParty() {}

    @Override
    public String kind() {
      return "third-party";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      try (ConfigSection settings = spec.settings()) {
        return settings.requiredText("greeting");
      }
    }

    @Override
    public Output create(String greeting, OutputContext context) {
      return new Silent(greeting + " from " + context.name());
    }
  }

  /** Another one, which wants the name of a kind that comes with rgap. */
  public static final class Usurper implements OutputType<String> {
    /** For the service loader. */
    public Usurper() {}

    @Override
    public String kind() {
      return "builtin";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.of("usurped");
    }

    @Override
    public Output create(String config, OutputContext context) {
      return new Silent(config);
    }
  }

  private static final class Builtin implements OutputType<String> {
    @Override
    public String kind() {
      return "builtin";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      spec.settings().close();
      return Optional.of("genuine");
    }

    @Override
    public Output create(String config, OutputContext context) {
      return new Silent(config);
    }
  }

  private record Silent(String what) implements Output {
    @Override
    public void start() {}

    @Override
    public void close() {}
  }

  private record Map(Position position, List<Entry> entries) implements Mapping {}

  private static ConfigNode map(int line, Object... keysAndValues) {
    java.util.ArrayList<Entry> entries = new java.util.ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Position position = new Position(line + i / 2, 1);
      Object value = keysAndValues[i + 1];
      entries.add(
          new Entry(
              position,
              keysAndValues[i].toString(),
              value instanceof ConfigNode node ? node : new Scalar(position, value.toString())));
    }
    return new Map(new Position(line, 1), entries);
  }

  private final OutputTypes types = new OutputTypes(List.of(new Builtin()));
  private final Problems problems = new Problems();

  private Optional<ConfiguredOutput<?>> parse(ConfigNode item) {
    return types.parse(ConfigValue.root(item, problems), NO_GROUPS);
  }

  private List<String> messages() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  private static Output create(ConfiguredOutput<?> configured) {
    // These outputs use neither membership nor scheduler; NullAway keeps others from doing so.
    return configured.create(context(configured.id()));
  }

  @SuppressWarnings("NullAway")
  private static OutputContext context(OutputId id) {
    return OutputContext.of(id, null, null, null);
  }

  @Test
  void aKindOfAnotherJarIsFound() {
    ConfiguredOutput<?> configured =
        parse(map(1, "kind", "third-party", "spec", map(5, "greeting", "hello"))).orElseThrow();

    assertThat(problems.all()).isEmpty();
    assertThat(configured.kind()).isEqualTo("third-party");
    assertThat(create(configured)).isEqualTo(new Silent("hello from  (third-party)"));
  }

  @Test
  void aKindOfAnotherJarReportsItsProblemsLikeAnyOther() {
    assertThat(parse(map(1, "kind", "third-party", "spec", map(5, "greting", "hello")))).isEmpty();
    assertThat(messages())
        .containsExactly(
            "f:5:1: spec.greeting: is required",
            "f:5:1: spec.greting: unknown setting; did you mean 'greeting'?");
  }

  @Test
  void aKindOfAnotherJarReplacesNoneThatComesWithRgap() {
    assertThat(parse(map(1, "kind", "third-party", "spec", map(5, "greeting", "hello"))))
        .isPresent();

    assertThat(create(parse(map(1, "kind", "builtin")).orElseThrow()))
        .isEqualTo(new Silent("genuine"));
  }

  @Test
  void anUnknownKindListsTheKnownOnesAndTheNearest() {
    assertThat(parse(map(3, "kind", "bultin"))).isEmpty();
    assertThat(messages())
        .containsExactly(
            "f:3:1: kind: unknown kind of output 'bultin';"
                + " did you mean 'builtin'? known kinds: builtin, third-party");
  }

  @Test
  void aKindIsRequired() {
    assertThat(parse(map(3, "spec", map(4, "x", "y")))).isEmpty();
    assertThat(parse(map(6, "kind", new Empty(new Position(6, 7))))).isEmpty();
    assertThat(messages()).containsExactly("f:3:1: kind: is required", "f:6:7: kind: is required");
    assertThat(problems.all()).allMatch(problem -> problem.severity() == Problem.Severity.ERROR);
  }
}
