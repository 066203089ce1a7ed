package dev.rgap.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.args.Failure;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  private static final String ZEROS = "0".repeat(64);
  private static final String KEY =
      "5f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  @TempDir private Path directory;

  @Test
  void everySettingThatThereIs() {
    ListenerConfig config =
        accepted(
            """
            listen:
              - :8271
              - 127.0.0.1:8272
              - "[::1]:8271"
              - 239.82.71.65:8271
              - 239.82.71.65:8271@eth0
              - 239.82.71.65:8271@192.168.0.0/16
              - "[ff02::1]:8271@eth0"
              - rgap.example.com:8271
            groups:
              - id: 1000
                psk: %s
                expire: 15s
                clock_skew: 10s
                readiness_delay: 1m30s
                max_members: 5000
              - id: 0xffff_ffff_ffff_ffff
                psk: %s
                expire: 1.5h
            outputs:
              - kind: noop
              - kind: noop
                spec:
              - kind: log
                spec:
                  interval: 60s
              - kind: eventlog
                spec:
                  only_groups:
                    - 1000
              - kind: eventlog
                spec:
                  only_groups: null
              - kind: eventlog
              - kind: eventlog
                spec: {only_groups: []}
            """
                .formatted(ZEROS, KEY));
    assertThat(config.listen())
        .hasSize(8)
        .anySatisfy(source ->
            assertThat(source).isEqualTo(ConfiguredSource.udp(new Endpoint("", 8271, null))));
    GroupConfig group = config.groups().get(0);
    assertThat(group.id()).hasToString("1000");
    assertThat(group.key().revealHex()).isEqualTo(ZEROS);
    assertThat(group.expire()).isEqualTo(Duration.ofSeconds(15));
    assertThat(group.clockSkew()).isEqualTo(Duration.ofSeconds(10));
    assertThat(group.readinessDelay()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.groups().get(1).id()).hasToString("18446744073709551615");
    assertThat(config.groups().get(1).clockSkew()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.outputs().stream().map(output -> output.kind()))
        .containsExactly("noop", "noop", "log", "eventlog", "eventlog", "eventlog", "eventlog");
  }

  @Test
  void allProblemsOfAFileAtOnce() {
    ConfigResult<ListenerConfig> result =
        parse(
            """
            lisen: []
            listen:
              - 239.82.71.65:8271
              - "[::1]:1"
              - "[0::1]:1"
              - 10.0.0.256:8271
            groups:
              - id: 18446744073709551616
                psk: %1$s
                expire: 15s
              - id: 0123
                psk: %1$s
                expire: 15
              - id: 7
                psk: %1$sff
                expire: -1s
                expire: 15s
              - id: 0x7
                psk: %1$s
                clock_skew: 1d
                max_members: 0
            outputs:
              - kind: evntlog
              - kind: log
                spec:
                  intervall: 60s
              - kind: eventlog
                spec:
                  only_groups: [7, 8]
              - spec: text
            """
                .formatted(KEY));
    assertThat(result.hasErrors()).isTrue();
    assertThat(result.config()).isEmpty();
    assertThat(result.problems())
        .containsExactly(
            "f.yaml:1:1: lisen: unknown setting; did you mean 'listen'?",
            "f.yaml:5:5: listen[2]: is the same address as on line 4; remove one of the two",
            "f.yaml:6:5: listen[3]: bad address '10.0.0.256:8271': '10.0.0.256' is not an IP address:"
                + " each number must be 0 to 255, without leading zeros",
            "f.yaml:8:9: groups[0].id: out of range; the greatest id is 18446744073709551615",
            "f.yaml:11:9: groups[1].id: a leading zero is ambiguous (decimal or octal?); write it"
                + " without, or with 0o",
            "f.yaml:13:13: groups[1].expire: '15' has no unit; write 15s for seconds",
            "f.yaml:15:10: groups[2].psk: a pre-shared key is 64 hexadecimal digits, this text has 66"
                + " characters",
            "f.yaml:16:13: groups[2].expire: must be greater than 0; write for example 15s",
            "f.yaml:17:5: groups[2].expire: is given twice; remove one of the two",
            "f.yaml:18:5: groups[3].expire: is required; write for example 15s",
            "f.yaml:18:9: groups[3].id: group 7 is already defined on line 14; each group is defined"
                + " once",
            "f.yaml:20:17: groups[3].clock_skew: '1d': days are not known; write 24h",
            "f.yaml:21:18: groups[3].max_members: must be a whole number from 1 to 100000000",
            "f.yaml:23:11: outputs[0].kind: unknown kind of output 'evntlog'; did you mean"
                + " 'eventlog'? known kinds: command, dns, eventlog, hostsfile, log, noop,"
                + " template",
            "f.yaml:26:7: outputs[1].spec.interval: is required; write for example 15s",
            "f.yaml:26:7: outputs[1].spec.intervall: unknown setting; did you mean 'interval'?",
            "f.yaml:29:24: warning: outputs[2].spec.only_groups[1]: group 8 is not defined under"
                + " 'groups'; it will stay empty; define it or correct the id",
            "f.yaml:30:5: outputs[3].kind: is required");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1_000, 1000",
    "1_0_0, 100",
    "0x10, 16",
    "0XfF, 255",
    "0x_ff, 255",
    "0o17, 15",
    "0b101, 5",
    "'\"5\"', 5",
    "18446744073709551615, 18446744073709551615"
  })
  void idsInEverySpelling(String written, String id) {
    assertThat(accepted(group(written, KEY)).groups().get(0).id()).hasToString(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.5",
        "1e17",
        "00",
        "010",
        "0x",
        "_1",
        "abc",
        "''",
        "[1]",
        "0x10000000000000000",
        "18446744073709551616",
        "1 000"
      })
  void idsThatAreNone(String written) {
    ConfigResult<ListenerConfig> result = parse(group(written, KEY));
    assertThat(result.hasErrors()).isTrue();
    assertThat(result.problems()).hasSize(1);
    assertThat(result.problems().get(0)).startsWith("f.yaml:3:").contains(": groups[0].id: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "1e10000000000000000000000000000000000000000000000000000000000000",
        "0123456701234567012345670123456701234567012345670123456701234567",
        "1111111111111111111111111111111111111111111111111111111111111111",
        "0b11111111111111111111111111111111111111111111111111111111111111"
      })
  void keysThatLookLikeNumbers(String key) {
    assertThat(accepted(group("1", key)).groups().get(0).key().revealHex()).isEqualTo(key);
  }

  @Test
  void groupsMayShareTheirSettings() {
    ListenerConfig config =
        accepted(
            """
            listen: [":1"]
            outputs: [kind: noop]
            groups:
              - &first {id: 1, psk: %s, expire: 15s}
              - {<<: *first, id: 2}
              - <<: *first
                id: 3
                expire: 5s
            """
                .formatted(KEY));
    assertThat(config.groups().stream().map(group -> group.id() + " " + group.expire()))
        .containsExactly("1 PT15S", "2 PT15S", "3 PT5S");
  }

  /** Wherever somebody puts a key by mistake, it is not shown. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "groups: [{id: KEY, psk: x, expire: 15s}]",
        "groups: [{id: 1, psk: KEYKEY, expire: 15s}]",
        "groups: [{id: 1, psk: zKEY, expire: KEY}]",
        "groups: [{id: 1, psk:KEY, expire: 15s}]",
        "groups: [{id: 1, KEY: psk, expire: 15s}]",
        "groups: [{id: 1, psk: [KEY], expire: 15s}]",
        "groups: [{id: 1, psk: {KEY: KEY}, expire: 15s}]",
        "groups: [psk:KEY]",
        "groups: KEY",
        "groups:\n  - id: 1\n    psk:KEY\n    expire: 15s",
        "groups:\n  - id: 1\n    psk: *KEY\n    expire: 15s",
        "groups:\n  - id: 1\n    psk: !KEY!x KEY\n    expire: 15s",
        "groups:\n  - id: 1\n    psk: &a:KEY @KEY\n    expire: 15s",
        "groups:\n  - id: 1\n    psk: 'KEY\n    expire: 15s",
        "listen: [KEY, 'KEY:1', ':KEY', ':1@KEY/KEY']",
        "outputs: [{kind: KEY}, {kind: log, spec: {interval: KEY}}]",
        "outputs: [{kind: eventlog, spec: {only_groups: [KEY]}}]",
        "KEY",
        "KEY: KEY"
      })
  void noSecretIsShown(String yaml) {
    ConfigResult<ListenerConfig> result = parse(yaml.replace("KEY", KEY));
    assertThat(result.hasErrors()).isTrue();
    assertThat(result.problems()).isNotEmpty();
    for (int i = 0; i + 16 <= KEY.length(); i++) {
      assertThat(String.join("\n", result.problems())).doesNotContain(KEY.substring(i, i + 16));
    }
  }

  @Test
  void valuesCannotForgeLinesOrControlTheTerminal() {
    ConfigResult<ListenerConfig> result =
        parse("listen: [\"x\\n\\e[31mf.yaml:1:1: \\u202e\\u2028all is well\"]");
    assertThat(result.problems())
        .contains(
            "f.yaml:1:10: listen[0]: bad address 'x??[31mf.yaml:1:1: ??all is well': the port must"
                + " be a number from 0 to 65535");
  }

  @Test
  void wrongShapesGiveOneErrorEach() {
    assertThat(parse("listen: ':1'\ngroups: {id: 1}\noutputs: [log]\n").problems())
        .containsExactly(
            "f.yaml:1:9: listen: is a single value, a list is expected; write each item after a"
                + " dash: '- item'",
            "f.yaml:2:9: groups: is a mapping, a list is expected; write each item after a dash:"
                + " '- item'",
            "f.yaml:3:11: outputs[0]: is a single value, a mapping is expected; write 'name:"
                + " value'");
  }

  @Test
  void anEmptyConfigurationIsAllowedAndDoubted() {
    ConfigResult<ListenerConfig> result = parse("listen: []\ngroups:\n");
    assertThat(result.hasErrors()).isFalse();
    assertThat(result.problems())
        .containsExactly(
            "f.yaml:1:1: warning: outputs: there is no output; nobody will get to know the members;"
                + " write for example '- kind: eventlog'",
            "f.yaml:1:9: warning: listen: no address is given; nothing will be received; write for"
                + " example ':8271'",
            "f.yaml:2:8: warning: groups: no group is defined; every announcement will be rejected");
  }

  @Test
  void aGroupThatIsPublishedFromTheStartIsDoubted() {
    String group = "listen: [\":1\"]\ngroups:\n  - {id: 1, psk: " + KEY + ", expire: 15s%s}\n";
    String outputs =
        """
        outputs:
          - kind: command
            spec: {group: 1, command: ["true"]}
          - kind: hostsfile
            spec: {interval: 1s, filename: x, mappings: [{group: 1, hostname: a}]}
        """;
    assertThat(parse(group.formatted("") + outputs).problems())
        .containsExactly(
            "f.yaml:3:5: warning: groups[0]: has no readiness_delay: after each start, command 1 true"
                + " may publish it before all members have reported; give it one as long as expire,"
                + " or 0s if that is meant");
    for (String given : List.of(", readiness_delay: 15s", ", readiness_delay: 0s")) {
      assertThat(parse(group.formatted(given) + outputs).problems()).isEmpty();
    }
    assertThat(parse(group.formatted("") + "outputs: [{kind: eventlog}]\n").problems()).isEmpty();
  }

  @Test
  void aGroupThatSomeResolversRefuseIsDoubted() {
    assertThat(sized(", max_members: 101", ""))
        .containsExactly(
            "f.yaml:2:10: warning: groups[0]: dns :53: with more than 100 members BIND can't resolve"
                + " the name, with more than 256 PowerDNS Recursor can't; give the output"
                + " 'max_answers: 100' if such resolvers ask, or as many as all who ask can take");
    assertThat(sized("", "")).isEmpty();
    assertThat(sized(", max_members: 100", "")).isEmpty();
    assertThat(sized(", max_members: 101", ", max_answers: 100")).isEmpty();
  }

  private static List<String> sized(String group, String output) {
    String key = "{id: 1, psk: " + KEY + ", expire: 15s, readiness_delay: 15s" + group + "}";
    String spec = "{bind_address: ':53', mappings: {a.example: {group: 1}}" + output + "}";
    return parse(
            "listen: [':1']\ngroups: [%s]\noutputs: [{kind: dns, spec: %s}]\n".formatted(key, spec))
        .problems();
  }

  @Test
  void moreProblemsThanHelp() {
    ConfigResult<ListenerConfig> result =
        parse("listen: [\":1\"" + ", \":1\"".repeat(1_000) + "]\n");
    assertThat(result.problems()).hasSize(ConfigReader.MAX_PROBLEMS + 1);
    assertThat(result.problems().getLast()).isEqualTo("f.yaml: and 801 more problems");
  }

  @Test
  void filesThatCannotBeRead() throws Exception {
    Path missing = directory.resolve("none.yaml");
    assertThatThrownBy(() -> load(missing))
        .isInstanceOf(Failure.class)
        .hasMessage(missing + ": can't be read: no such file");
    // Nobody has named this one.
    assertThatThrownBy(() -> load(Path.of("rgap.yaml")))
        .isInstanceOf(Failure.class)
        .hasMessage("rgap.yaml: can't be read: no such file; name one with -c FILE");
    assertThatThrownBy(() -> load(directory))
        .isInstanceOf(Failure.class)
        .hasMessage(directory + ": can't be read: it is a directory; name a file in it");
    Path large = directory.resolve("large.yaml");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(FileAccess.MAX_SIZE + 1L);
    }
    assertThatThrownBy(() -> load(large))
        .isInstanceOf(Failure.class)
        .hasMessage(large + ": is larger than 16 MiB; is it the right file?");
    Path good = Files.writeString(directory.resolve("good.yaml"), group("1", KEY));
    assertThat(load(good))
        .extracting(ConfigResult::hasErrors, ConfigResult::problems)
        .containsExactly(false, List.of());
  }

  private static String group(String id, String key) {
    return "listen: [\":1\"]\ngroups:\n  - {id: "
        + id
        + ", psk: "
        + key
        + ", expire: 15s}\n"
        + "outputs: [{kind: noop}]\n";
  }

  private static OutputTypes types() {
    return new OutputTypes(BuiltinOutputs.types());
  }

  private static ConfigResult<ListenerConfig> load(Path file) throws Failure {
    return new ConfigFile(types()).load(file, Map.of());
  }

  private static ConfigResult<ListenerConfig> parse(String yaml) {
    return new ConfigFile(types()).parse("f.yaml", yaml.getBytes(UTF_8));
  }

  private static ListenerConfig accepted(String yaml) {
    ConfigResult<ListenerConfig> result = parse(yaml);
    assertThat(result.problems()).isEmpty();
    return result.config().orElseThrow();
  }
}
