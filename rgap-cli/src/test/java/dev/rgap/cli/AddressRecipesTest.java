package dev.rgap.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.cli.yaml.YamlReader;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.worker.address.Sources;
import dev.rgap.worker.clock.ClockConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/agent.md writes about addresses and the clock can be read so. */
class AddressRecipesTest {

  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINE =
      Pattern.compile("`((?:https?|command|stun|k8s|iface|cidr|route|dns):[^`\\s]*[^`]*)`");

  private static String page() throws IOException {
    return Files.readString(Path.of("../docs/agent.md"));
  }

  private static List<String> blocks(String beginning) throws IOException {
    return YAML.matcher(page())
        .results()
        .map(found -> found.group(1))
        .filter(block -> block.startsWith(beginning))
        .toList();
  }

  private static ConfigValue value(String yaml, Problems problems) {
    return ConfigValue.root(
        YamlReader.read(yaml.getBytes(UTF_8), problems).orElseThrow(), problems);
  }

  private static ConfigValue named(ConfigValue mapping, String name) {
    return mapping.named().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void sections() throws IOException {
    int sections = 0;
    for (String yaml : blocks("announce:")) {
      Problems problems = new Problems();
      for (ConfigValue entry : named(value(yaml, problems), "announce").list()) {
        ConfigValue address = named(entry, "address");
        for (ConfigValue each : address.oneOrMore()) {
          sections += each.isMapping() ? 1 : 0;
          Optional<AddressSource> source = Sources.read(each);
          assertThat(problems.all()).as(yaml).isEmpty();
          assertThat(source).as(yaml).isPresent();
        }
      }
    }
    assertThat(sections).isEqualTo(4);
  }

  @Test
  void lines() throws IOException {
    List<String> all =
        LINE.matcher(page())
            .results()
            .map(found -> found.group(1))
            .filter(text -> !text.endsWith(":URL"))
            .toList();
    assertThat(all).hasSizeGreaterThan(10);
    for (String text : all) {
      assertThat(Sources.parse(text).label()).as(text).isNotEmpty();
    }
    MatchResult url =
        Pattern.compile("-a '(http.*?)'").matcher(page()).results().findFirst().orElseThrow();
    assertThat(Sources.parse(url.group(1)).label()).startsWith("http:https://");
  }

  @Test
  void clocks() throws IOException {
    List<String> all = new ArrayList<>(blocks("verify_clock:"));
    Pattern.compile("`(verify_clock: [^`]*)`")
        .matcher(page())
        .results()
        .forEach(found -> all.add(found.group(1)));
    assertThat(all).hasSizeGreaterThan(1);
    for (String yaml : all) {
      Problems problems = new Problems();
      ConfigValue setting = value(yaml, problems).named().getFirst().value();
      assertThat(ClockConfig.read(setting)).as(yaml).isPresent();
      assertThat(problems.all()).as(yaml).isEmpty();
    }
  }
}
