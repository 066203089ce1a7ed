package dev.rgap.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.config.Reader;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedSettings;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentsConfigTest {

  private static final String KEY = "ab".repeat(32);
  private static final PreSharedKey PARSED = PreSharedKey.parseHex(KEY);

  /** Whatever a file is called, it holds the key. */
  private static final Reader<AgentKey> FILES =
      name -> name.text().map(text -> new AgentKey(PARSED, Path.of(text)));

  private final Problems problems = new Problems();

  private static Map<String, @Nullable Object> entry(@Nullable Object... settings) {
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("group", 7);
    entry.put("psk", KEY);
    for (int i = 0; i < settings.length; i += 2) {
      entry.put(String.valueOf(settings[i]), settings[i + 1]);
    }
    return entry;
  }

  private Optional<AgentsConfig> read(Object root) {
    return AgentsConfig.parse(
        ConfigValue.root(new ConfigTree().node(root), problems), FILES, settings -> {});
  }

  private Optional<AgentsConfig> announcing(Object... entries) {
    return read(Map.of("announce", List.of(entries)));
  }

  private List<String> said() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  private AgentEntry only(@Nullable Object... settings) {
    return announcing(entry(settings)).orElseThrow().announce().getFirst();
  }

  @Test
  void almostAllHasADefault() {
    AgentsConfig config = announcing(Map.of("psk", KEY)).orElseThrow();

    AgentEntry entry = config.announce().getFirst();
    assertThat(said()).isEmpty();
    assertThat(config.watch()).isFalse();
    assertThat(config.clock()).isEmpty();
    assertThat(entry.group()).isEqualTo(new GroupId(0));
    assertThat(entry.key()).isEqualTo(new AgentKey(PARSED, null));
    assertThat(entry.addresses())
        .extracting(AddressSource::label)
        .containsExactly("route:239.82.71.65");
    assertThat(entry.interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(entry.maxAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(entry.jitterPercent()).isEqualTo(10);
    assertThat(entry.destinations()).containsExactly(Endpoint.DEFAULT);
    assertThat(entry.hops()).isEqualTo(1);
    assertThat(entry.goodbye()).isTrue();
    assertThat(entry.drainFor()).isZero();
    assertThat(entry.checks()).isEmpty();
  }

  @Test
  void allCanBeGiven() {
    AgentEntry entry =
        only(
            "address", List.of("iface:eth0", "10.0.0.7"),
            "max_age", "2m",
            "interval", "250ms",
            "jitter", "0",
            "destinations", "lb.example.com:8271",
            "hops", 3,
            "goodbye", false);

    assertThat(said()).isEmpty();
    assertThat(entry.addresses())
        .extracting(AddressSource::label)
        .containsExactly("iface:eth0", "10.0.0.7");
    assertThat(entry.maxAge()).isEqualTo(Duration.ofMinutes(2));
    assertThat(entry.interval()).isEqualTo(Duration.ofMillis(250));
    assertThat(entry.jitterPercent()).isZero();
    assertThat(entry.destinations()).containsExactly(Endpoint.parse("lb.example.com:8271"));
    assertThat(entry.hops()).isEqualTo(3);
    assertThat(entry.goodbye()).isFalse();
    assertThat(only("drain_for", "30s").drainFor()).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "group        | x        | not an unsigned whole number",
        "address      | 10.0.0   | 10.0.0",
        "max_age      | 0s       | must be greater than 0",
        "interval     | 0        | must be greater than 0",
        "interval     | 1us      | must be at least 1ms",
        "jitter       | 51%      | must be at most 50%; write for example 10%",
        "jitter       | 10       | must be a percentage",
        "destinations | lb       | the port is missing",
        "hops         | 256      | must be a whole number from 0 to 255",
        "goodbye      | maybe    | must be true or false",
        "drain_for    | -1s      | must not be negative",
        "intervall    | 5s       | unknown setting; did you mean 'interval'?",
        "psk_file     | a.key    | can't be given together with psk",
      })
  void whatIsWrongHasItsPlace(String name, String value, String problem) {
    assertThat(announcing(entry(name, value))).isEmpty();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .startsWith("f:")
        .contains(": announce[0]." + name + ": ")
        .contains(problem)
        .doesNotContain(KEY);
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(
            read(
                Map.of(
                    "announce",
                    List.of(
                        entry("interval", "soon"),
                        Map.of("group", 1),
                        entry("destinations", List.of(), "address", List.of()),
                        "10.0.0.1"))))
        .isEmpty();
    assertThat(said())
        .extracting(line -> line.replaceAll("^f:\\d+:\\d+: ", ""))
        .anyMatch(line -> line.startsWith("announce[0].interval: "))
        .contains(
            "announce[1].psk: is required, or psk_file; 'rgap genpsk' makes one",
            "announce[2].destinations: is an empty list: nobody would be told; leave 'destinations'"
                + " out for 239.82.71.65:8271",
            "announce[2].address: is an empty list: nothing would be announced; leave 'address' out"
                + " to announce where the destinations are reached from",
            "announce[3]: is a single value, a mapping is expected; write 'name: value'")
        .hasSize(5);
  }

  @Test
  void warnsOfWhatIsHardlyMeant() {
    assertThat(announcing(entry("max_age", "1s"))).isPresent();
    assertThat(announcing(entry("address", "127.0.0.1"))).isPresent();
    assertThat(announcing(entry("drain_for", "1s", "goodbye", false))).isPresent();
    assertThat(announcing()).isPresent();
    assertThat(problems.hasErrors()).isFalse();
    assertThat(said())
        .anyMatch(line -> line.contains("max_age: is shorter than the interval"))
        .anyMatch(line -> line.contains("address: is a loopback address: no other host can"))
        .anyMatch(line -> line.contains("drain_for: goes with 'goodbye: false'"))
        .anyMatch(line -> line.contains("announce: has no entry"))
        .hasSize(4);
  }

  @Test
  void anEntryIsTheSameWhereverItStands() {
    AgentsConfig one = announcing(entry(), entry("hops", 2)).orElseThrow();
    AgentsConfig other = announcing(entry("hops", "2"), entry("hops", null)).orElseThrow();

    assertThat(one.announce().getFirst().identity())
        .isEqualTo(other.announce().getLast().identity())
        .isNotEqualTo(one.announce().getLast().identity());
    assertThat(one.announce().getLast().identity())
        .isEqualTo(other.announce().getFirst().identity());
  }

  @Test
  void itIsAnotherOneWithAnotherKeyUnlessThatIsFollowed() {
    Object here = only().identity();
    Map<String, @Nullable Object> followed = entry("psk", null, "psk_file", "a.key");
    Object there = announcing(followed).orElseThrow().announce().getFirst().identity();

    assertThat(only("psk", "cd".repeat(32)).identity()).isNotEqualTo(here);
    assertThat(there).isNotEqualTo(here).isNotEqualTo(elsewhere(followed, "a.key"));
    assertThat(elsewhere(followed, "b.key")).isEqualTo(elsewhere(followed, "b.key"));
    assertThat(here.toString()).isEqualTo("an entry");
  }

  /** The entry's identity if the file has another key, and is at another place. */
  private Object elsewhere(Map<String, @Nullable Object> entry, String place) {
    PreSharedKey key = PreSharedKey.parseHex("cd".repeat(32));
    return AgentsConfig.parse(
            ConfigValue.root(new ConfigTree().node(Map.of("announce", List.of(entry))), problems),
            name -> Optional.of(new AgentKey(key, Path.of("elsewhere", place))),
            settings -> {})
        .orElseThrow()
        .announce()
        .getFirst()
        .identity();
  }

  @Test
  void nobodySaysTheSameTwice() {
    assertThat(announcing(entry(), entry("group", 8), entry())).isEmpty();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .contains("announce[2]: says the same as the entry on line ")
        .endsWith("; remove one of the two");
  }

  @Test
  void theDocumentationNamesWhatIsRead() throws IOException {
    DocumentedSettings documented =
        DocumentedSettings.of(Files.readString(Path.of("../docs/agent-file.md")));

    AgentsConfig.parse(
        ConfigValue.observed(
            new ConfigTree().node(Map.of("announce", List.of(entry()))), problems, documented),
        FILES,
        settings -> { // of others, who hold them against their documentation
          settings.optional("http");
          settings.optional("metrics");
        });

    assertThat(documented.differences()).isEmpty();
  }
}
