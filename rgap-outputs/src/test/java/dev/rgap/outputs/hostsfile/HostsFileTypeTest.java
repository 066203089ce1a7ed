package dev.rgap.outputs.hostsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.outputs.Yaml;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsFileTypeTest {

  private final Yaml yaml = new Yaml();

  private static Map<String, Object> spec(Object... more) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("interval", "5s");
    spec.put("filename", "/run/hosts");
    spec.put("mappings", List.of(Map.of("group", 1, "hostname", "worker")));
    for (int i = 0; i < more.length; i += 2) {
      spec.put((String) more[i], more[i + 1]);
    }
    return spec;
  }

  @Test
  void readsWhatTheGoImplementationHas() {
    Map<String, Object> mapping = new LinkedHashMap<>();
    mapping.put("group", 1);
    mapping.put("hostname", "worker worker.example.com");
    mapping.put("fallback_addresses", List.of("192.0.2.10", "2001:db8::10", "192.0.2.10"));
    Map<String, Object> spec =
        spec(
            "mappings", List.of(mapping),
            "prepend_lines", List.of("127.0.0.1 localhost", "", "one\ntwo"),
            "append_lines", List.of("# end"));

    assertThat(yaml.read(new HostsFileType(), spec, 1))
        .contains(
            new HostsFileType.Config(
                Duration.ofSeconds(5),
                Path.of("/run/hosts"),
                List.of(
                    new HostsFileType.Mapping(
                        "worker worker.example.com",
                        new MappedGroup(
                            new GroupId(1),
                            List.of(
                                IpAddress.parse("192.0.2.10"), IpAddress.parse("2001:db8::10"))))),
                List.of("127.0.0.1 localhost", "", "one", "two"),
                List.of("# end"),
                false,
                new Debounce(Duration.ofMillis(100), Duration.ofSeconds(1)),
                ManagedFile.Placement.REPLACE));
    assertThat(yaml.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/etc/hosts, , true", "/etc/../etc/hosts, , true", "/etc/hosts, false, false"})
  void warnsOfAnEtcHostsThatWillHaveNothingElse(String file, String section, boolean warned) {
    Map<String, Object> spec = spec("filename", file);
    if (section != null) {
      spec.put("section", section);
    }
    assertThat(yaml.read(new HostsFileType(), spec, 1)).isPresent();
    String warning =
        "f:2:1: warning: filename: without section: true, all else that is in /etc/hosts will be"
            + " lost; add it, with prepend_lines and append_lines between which the addresses"
            + " stand";
    assertThat(yaml.problems()).isEqualTo(warned ? List.of(warning) : List.of());
  }

  @Test
  void endsOfLinesAfterTheLastMeanNothing() {
    Map<String, Object> spec =
        spec(
            "prepend_lines", List.of("# one\n", "# two\n# three\r\n\r\n", "\n"),
            "append_lines", List.of("", "# end\n\n"));

    assertThat(yaml.read(new HostsFileType(), spec, 1))
        .hasValueSatisfying(config -> {
          assertThat(config.prependLines()).containsExactly("# one", "# two", "# three", "");
          assertThat(config.appendLines()).containsExactly("", "# end");
        });
    assertThat(yaml.problems()).isEmpty();
  }

  @Test
  void aLineThatIsNothingIsLeftOutWithAWarning() {
    Map<String, Object> spec = spec("prepend_lines", Arrays.asList("a", null, "", "b"));

    assertThat(yaml.read(new HostsFileType(), spec, 1))
        .map(HostsFileType.Config::prependLines)
        .contains(List.of("a", "", "b"));
    assertThat(yaml.problems())
        .singleElement()
        .asString()
        .endsWith(
            ": warning: prepend_lines[1]: is nothing, and left out; write '' for an empty line");
  }

  @Test
  void aZoneOfAFallbackAddressIsAnError() {
    Map<String, Object> mapping = new LinkedHashMap<>();
    mapping.put("group", 1);
    mapping.put("hostname", "worker");
    mapping.put("fallback_addresses", List.of("fe80::1%eth0", "192.0.2.1%eth0"));

    yaml.read(new HostsFileType(), spec("mappings", List.of(mapping)), 1);

    assertThat(yaml.problems())
        .hasSize(2)
        .first()
        .asString()
        .endsWith(
            "mappings[0].fallback_addresses[0]: 'fe80::1%eth0' has a zone, which would be lost:"
                + " write fe80::1");
  }

  @Test
  void needsIntervalAndFilename() {
    assertThat(yaml.read(new HostsFileType(), Map.of())).isEmpty();
    assertThat(yaml.problems())
        .containsExactly(
            "f:1:1: interval: is required; write for example 15s",
            "f:1:1: filename: is required",
            "f:1:1: warning: mappings: no host name is mapped; the file will have no addresses");
  }

  @ParameterizedTest
  @CsvSource({
    "filename, /etc/, '''/etc/'' does not name a file'",
    "section, true, 'needs prepend_lines and append_lines, which differ: the section is found by"
        + " them; write for example prepend_lines: [''# BEGIN rgap''] and append_lines: [''# END"
        + " rgap'']'",
    "section, maybe, must be true or false",
    "debounce, 5s, 'is a single value, a mapping is expected; write ''name: value'''",
  })
  void saysWhatIsWrong(String key, String value, String problem) {
    yaml.read(new HostsFileType(), spec(key, value), 1);

    assertThat(yaml.problems()).hasSize(1);
    assertThat(yaml.problems().getFirst()).endsWith(": " + key + ": " + problem);
  }

  /** As many as a file can have: no name is looked at while others wait on the stack. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3_000, 1_000_000})
  void aMappingMayHaveVeryManyNames(int count) {
    String names = "name ".repeat(count).strip();
    for (String hostname : List.of(names, names + " #", names + "\t" + names)) {
      yaml.read(
          new HostsFileType(),
          spec("mappings", List.of(Map.of("group", 1, "hostname", hostname))),
          1);
    }

    assertThat(yaml.problems()).hasSize(2).allMatch(problem -> problem.length() < 1_000);
  }

  @ParameterizedTest
  @CsvSource({"'a\nb'", "a#b", "''", "'a '", "' a'", "'a\tb'"})
  void refusesWhatIsNoHostName(String hostname) {
    Map<String, Object> spec = spec("mappings", List.of(Map.of("group", 1, "hostname", hostname)));

    yaml.read(new HostsFileType(), spec, 1);

    assertThat(yaml.hasErrors()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0s, 0, 0",
    "200ms, 5s, 200, 5000",
    "200ms, , 200, 2000",
    ", 50ms, 50, 50",
    ", 2s, 100, 2000",
    ", , 100, 1000",
  })
  void readsHowLongChangesAreCollected(String min, String max, long minMillis, long maxMillis) {
    Map<String, Object> debounce = new LinkedHashMap<>();
    debounce.put("min", min);
    debounce.put("max", max);

    assertThat(yaml.read(new HostsFileType(), spec("debounce", debounce), 1))
        .map(HostsFileType.Config::debounce)
        .contains(new Debounce(Duration.ofMillis(minMillis), Duration.ofMillis(maxMillis)));
  }

  @ParameterizedTest
  @CsvSource({
    "2s, 1s, debounce: min is longer than max; max is how long a change waits at most",
    "-1s, 1s, debounce.min: must not be negative; write for example 10s",
    "5, 1s, debounce.min: '5' has no unit; write 5s for seconds",
  })
  void refusesTimesThatMakeNoSense(String min, String max, String problem) {
    Map<String, Object> debounce = new LinkedHashMap<>();
    debounce.put("min", min);
    debounce.put("max", max);

    yaml.read(new HostsFileType(), spec("debounce", debounce), 1);

    assertThat(yaml.problems()).hasSize(1);
    assertThat(yaml.problems().getFirst()).endsWith(": " + problem);
  }
}
