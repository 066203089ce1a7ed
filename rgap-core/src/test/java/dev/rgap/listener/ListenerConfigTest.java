package dev.rgap.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedSettings;
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

class ListenerConfigTest {

  private static final String KEY = "ab".repeat(32);

  /** There is none in these configurations. */
  private static final String NO_OUTPUT =
      "f:1:1: warning: outputs: there is no output; nobody will get to know the members; write for"
          + " example '- kind: eventlog'";

  private final Problems problems = new Problems();

  private static Map<String, Object> root(String name, @Nullable Object value) {
    Map<String, @Nullable Object> setting = new LinkedHashMap<>();
    setting.put(name, value);
    return root(setting);
  }

  private static Map<String, Object> root(Map<String, ? extends @Nullable Object> settings) {
    Map<String, @Nullable Object> group = new LinkedHashMap<>();
    group.put("id", 1);
    group.put("psk", KEY);
    group.put("expire", "15s");
    group.putAll(settings);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("listen", List.of(":1"));
    root.put("groups", List.of(group));
    return root;
  }

  private Optional<ListenerConfig> read(String name, @Nullable Object value) {
    return ListenerConfig.parse(
        ConfigValue.root(new ConfigTree().node(root(name, value)), problems),
        new OutputTypes(List.of()));
  }

  private List<String> said() {
    return problems.all().stream().map(problem -> problem.describe("f")).toList();
  }

  @Test
  void warnsOfTheKeyThatEverybodyKnows() {
    assertThat(read("psk", "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431"))
        .isPresent();
    assertThat(said())
        .contains(
            "f:6:1: warning: groups[0].psk: is the key of the examples, with which everybody can"
                + " announce; 'rgap genpsk' makes one");
  }

  @Test
  void theSameTextIsTheSameConfiguration() {
    assertThat(read("clock_skew", "10s")).isPresent().isEqualTo(read("clock_skew", "10s"));
    assertThat(read("clock_skew", "10s")).isNotEqualTo(read("clock_skew", "9s"));
    assertThat(read("clock_skew", "10s")).isNotEqualTo(read("max_members", "9"));
  }

  /** What is accepted works: nothing is so short that every announcement would be stale. */
  @ParameterizedTest
  @CsvSource({
    "expire, 500ns, must be at least 1ms; write for example 15s",
    "expire, 999us, must be at least 1ms; write for example 15s",
    "expire, 0, must be greater than 0; write for example 15s",
    "expire, 876001h, must be at most 876000h; write for example 15s",
    "clock_skew, 500ns, 'must be at least 1ms, or 0 for the same as expire; write for example 10s'",
    "readiness_delay, 876001h, must be at most 876000h; write for example 15s",
  })
  void durationsHaveBounds(String name, String value, String problem) {
    assertThat(read(name, value)).isEmpty();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).endsWith(": groups[0]." + name + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "expire, 1ms, 1, 1, 0",
    "expire, 876000h, 3153600000000, 3153600000000, 0",
    "clock_skew, 1ms, 15000, 1, 0",
    "clock_skew, 0, 15000, 15000, 0",
    "clock_skew, -1ns, 15000, 15000, 0",
    "clock_skew, 2562047h, 15000, 15000, 0",
    "readiness_delay, -5s, 15000, 15000, 0",
    "readiness_delay, 876000h, 15000, 15000, 3153600000000",
  })
  void durationsInTheirBounds(
      String name, String value, long expire, long clockSkew, long readinessDelay) {
    GroupConfig group = read(name, value).orElseThrow().groups().getFirst();

    assertThat(said()).containsExactly(NO_OUTPUT);
    assertThat(group.expire()).isEqualTo(Duration.ofMillis(expire));
    assertThat(group.expireMicros()).isEqualTo(expire * 1_000);
    assertThat(group.clockSkewMicros()).isEqualTo(clockSkew * 1_000);
    assertThat(group.readinessDelay()).isEqualTo(Duration.ofMillis(readinessDelay));
  }

  @Test
  void addressesAreNetworks() {
    assertThat(read("addresses", List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.1")))
        .map(config -> config.groups().getFirst().addresses())
        .hasValue(
            List.of(
                IpNetwork.parse("10.0.0.0/8"),
                IpNetwork.parse("2001:db8::/32"),
                IpNetwork.parse("192.0.2.1/32")));
    assertThat(read("addresses", "10.0.0.0/8"))
        .map(config -> config.groups().getFirst().addresses())
        .hasValue(List.of(IpNetwork.parse("10.0.0.0/8")));
    assertThat(read("expire", "15s"))
        .map(config -> config.groups().getFirst().addresses())
        .hasValue(List.of());
    assertThat(said()).containsOnly(NO_OUTPUT);
  }

  @Test
  void addressesThatNobodyCouldHaveAreAnError() {
    assertThat(read("addresses", List.of())).isEmpty();
    assertThat(read("addresses", List.of("10.0.0.0/33"))).isEmpty();
    assertThat(said())
        .extracting(line -> line.substring(line.indexOf("groups")))
        .containsExactly(
            "groups[0].addresses: is an empty list: nobody could be a member; leave 'addresses' out"
                + " to allow all",
            "groups[0].addresses[0]: the prefix length must be a number from 0 to 32");
  }

  @Test
  void guardAndDampingAreOffUnlessTheyAreNamed() {
    GroupConfig plain = read("expire", "15s").orElseThrow().groups().getFirst();
    assertThat(plain.guard()).isNull();
    assertThat(plain.damping()).isNull();
    assertThat(read("guard", Map.of()).orElseThrow().groups().getFirst().guard())
        .isEqualTo(new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(5)));
    assertThat(read("damping", Map.of()).orElseThrow().groups().getFirst().damping())
        .isEqualTo(new Damping(2, Duration.ofSeconds(10)));
    assertThat(said()).containsOnly(NO_OUTPUT);
  }

  @Test
  void guardAndDampingAreAsWritten() {
    Map<String, Object> guard =
        Map.of("min_members", 0, "max_loss", "0%", "window", "1s", "hold", "24h");
    assertThat(read("guard", guard).orElseThrow().groups().getFirst().guard())
        .isEqualTo(new Guard(0, 0, Duration.ofSeconds(1), Duration.ofHours(24)));
    Map<String, Object> damping = Map.of("min_announcements", 100, "within", "1ms");
    assertThat(read("damping", damping).orElseThrow().groups().getFirst().damping())
        .isEqualTo(new Damping(100, Duration.ofMillis(1)));
    assertThat(read("guard", Map.of("max_loss", "51%")))
        .isNotEqualTo(read("guard", Map.of("max_loss", "50%")));
    assertThat(said()).containsOnly(NO_OUTPUT);
  }

  @ParameterizedTest
  @CsvSource({
    "guard, min_members, -1, must be a whole number from 0 to 100000000",
    "guard, max_loss, 50, 'must be a percentage from 0% to 100%, such as 50%'",
    "guard, max_loss, 0.5, 'must be a percentage from 0% to 100%, such as 50%'",
    "guard, max_loss, 101%, 'must be a percentage from 0% to 100%, such as 50%'",
    "guard, max_loss, %, 'must be a percentage from 0% to 100%, such as 50%'",
    "guard, window, 999ms, must be at least 1s; write for example 10s",
    "guard, window, 25h, must be at most 24h; write for example 10s",
    "guard, hold, 0s, must be greater than 0; write for example 5m",
    "guard, hold, forever, 'is no duration'",
    "guard, holds, 1s, unknown setting; did you mean 'hold'?",
    "damping, min_announcements, 1, must be a whole number from 2 to 100",
    "damping, min_announcements, 101, must be a whole number from 2 to 100",
    "damping, within, 1us, must be at least 1ms; write for example 10s",
    "damping, within, 25h, must be at most 24h; write for example 10s",
  })
  void whatIsWrongInGuardAndDampingHasItsPlace(
      String section, String name, String value, String problem) {
    assertThat(read(section, Map.of(name, value))).isEmpty();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .startsWith("f:9:1: ")
        .contains(": groups[0]." + section + "." + name + ": ")
        .contains(problem);
  }

  @Test
  void aGuardIsASection() {
    assertThat(read("guard", "on")).isEmpty();
    assertThat(said())
        .containsExactly(
            "f:8:1: groups[0].guard: is a single value, a mapping is expected; write 'name: value'");
  }

  @Test
  void aGroupWithoutAnIdIsGroup0() {
    assertThat(read("id", null).orElseThrow().groups().getFirst().id()).isEqualTo(new GroupId(0));
    assertThat(said())
        .containsExactly(
            NO_OUTPUT,
            "f:5:1: warning: groups[0].id: is not given: this is group 0; write 'id: 0' if it is meant"
                + " to be");
  }

  @Test
  void theDocumentationNamesWhatIsRead() throws IOException {
    DocumentedSettings documented =
        DocumentedSettings.of(Files.readString(Path.of("../docs/configuration.md")));
    Map<String, Object> root = root(Map.of());
    root.put("outputs", List.of(Map.of("kind", "unheard-of")));
    root.put(
        "groups",
        List.of(
            Map.of(
                "psks",
                List.of(Map.of("psk_file", "a.key")),
                "expire",
                "15s",
                "guard",
                Map.of("hold", "5m"),
                "damping",
                Map.of("within", "10s"))));

    ListenerConfig.parse(
        ConfigValue.observed(new ConfigTree().node(root), problems, documented),
        new OutputTypes(List.of()),
        key -> Optional.empty(),
        settings -> { // of others, who hold them against their documentation
          settings.optional("http");
          settings.optional("metrics");
        });

    assertThat(documented.differences()).allMatch(each -> each.startsWith("metrics."));
  }
}
