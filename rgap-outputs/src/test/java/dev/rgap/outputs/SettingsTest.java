package dev.rgap.outputs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.Samples.Sample;
import dev.rgap.testing.DocumentedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the settings of each kind of output. */
class SettingsTest {

  /** Accepted for the sake of old files, without any effect. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("compress");

  static List<Sample> samples() {
    return Samples.all();
  }

  private static OutputType<?> type(String kind) {
    return BuiltinOutputs.types().stream()
        .filter(type -> type.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static DocumentedSettings documented(String kind) throws IOException {
    String folder = type(kind).getClass().getPackageName().replace('.', '/');
    return DocumentedSettings.of(Files.readString(Path.of("src/main/java", folder, "README.md")));
  }

  private static ConfiguredOutput<?> configured(String kind, Map<String, Object> spec) {
    Yaml yaml = new Yaml();
    List<ConfiguredOutput<?>> outputs =
        yaml.readOutputs(List.of(Map.of("kind", kind, "spec", spec)), 1, 2);

    assertThat(yaml.problems()).isEmpty();
    return outputs.getFirst();
  }

  @Test
  void eachKindHasASample() {
    assertThat(samples())
        .extracting(Sample::kind)
        .containsExactlyInAnyOrderElementsOf(
            BuiltinOutputs.types().stream().map(OutputType::kind).toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void thePageOfAKindNamesWhatItReads(Sample sample) throws IOException {
    DocumentedSettings documented = documented(sample.kind());
    Yaml yaml = new Yaml(documented);

    assertThat(yaml.read(type(sample.kind()), sample.spec(), 1, 2)).isPresent();

    assertThat(yaml.problems()).isEmpty();
    assertThat(documented.differences()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theSameTextIsTheSameConfiguration(Sample sample) {
    ConfiguredOutput<?> one = configured(sample.kind(), sample.spec());
    ConfiguredOutput<?> other = configured(sample.kind(), sample.spec());

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one.config()).isEqualTo(other.config()).hasSameHashCodeAs(other.config());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anotherValueOfAnySettingIsAnotherConfiguration(Sample sample) throws IOException {
    Object config = configured(sample.kind(), sample.spec()).config();

    assertThat(sample.others().keySet())
        .containsExactlyInAnyOrderElementsOf(documented(sample.kind()).leaves());
    sample
        .others()
        .forEach((name, changes) -> {
          Object other = configured(sample.kind(), sample.with(changes)).config();
          assertThat(config.equals(other)).as(name).isEqualTo(WITHOUT_EFFECT.contains(name));
        });
  }

  /** A template goes through its groups in this order. */
  @Test
  void theOrderOfATemplatesGroupsCounts() {
    Map<String, Object> a = Map.of("group", 1);
    Map<String, Object> b = Map.of("group", 2);
    Sample sample = samples().getLast();

    assertThat(sample.kind()).isEqualTo("template");
    assertThat(groups(sample, "any", a, "b", b)).isEqualTo(groups(sample, "any", a, "b", b));
    assertThat(groups(sample, "any", a, "b", b)).isNotEqualTo(groups(sample, "b", b, "any", a));
  }

  private static ConfiguredOutput<?> groups(
      Sample sample, String one, Object itsGroup, String other, Object otherGroup) {
    Map<String, Object> groups = new LinkedHashMap<>();
    groups.put(one, itsGroup);
    groups.put(other, otherGroup);
    return configured("template", sample.with(Map.of("groups", groups)));
  }

  @Test
  void allGroupsAreNotTodaysGroups() {
    Object all = configured("eventlog", Map.of()).config();

    assertThat(all)
        .isNotEqualTo(configured("eventlog", Map.of("only_groups", List.of(1, 2))).config());
    assertThat(new Yaml().read(type("eventlog"), Map.of(), 1).map(Object.class::cast))
        .isEqualTo(Optional.of(all));
  }

  @ParameterizedTest
  @CsvSource({
    "command, command 1 /bin/x",
    "dns, dns 127.0.0.1:5300",
    "eventlog, eventlog",
    "hostsfile, hostsfile /run/hosts",
    "log, log",
    "noop, noop",
    "template, template /run/x"
  })
  void theIdOfAnOutputIsItsKindAndTarget(String kind, String id) {
    Sample sample =
        samples().stream().filter(one -> one.kind().equals(kind)).findFirst().orElseThrow();

    assertThat(configured(kind, sample.spec()).id()).hasToString(id);
  }

  @Test
  void theIdOfANameServerHasAllItsAddresses() {
    Map<String, Object> spec =
        Map.of(
            "bind_address",
            List.of(":53", "[::1]:5300"),
            "mappings",
            Map.of("a", Map.of("group", 1)));

    assertThat(configured("dns", spec).id()).hasToString("dns :53, [::1]:5300");
  }

  /** What is accepted works: it is neither nothing, nor so much that a sum overflows. */
  @ParameterizedTest
  @CsvSource({
    "command, timeout, 500ns, 'must be at least 1ms, or 0 for no limit; write for example 10s'",
    "command, timeout, 2562047h, must be at most 876000h; write for example 10s",
    "command, wait_delay, 2562047h, must be at most 876000h; write for example 10s",
    "command, debounce.min, 25h, must be at most 24h; write for example 10s",
    "command, debounce.max, 25h, must be at most 24h; write for example 10s",
    "dns, tcp.idle_timeout, 500ns, must be at least 1ms; write for example 10s",
    "dns, tcp.idle_timeout, 2562047h, must be at most 876000h; write for example 10s",
    "dns, tcp.idle_timeout, 0, must be greater than 0; write for example 10s",
    "hostsfile, interval, 1ns, must be at least 1ms; write for example 15s",
    "hostsfile, interval, 2562047h, must be at most 876000h; write for example 15s",
    "hostsfile, debounce.max, 25h, must be at most 24h; write for example 10s",
    "log, interval, 1ns, must be at least 1ms; write for example 15s",
    "log, interval, 2562047h, must be at most 876000h; write for example 15s",
    "template, interval, 1ns, must be at least 1ms; write for example 1m",
    "template, interval, 2562047h, must be at most 876000h; write for example 1m",
    "template, timeout, 1ns, 'must be at least 1ms, or 0 for no limit; write for example 10s'",
    "template, timeout, 2562047h, must be at most 876000h; write for example 10s",
    "template, debounce.max, 25h, must be at most 24h; write for example 10s",
  })
  void durationsHaveBounds(String kind, String path, String value, String problem) {
    Sample sample =
        samples().stream().filter(one -> one.kind().equals(kind)).findFirst().orElseThrow();
    Yaml yaml = new Yaml();

    yaml.read(type(kind), sample.with(Map.of(path, value)), 1, 2);

    assertThat(yaml.problems()).hasSize(1);
    assertThat(yaml.problems().getFirst()).endsWith(": " + path + ": " + problem);
  }
}
