package dev.rgap.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ConfigTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which keys a group accepts, as its configuration says. */
class KeySettingsTest {

  private static final String KEY = "ab".repeat(32);
  private static final String OTHER_KEY = "cd".repeat(32);
  private static final String EXAMPLE =
      "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  private final Problems problems = new Problems();

  /** Files whose content is their name, twice. */
  private Optional<PreSharedKey> read(ConfigValue name) {
    return name.as(text -> PreSharedKey.parseHex(text.repeat(2)));
  }

  private Optional<List<PreSharedKey>> keys(Map<String, ? extends @Nullable Object> settings) {
    Map<String, Object> group = new LinkedHashMap<>(Map.of("id", 1, "expire", "15s"));
    group.putAll(settings);
    return ListenerConfig.parse(
            ConfigValue.root(new ConfigTree().node(Map.of("groups", List.of(group))), problems),
            new OutputTypes(List.of()),
            this::read)
        .map(config -> config.groups().getFirst().keys());
  }

  private static List<PreSharedKey> parsed(String... keys) {
    return Arrays.stream(keys).map(PreSharedKey::parseHex).toList();
  }

  /** What is said of the keys, without the place in the file. */
  private List<String> said() {
    return problems.all().stream()
        .map(problem -> problem.describe("f"))
        .filter(line -> line.contains("psk"))
        .map(line -> line.replaceFirst("f:\\d+:\\d+: ", ""))
        .toList();
  }

  @Test
  void aValueAFileOrAListOfBoth() {
    String half = KEY.substring(32);

    assertThat(keys(Map.of("psk", KEY))).hasValue(parsed(KEY));
    assertThat(keys(Map.of("psk_file", half))).hasValue(parsed(KEY));
    assertThat(keys(Map.of("psks", List.of(OTHER_KEY)))).hasValue(parsed(OTHER_KEY));
    assertThat(keys(Map.of("psks", List.of(OTHER_KEY, Map.of("psk_file", half)))))
        .hasValue(parsed(OTHER_KEY, KEY));
    assertThat(said()).isEmpty();
  }

  @Test
  void oneOfThemIsNeededAndOneOnly() {
    assertThat(keys(Map.of())).isEmpty();
    Map<String, Object> two = new LinkedHashMap<>();
    two.put("psk", KEY);
    two.put("psks", List.of(OTHER_KEY));
    assertThat(keys(two)).isEmpty();
    assertThat(said())
        .containsExactly(
            "groups[0].psk: is required, or psk_file or psks; 'rgap genpsk' makes one",
            "groups[0].psks: can't be given together with psk; write all keys of the group as"
                + " 'psks: [KEY, {psk_file: PATH}]'");
  }

  @Test
  void aListHasEachKeyOnceAndNotTooMany() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i <= GroupConfig.MAX_KEYS; i++) {
      keys.add("%064x".formatted(i));
    }
    assertThat(keys(Map.of("psks", keys.subList(1, keys.size())))).isPresent();
    assertThat(keys(Map.of("psks", keys))).isEmpty();
    assertThat(keys(Map.of("psks", List.of()))).isEmpty();
    assertThat(keys(Map.of("psks", List.of(KEY, OTHER_KEY, Map.of("psk_file", KEY.substring(32))))))
        .isEmpty();
    assertThat(said())
        .containsExactlyInAnyOrder(
            "groups[0].psks: has 9 keys, at most 8 are possible; remove those that no agent uses any"
                + " more",
            "groups[0].psks: is an empty list: nobody could announce; 'rgap genpsk' makes one",
            "groups[0].psks[2]: is the same key as groups[0].psks[0]; remove one of the two");
  }

  /** All of them at once, each at its own place. */
  @Test
  void everyBadItemIsAProblemOfItsOwn() {
    List<@Nullable Object> items = new ArrayList<>();
    items.add("short");
    items.add(null);
    items.add(Map.of("psk_file", "none"));
    items.add(Map.of("psk_fil", "x"));
    items.add(List.of(KEY));
    items.add(KEY);

    assertThat(keys(Map.of("psks", items))).isEmpty();
    assertThat(keys(Map.of("psks", KEY))).isEmpty();
    String digits = "a pre-shared key is 64 hexadecimal digits, this text has ";
    assertThat(said())
        .containsExactlyInAnyOrder(
            "groups[0].psks[0]: " + digits + "5 characters",
            "groups[0].psks[1]: has no value; write a key, or {psk_file: PATH}",
            "groups[0].psks[2].psk_file: " + digits + "8 characters",
            "groups[0].psks[3].psk_fil: unknown setting; did you mean 'psk_file'?",
            "groups[0].psks[3].psk_file: is required; write the name of a file with a key",
            "groups[0].psks[4]: is a list, a single value is expected",
            "groups[0].psks: is a single value, a list is expected; write each item after a dash:"
                + " '- item'");
  }

  @Test
  void theKeyThatEverybodyKnowsIsWarnedOfWhereverItStands() {
    String what =
        ": is the key of the examples, with which everybody can announce; 'rgap genpsk' makes one";

    assertThat(keys(Map.of("psks", List.of(KEY, EXAMPLE)))).isPresent();
    assertThat(said()).containsExactly("warning: groups[0].psks[1]" + what);
  }

  @Test
  void whoReadsNoFilesSaysSo() {
    assertThat(
            ListenerConfig.parse(
                ConfigValue.root(
                    new ConfigTree()
                        .node(
                            Map.of(
                                "groups", List.of(Map.of("psk_file", "a.key", "expire", "15s")))),
                    problems),
                new OutputTypes(List.of())))
        .isEmpty();
    assertThat(said())
        .containsExactly(
            "groups[0].psk_file: files with keys are not read here; write the key itself, as psk");
  }
}
