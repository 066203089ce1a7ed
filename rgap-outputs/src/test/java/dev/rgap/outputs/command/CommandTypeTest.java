package dev.rgap.outputs.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.Yaml;
import dev.rgap.outputs.command.CommandType.Format;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.protocol.GroupId;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTypeTest {

  private final Yaml yaml = new Yaml();

  private static Map<String, Object> spec(Object... more) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("group", 1);
    spec.put("command", List.of("/usr/bin/update", "--now", ""));
    for (int i = 0; i < more.length; i += 2) {
      spec.put((String) more[i], more[i + 1]);
    }
    return spec;
  }

  @Test
  void hasTheDefaultsOfTheGoImplementation() {
    assertThat(yaml.read(new CommandType(), spec(), 1))
        .contains(
            new CommandType.Config(
                new GroupId(1),
                List.of("/usr/bin/update", "--now", ""),
                Duration.ZERO,
                1,
                Duration.ofMillis(100),
                Format.LINES,
                Debounce.NONE));
    assertThat(yaml.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, 1", "1, 1", "5000, 5000", "1e1, 10"})
  void runsAtLeastOnce(String retries, int attempts) {
    assertThat(yaml.read(new CommandType(), spec("retries", retries), 1).orElseThrow().attempts())
        .isEqualTo(attempts);
  }

  @Test
  void aWordThatIsNothingIsAnError() {
    Map<String, Object> spec = spec("command", Arrays.asList("/usr/bin/update", null, "~"));

    yaml.read(new CommandType(), spec, 1);

    assertThat(yaml.problems())
        .singleElement()
        .asString()
        .endsWith(
            ": command[1]: is nothing: YAML reads ~ and null so; put it in quotes, or write '' for"
                + " an empty argument; no shell replaces a ~ here");
  }

  @Test
  void readsAllSettings() {
    Map<String, Object> spec =
        spec(
            "timeout", "5s",
            "retries", 3,
            "wait_delay", "1s",
            "format", "json",
            "debounce", Map.of("min", "1s", "max", "5s"));

    assertThat(yaml.read(new CommandType(), spec, 1))
        .contains(
            new CommandType.Config(
                new GroupId(1),
                List.of("/usr/bin/update", "--now", ""),
                Duration.ofSeconds(5),
                3,
                Duration.ofSeconds(1),
                Format.JSON,
                new Debounce(Duration.ofSeconds(1), Duration.ofSeconds(5))));
  }

  @Test
  void needsGroupAndCommand() {
    assertThat(yaml.read(new CommandType(), Map.of())).isEmpty();
    assertThat(yaml.problems())
        .containsExactly(
            "f:1:1: group: is required",
            "f:1:1: command: is required; write [program, argument, ...]");
  }

  @ParameterizedTest
  @CsvSource({
    "command, update --now, 'must be a list: a program and its arguments; write [program, argument,"
        + " ...]; for a shell''s command line, [sh, -c, ''command line'']'",
    "timeout, -1s, must not be negative; write for example 10s",
    "retries, x, must be a whole number from -2147483648 to 2147483647",
    "format, xml, must be lines or json",
  })
  void saysWhatIsWrong(String key, String value, String problem) {
    yaml.read(new CommandType(), spec(key, value), 1);

    assertThat(yaml.problems()).hasSize(1);
    assertThat(yaml.problems().getFirst()).endsWith(": " + key + ": " + problem);
  }

  @Test
  void refusesACommandWithoutAProgram() {
    yaml.read(new CommandType(), spec("command", List.of()), 1);
    yaml.read(new CommandType(), spec("command", List.of("", "x")), 1);

    assertThat(yaml.problems())
        .hasSize(2)
        .allMatch(problem ->
            problem.endsWith("command: names no program; write [program, argument, ...]"));
  }
}
