package dev.rgap.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.config.Readers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return settings.require("greeting", Readers.notEmptyText());
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

  /** Recurses without end. */
  private static final class Deep implements OutputType<String> {
    @Override
    public String kind() {
      return "deep";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      throw new StackOverflowError();
    }

    @Override
    public Output create(String config, OutputContext context) {
      return new Silent(config);
    }
  }

  /** Has a file. */
  private static final class Writer implements OutputType<Path> {
    @Override
    public String kind() {
      return "writer";
    }

    @Override
    public Optional<Path> parse(ConfigValue spec, ConfiguredGroups groups) {
      try (ConfigSection settings = spec.settings()) {
        return settings.require("file", Readers.parsed(Path::of));
      }
    }

    @Override
    public Optional<Path> destination(Path config) {
      return Optional.of(config);
    }

    @Override
    public Output create(Path config, OutputContext context) {
      return new Silent(config.toString());
    }
  }

  private record Silent(String what) implements Output {
    @Override
    public void start() {}

    @Override
    public void close() {}
  }

  private record Items(Position position, List<ConfigNode> items) implements Sequence {}

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

  private final OutputTypes types =
      new OutputTypes(List.of(new Builtin(), new Deep(), new Writer()));
  private final Problems problems = new Problems();

  private List<ConfiguredOutput<?>> parseAll(ConfigNode... items) {
    Position start = new Position(1, 1);
    ConfigNode outputs = new Items(start, List.of(items));
    Map root = new Map(start, List.of(new Entry(start, "outputs", outputs)));
    try (ConfigSection settings = ConfigValue.root(root, problems).settings()) {
      return types.parse(settings.optional("outputs"), NO_GROUPS);
    }
  }

  private Optional<ConfiguredOutput<?>> parse(ConfigNode item) {
    return parseAll(item).stream().findFirst();
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
    assertThat(create(configured)).isEqualTo(new Silent("hello from third-party"));
  }

  @Test
  void aKindOfAnotherJarReportsItsProblemsLikeAnyOther() {
    assertThat(parse(map(1, "kind", "third-party", "spec", map(5, "greting", "hello")))).isEmpty();
    assertThat(messages())
        .containsExactly(
            "f:5:1: outputs[0].spec.greeting: is required",
            "f:5:1: outputs[0].spec.greting: unknown setting; did you mean 'greeting'?");
  }

  @Test
  void aKindThatFailsIsAnErrorWithAPlaceAndHidesNoOther() {
    List<ConfiguredOutput<?>> read = parseAll(map(1, "kind", "deep"), map(3, "kind", "builtin"));

    assertThat(read).extracting(ConfiguredOutput::kind).containsExactly("builtin");
    assertThat(messages())
        .containsExactly(
            "f:1:1: outputs[0]: can't be read: java.lang.StackOverflowError; outputs of kind deep"
                + " fail on this one");
  }

  /** Each is numbered without looking at those before it. */
  @Test
  @Timeout(60)
  void veryManyOutputsOfOneKindGetIdsOfTheirOwn() {
    ConfigNode[] items = new ConfigNode[100_000];
    Arrays.setAll(items, i -> map(1, "kind", "builtin"));

    assertThat(parseAll(items))
        .extracting(output -> output.id().text())
        .startsWith("builtin", "builtin #2", "builtin #3")
        .endsWith("builtin #100000")
        .doesNotHaveDuplicates();
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
            "f:3:1: outputs[0].kind: unknown kind of output 'bultin';"
                + " did you mean 'builtin'? known kinds: builtin, deep, third-party, writer");
  }

  @Test
  void aKindIsRequired() {
    assertThat(parse(map(3, "spec", map(4, "x", "y")))).isEmpty();
    assertThat(parse(map(6, "kind", new Empty(new Position(6, 7))))).isEmpty();
    assertThat(messages())
        .containsExactly(
            "f:3:1: outputs[0].kind: is required", "f:6:7: outputs[0].kind: is required");
    assertThat(problems.all()).allMatch(problem -> problem.severity() == Problem.Severity.ERROR);
  }

  private static ConfigNode item(int line, Object... more) {
    Object[] all = new Object[more.length + 2];
    all[0] = "kind";
    all[1] = "writer";
    System.arraycopy(more, 0, all, 2, more.length);
    return map(line, all);
  }

  private static ConfigNode writer(int line, String file, Object... more) {
    ConfigNode spec = map(line, "file", file);
    Object[] all = new Object[more.length + 2];
    all[0] = "spec";
    all[1] = spec;
    System.arraycopy(more, 0, all, 2, more.length);
    return item(line, all);
  }

  private List<String> ids(ConfigNode... items) {
    return parseAll(items).stream().map(output -> output.id().text()).toList();
  }

  @Test
  void anIdIsTheNameElseKindAndTarget() {
    assertThat(
            ids(
                map(1, "kind", "builtin"),
                writer(2, "/etc/hosts"),
                writer(4, "/etc/x", "name", "Web-1.a_b")))
        .containsExactly("builtin", "writer /etc/hosts", "Web-1.a_b");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void alikeOutputsAreNumberedAndNamesGoFirst() {
    assertThat(
            ids(
                map(1, "kind", "builtin"),
                map(2, "kind", "builtin"),
                map(3, "kind", "builtin", "name", "x"),
                map(5, "kind", "builtin")))
        .containsExactly("builtin", "builtin #2", "x", "builtin #3");
    assertThat(ids(map(1, "kind", "builtin"), map(2, "kind", "builtin", "name", "builtin")))
        .containsExactly("builtin #2", "builtin");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void idsStayTheSameWhenOutputsAreReordered() {
    ConfigNode[] items = {writer(1, "/a"), writer(2, "/b"), map(3, "kind", "builtin", "name", "n")};
    List<String> there = ids(items);
    List<String> back = ids(items[2], items[1], items[0]);

    assertThat(back).containsExactlyElementsOf(there.reversed());
  }

  @Test
  void aNameIsThereOnce() {
    parseAll(
        map(1, "kind", "builtin", "name", "same"),
        map(4, "kind", "unheard-of", "name", "other"),
        map(7, "name", "same", "kind", "builtin"),
        map(9, "name", "other", "kind", "builtin"));

    assertThat(messages())
        .contains(
            "f:7:1: outputs[2].name: output 'same' is already defined on line 2; give each output a"
                + " name of its own, or none",
            "f:9:1: outputs[3].name: output 'other' is already defined on line 5; give each output a"
                + " name of its own, or none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ü", "a/b", "a\nb", "a#2"})
  void namesThatAreNone(String name) {
    parse(map(1, "name", name, "kind", "builtin"));

    assertThat(problems.all()).hasSize(1);
    assertThat(messages().getFirst())
        .endsWith(
            "' is no name for an output; use letters, digits, '.', '_' and '-', at most 63 of them");
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(ids(map(1, "name", "a.".repeat(31) + "b", "kind", "builtin"))).hasSize(1);
    assertThat(problems.hasErrors()).isFalse();
    parse(map(1, "name", "a.".repeat(32), "kind", "builtin"));
    assertThat(problems.hasErrors()).isTrue();
  }

  @Test
  void nothingUnprintableGetsIntoAnId() {
    assertThat(ids(writer(1, "/a\u001b[31m\n\u202e\u2028b\ud83d\ude00")))
        .containsExactly("writer /a?[31m???b\ud83d\ude00");
    assertThat(OutputId.of("writer", "half a \ud83d").text()).isEqualTo("writer half a ?");
    assertThatThrownBy(() -> new OutputId("a\nb")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofAVeryLongTargetTheMiddleIsLeftOut() {
    String folder = "/" + "\ud83d\ude00".repeat(500);
    List<String> ids = ids(writer(1, folder + "/x.conf"), writer(2, folder + "/./x.conf"));

    assertThat(ids.getFirst().codePointCount(0, ids.getFirst().length()))
        .isEqualTo("writer ".length() + 100);
    assertThat(ids.getFirst()).startsWith("writer /\ud83d\ude00").contains("…").endsWith("/x.conf");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void twoCanNotWriteOneFile() {
    parseAll(
        writer(1, "/etc/hosts"),
        writer(3, "/etc/x", "name", "x"),
        writer(7, "/etc/./hosts"),
        writer(9, "/etc/x"));

    assertThat(messages())
        .containsExactly(
            "f:7:1: outputs[2]: writes the same file as writer /etc/hosts, /etc/./hosts; let one"
                + " output write all of it",
            "f:9:1: outputs[3]: writes the same file as x, /etc/x; let one output write all of it");
  }
}
