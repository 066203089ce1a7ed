package dev.rgap.config;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.choice;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.integers;
import static dev.rgap.config.Readers.line;
import static dev.rgap.config.Readers.listOf;
import static dev.rgap.config.Readers.notEmptyText;
import static dev.rgap.config.Readers.oneOrMore;
import static dev.rgap.config.Readers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadersTest {

  private enum Colour {
    RED,
    GREEN,
    BLUE
  }

  private final Problems problems = new Problems();

  private ConfigSection section(Map<String, ?> entries) {
    return ConfigValue.root(new ConfigTree().node(entries), problems).settings();
  }

  private <T> Optional<T> read(Reader<T> reader, Object value) {
    return section(Map.of("x", value)).read("x", reader);
  }

  private List<String> said() {
    return problems.all().stream()
        .map(problem -> problem.what() + (problem.hint().isEmpty() ? "" : "; " + problem.hint()))
        .toList();
  }

  @Test
  void whatIsAbsentIsNothingOrTheDefault() {
    ConfigSection section = section(Collections.singletonMap("empty", null));

    assertThat(section.read("absent", text())).isEmpty();
    assertThat(section.read("empty", text())).isEmpty();
    assertThat(section.read("number", integers(0, 9).orElse(7))).isEqualTo(7);
    assertThat(section.list("list", text())).isEmpty();
    assertThat(said()).isEmpty();
  }

  @Test
  void whatIsRequiredAndAbsentIsAnError() {
    ConfigSection section = section(Collections.singletonMap("empty", null));

    assertThat(section.require("absent", "write this", text())).isEmpty();
    assertThat(section.require("empty", text())).isEmpty();
    assertThat(section.require("duration", durations().example("5s"))).isEmpty();
    assertThat(said())
        .containsExactly(
            "is required; write this", "is required", "is required; write for example 5s");
  }

  @Test
  void whatCanNotBeReadIsAnErrorAndTheDefault() {
    assertThat(section(Map.of("x", "ten")).read("x", integers(0, 9).orElse(7))).isEqualTo(7);
    assertThat(said()).containsExactly("must be a whole number from 0 to 9");
  }

  @Test
  void tellsWhatIsThere() {
    ConfigSection section = section(Map.of("x", 1, "list", List.of()));

    assertThat(section.has("x")).isTrue();
    assertThat(section.has("absent")).isFalse();
    assertThat(section(Collections.singletonMap("empty", null)).has("empty")).isFalse();
    assertThat(section.optional("list").isEmptyList()).isTrue();
    assertThat(section.optional("x").isEmptyList()).isFalse();
  }

  @Test
  void whatWasAskedForIsKnown() {
    try (ConfigSection section = section(Map.of("x", 1, "retires", 2))) {
      section.read("x", text());
      section.read("retries", integers(0, 9).orElse(1));
    }
    assertThat(said()).containsExactly("unknown setting; did you mean 'retries'?");
  }

  @Test
  void anObserverHearsWhatIsAskedForBeItThereOrNot() {
    List<String> asked = new ArrayList<>();
    ConfigValue root =
        ConfigValue.observed(
            new ConfigTree().node(Map.of("a", 1)),
            problems,
            (path, required, byDefault) -> asked.add(path + " " + required + " " + byDefault));
    try (ConfigSection section = root.settings()) {
      section.require("a", text());
      section.read("b", integers(0, 9).orElse(7));
      try (ConfigSection inner = section.optional("c").settings()) {
        inner.read("d", text());
      }
    }
    assertThat(asked).containsExactly("a true null", "b false 7", "c false null", "c.d false null");
  }

  @ParameterizedTest
  @CsvSource({"-2147483648", "-1", "0", "7", "2147483647", "007"})
  void wholeNumbers(String written) {
    assertThat(read(integers(Integer.MIN_VALUE, Integer.MAX_VALUE), written))
        .contains(Integer.parseInt(written));
    assertThat(said()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1_000, 1000", "0x10, 16", "0o17, 15", "+1, 1", "1.0, 1", "1e3, 1000", "-0x1, -1"})
  void wholeNumbersAsYamlKnowsThem(String written, int meant) {
    assertThat(read(integers(Integer.MIN_VALUE, Integer.MAX_VALUE), written)).contains(meant);
    assertThat(said()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"''", "-", "--1", "1.5", "1e10", "_1", "-010", "x", "2147483648", "99999999999", "٣"})
  void noWholeNumbers(String written) {
    assertThat(read(integers(Integer.MIN_VALUE, Integer.MAX_VALUE), written)).isEmpty();
    assertThat(said()).containsExactly("must be a whole number from -2147483648 to 2147483647");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "YES, true", "on, true", "n, false", "Off, false", "no, false"})
  void trueAndFalse(String written, boolean meant) {
    assertThat(read(booleans(), written)).contains(meant);
  }

  @Test
  void texts() {
    assertThat(read(text(), "")).contains("");
    assertThat(read(notEmptyText(), "a")).contains("a");
    assertThat(said()).isEmpty();
    assertThat(read(notEmptyText(), "")).isEmpty();
    assertThat(read(text(), List.of())).isEmpty();
    assertThat(said()).containsExactly("is empty", "is a list, a single value is expected");
  }

  @Test
  void lists() {
    assertThat(section(Map.of("x", Arrays.asList("a", null, ""))).list("x", line()))
        .containsExactly("a", "", "");
    assertThat(read(listOf(integers(0, 9)), List.of(1, 2))).contains(List.of(1, 2));
    assertThat(said()).isEmpty();
    assertThat(read(listOf(integers(0, 9)), List.of(1, 10, 2))).contains(List.of(1, 2));
    assertThat(read(listOf(text()), "a")).contains(List.of());
    assertThat(said())
        .containsExactlyInAnyOrder(
            "must be a whole number from 0 to 9",
            "is a single value, a list is expected; write each item after a dash: '- item'");
  }

  @Test
  void oneOrSeveral() {
    Reader<List<String>> reader = oneOrMore(text(), "is empty", "name one");

    assertThat(read(reader, "a")).contains(List.of("a"));
    assertThat(read(reader, List.of("a", "b"))).contains(List.of("a", "b"));
    assertThat(said()).isEmpty();
    assertThat(read(reader, List.of())).contains(List.of());
    assertThat(said()).containsExactly("is empty; name one");
  }

  @Test
  void oneOfAFewWords() {
    assertThat(read(choice(Colour.class), "green")).contains(Colour.GREEN);
    assertThat(said()).isEmpty();
    assertThat(read(choice(Colour.class), "GREEN")).isEmpty();
    assertThat(read(choice(Colour.class), "gren")).isEmpty();
    assertThat(said())
        .containsExactly(
            "must be red, green or blue", "must be red, green or blue; did you mean 'green'?");
  }

  @ParameterizedTest
  @CsvSource({"-1s, -1", "0, 0", "1000000h, 3600000000", "-2562047h, -9223369200"})
  void durationsOfAnySignUnlessBoundsAreSet(String written, long seconds) {
    assertThat(read(durations(), written)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "1ms, ",
    "876000h, ",
    "-1s, must be greater than 0",
    "0, must be greater than 0",
    "1ns, must be at least 1ms",
    "500ns, must be at least 1ms",
    "999999ns, must be at least 1ms",
    "876000h0.000000001s, must be at most 876000h",
    "2562047h, must be at most 876000h",
  })
  void positiveDurations(String written, @Nullable String problem) {
    boolean read = read(durations().positive().example("10s"), written).isPresent();

    assertThat(read).isEqualTo(problem == null);
    assertThat(said())
        .isEqualTo(problem == null ? List.of() : List.of(problem + "; write for example 10s"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, ",
    "1ns, ",
    "876000h, ",
    "-1ns, must not be negative",
    "876001h, must be at most 876000h"
  })
  void durationsThatAreNotNegative(String written, @Nullable String problem) {
    boolean read = read(durations().notNegative(), written).isPresent();

    assertThat(read).isEqualTo(problem == null);
    assertThat(said()).isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @ParameterizedTest
  @CsvSource({"1h, must be at most 1h", "90m, must be at most 1h30m", "90s, must be at most 1m30s"})
  void aBoundIsShownAsItIsWritten(String bound, String problem) {
    Duration longest = read(durations(), bound).orElseThrow();
    read(durations().atMost(longest), "2000h");

    assertThat(said()).containsExactly(problem);
  }
}
