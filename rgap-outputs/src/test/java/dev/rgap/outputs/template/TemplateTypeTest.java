package dev.rgap.outputs.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.WantedOwnership;
import dev.rgap.outputs.Yaml;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.TemplateType.Config;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTypeTest {

  private final Yaml yaml = new Yaml();
  @TempDir private Path directory;

  private static Map<String, Object> spec(Object... more) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("destination", "/run/x");
    spec.put("groups", Map.of("web", Map.of("group", 1)));
    for (int i = 0; i < more.length; i += 2) {
      spec.put((String) more[i], more[i + 1]);
    }
    return spec;
  }

  private Optional<Config> read(Object... more) {
    return yaml.read(new TemplateType(), spec(more), 1);
  }

  private String problem() {
    assertThat(yaml.problems()).hasSize(1);
    return yaml.problems().getFirst().replaceFirst("^f:\\d+:\\d+: ", "");
  }

  /** The text of a member with the longest address, as often as it is in memory. */
  @ParameterizedTest
  @CsvSource({
    "nothing, 0",
    "{{web.count}}, 0",
    "'{{#each web.members}}{{address}};{{/each}}', 40",
    "'{{#each web.members}}server {{label}} {{host}}:80 check;{{/each}}', 102",
    "'{{#each web.ipv4}}{{address}}{{/each}}', 0",
    "'{{json web.members}}', 42",
    "'{{#each web.members}}{{address}};{{/each}}{{#each web.ipv6}}{{address}};{{/each}}', 80",
  })
  void needsMemoryForTheTextOfEachMember(String template, long characters) {
    TemplateType type = new TemplateType();
    Config config = read("inline", template).orElseThrow();

    assertThat(type.bytesPerMember(config, new GroupId(1)))
        .isEqualTo(MappedGroup.COPIES_OF_TEXT * characters);
    assertThat(type.bytesPerMember(config, new GroupId(2))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{#if web.count}}", "\n{{~#if web.count}}", "{{^web.members}}"})
  void blocksInMoreThanAHundredOthersAreAnErrorWithAPlace(String block) {
    String end = "{{/" + block.strip().replaceAll("[{~#^]|[. }].*", "") + "}}";
    String good = block.repeat(100) + end.repeat(100);
    assertThat(read("inline", good.replace("/web", "/web.members"))).isPresent();
    for (int depth : new int[] {101, 1_000, 40_000}) {
      assertThat(read("inline", block.repeat(depth))).isEmpty();
    }

    assertThat(yaml.problems())
        .hasSize(3)
        .allMatch(problem ->
            problem.matches(
                "f:\\d+:1: inline: template:\\d+:\\d+: this block is in more than 100 others"));
  }

  @Test
  void whatIsNoBlockIsNotCounted() {
    String text = "\\{{#if}} {{! {{#if}} }}{{!-- {{#if}} --}}{{#if web.count}}{{^}}{{/if}}\n";

    assertThat(Nesting.tooDeepAt(text.repeat(1_000))).isEqualTo(-1);
  }

  @Test
  void parenthesesWithoutEndAreAnError() {
    assertThat(read("inline", "{{upper " + "(lower ".repeat(100_000))).isEmpty();
    assertThat(read("inline", "{{upper " + "(lower ".repeat(50_000) + ")".repeat(50_000) + "}}"))
        .isEmpty();

    assertThat(yaml.problems())
        .hasSize(2)
        .allMatch(problem -> problem.contains(": inline: template"));
  }

  @Test
  void anInlineTemplateHasABoundLikeAFile() {
    assertThat(read("inline", "x".repeat((1 << 20) + 1))).isEmpty();

    assertThat(problem()).isEqualTo("inline: is larger than 1 MiB; is it the right file?");
  }

  /** Each of very many is not tried alone. */
  @Test
  @Timeout(60)
  void aTemplateMayHaveVeryManyGroups() {
    Map<String, Object> groups = new LinkedHashMap<>();
    for (int i = 0; i < 20_000; i++) {
      groups.put("g" + i, Map.of("group", 1));
    }

    assertThat(
            read(
                "groups",
                groups,
                "inline",
                "{{#each groups}}{{name}}: {{#each members}}{{address}} {{/each}}{{/each}}"))
        .isPresent();
  }

  @Test
  void readsAllSettings() throws IOException {
    Path source = Files.writeString(directory.resolve("x.hbs"), "{{web.count}} ü");
    Config config =
        read(
                "source",
                source,
                "groups",
                Map.of("web", Map.of("group", 1, "fallback_addresses", List.of("192.0.2.9"))),
                "check_command",
                List.of("check", "{}"),
                "reload_command",
                List.of("reload"),
                "timeout",
                "3s",
                "debounce",
                Map.of("min", "1s", "max", "2s"),
                "interval",
                "5m",
                "mode",
                "0640",
                "owner",
                "root:adm")
            .orElseThrow();

    assertThat(yaml.problems()).isEmpty();
    assertThat(config.destination()).isEqualTo(Path.of("/run/x"));
    assertThat(config.groups())
        .containsExactly(
            new TemplateType.NamedGroup(
                "web", new MappedGroup(new GroupId(1), List.of(IpAddress.parse("192.0.2.9")))));
    assertThat(config.checkCommand()).containsExactly("check", "{}");
    assertThat(config.reloadCommand()).containsExactly("reload");
    assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.debounce())
        .isEqualTo(new Debounce(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertThat(config.interval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.attributes())
        .isEqualTo(
            new WantedOwnership(
                Optional.of(PosixFilePermissions.fromString("rw-r-----")),
                Optional.of("root"),
                Optional.of("adm")));
    assertThat(
            config
                .template()
                .render(
                    new Scope.Root(
                        Map.of(
                            "web",
                            new Scope.OfGroup(
                                "web",
                                new GroupId(1),
                                new MappedGroup.Addresses(List.of(), false),
                                address -> false)))))
        .isEqualTo("0 ü");
  }

  @Test
  void hasDefaults() {
    Config config = read("inline", "x").orElseThrow();

    assertThat(config.checkCommand()).isEmpty();
    assertThat(config.reloadCommand()).isEmpty();
    assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.debounce()).isEqualTo(Debounce.OF_FILES);
    assertThat(config.attributes()).isEqualTo(WantedOwnership.KEPT);
  }

  @ParameterizedTest
  @CsvSource({"user, user, ", ":adm, , adm", "1000:1000, 1000, 1000"})
  void readsOwners(String owner, String user, String group) {
    assertThat(read("inline", "x", "owner", owner).orElseThrow().attributes())
        .isEqualTo(
            new WantedOwnership(
                Optional.empty(), Optional.ofNullable(user), Optional.ofNullable(group)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "mode, 888, `mode: '888' is no mode: three octal digits are expected, such as 0644`",
        "mode, 4755, `mode: '4755' is no mode: three octal digits are expected, such as 0644`",
        "owner, :, `owner: ':' is no owner: write user, user:group or :group`",
        "owner, a:b:c, `owner: 'a:b:c' is no owner: write user, user:group or :group`",
        "interval, 0s, interval: must be greater than 0; write for example 1m",
        "destination, /run/, destination: '/run/' does not name a file",
        "reload_command, systemctl reload x, `reload_command: must be a list: a program and its"
            + " arguments; write [program, argument, ...]; for a shell's command line, [sh, -c,"
            + " 'command line']`",
      })
  void saysWhatIsWrong(String key, String value, String problem) {
    read("inline", "x", key, value);

    assertThat(problem()).isEqualTo(problem);
  }

  @Test
  void warnsOfACheckThatDoesNotNameTheNewFile() {
    assertThat(read("inline", "x", "check_command", List.of("sh", "-c", "events {} x{}")))
        .isPresent();
    assertThat(yaml.hasErrors()).isFalse();
    assertThat(problem())
        .isEqualTo(
            "warning: check_command: has no word '{}', which stands for the new file; without it, it"
                + " can only look at the old one");
  }

  @Test
  void wantsOneTemplate() {
    assertThat(read()).isEmpty();
    assertThat(problem())
        .isEqualTo(
            "has no template; give either 'source', a file, or 'inline', the template itself");
    assertThat(read("inline", "x", "source", "y")).isEmpty();
    assertThat(yaml.problems().getLast()).contains(": has two templates; ");
  }

  @Test
  void findsFaultsInATemplateBeforeThereIsAMember() throws IOException {
    Path source =
        Files.writeString(
            directory.resolve("x.hbs"), "a\n{{#each web.members}}\n{{adress}}\n{{/each}}");

    assertThat(read("source", source)).isEmpty();
    assertThat(problem())
        .isEqualTo(
            "source: "
                + source
                + ":3:3: 'adress' is not known here; did you mean 'address'? known: address,"
                + " draining, fallback, family, host, ipv4, ipv6, label");
  }

  @Test
  void saysWhyAFileCanNotBeRead() throws IOException {
    Path missing = directory.resolve("missing");
    read("source", missing);
    read("source", directory);
    read("source", "/dev/zero");
    read(
        "source",
        Files.write(directory.resolve("latin1"), "é".getBytes(StandardCharsets.ISO_8859_1)));
    read("source", Files.write(directory.resolve("large"), new byte[TemplateType.MAX_SIZE + 1]));

    assertThat(yaml.problems().stream().map(problem -> problem.replaceFirst(".*source: ", "")))
        .containsExactly(
            "there is no file " + missing + "; name the file of the template",
            "is not a file; name the file that holds the template",
            "is not a file; name the file that holds the template",
            "is not a text in UTF-8; save it in UTF-8",
            "is larger than 1 MiB; is it the right file?");
  }

  @ParameterizedTest
  @CsvSource({"groups", "my-web", "1st", "''"})
  void refusesNamesThatATemplateCanNotUse(String name) {
    read("inline", "x", "groups", Map.of(name, Map.of("group", 1)));

    assertThat(problem()).endsWith("use letters, digits and _, and another word than 'groups'");
  }
}
