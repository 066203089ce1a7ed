package dev.rgap.cli.yaml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Empty;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Faulty;
import dev.rgap.config.ConfigNode.Mapping;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigNode.Scalar;
import dev.rgap.config.ConfigNode.Sequence;
import dev.rgap.config.Problems;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {

  @Test
  void everythingKnowsItsPlace() {
    Mapping root = (Mapping) read("a: 1\nb:\n  - x\n  - {é: ü, d: [y]}\n");
    assertThat(root.position()).isEqualTo(new Position(1, 1));
    Entry b = root.entries().get(1);
    assertThat(b.keyPosition()).isEqualTo(new Position(2, 1));
    assertThat(b.value().position()).isEqualTo(new Position(3, 3));
    Mapping inner = (Mapping) ((Sequence) b.value()).items().get(1);
    assertThat(inner.position()).isEqualTo(new Position(4, 5));
    assertThat(inner.entries().get(1).keyPosition()).isEqualTo(new Position(4, 12));
    assertThat(inner.entries().get(1).value().position()).isEqualTo(new Position(4, 15));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "1e10",
        "0x10",
        "1_000",
        "010",
        "2026-01-02",
        "12:30:45",
        "yes",
        ".inf",
        "nullable",
        "::1",
        "a b",
        "=",
        "-1"
      })
  void plainValuesStayAsWritten(String text) {
    assertThat(show(read("v: " + text))).isEqualTo("{v=" + text + "}");
    assertThat(show(read("[" + "\"" + text + "\"]"))).isEqualTo("[" + text + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "v:|{v=EMPTY}",
        "v: null|{v=EMPTY}",
        "v: Null|{v=EMPTY}",
        "v: ~|{v=EMPTY}",
        "v: !!null null|{v=EMPTY}",
        "v: ''|{v=}",
        "v: \"\"|{v=}",
        "v: 'null'|{v=null}",
        "v: !!str null|{v=null}",
        "v: ! null|{v=null}",
        "v: !!str|{v=}",
        "v: nUll|{v=nUll}",
        "v: !!int '5'|{v=5}",
        "v: !custom x|{v=x}",
        "v: !!binary aMOpbGxv|{v=héllo}",
        "v: !!binary \"*\"|{v=FAULTY is no text in Base64}",
        "v: !!binary /w==|{v=FAULTY is no text in Base64}",
        "[a, b,]|[a, b]",
        "'just text'|just text",
        "~|EMPTY",
      })
  void valuesOfAllKinds(String yaml, String expected) {
    assertThat(show(read(yaml))).isEqualTo(expected);
  }

  @Test
  void aliasesStandWhereTheyAreUsed() {
    ConfigNode root = read("a: &t text\nb: *t\nc: &l [x]\nd: *l\ne: &n\nf: *n");
    assertThat(show(root)).isEqualTo("{a=text, b=text, c=[x], d=[x], e=EMPTY, f=EMPTY}");
    List<Entry> entries = ((Mapping) root).entries();
    assertThat(entries.get(1).value().position()).isEqualTo(new Position(2, 4));
    assertThat(entries.get(3).value().position()).isEqualTo(new Position(4, 4));
  }

  @Test
  void anAnchorCanBeUsedAgain() {
    assertThat(show(read("[&a 1, *a, &a 2, *a]"))).isEqualTo("[1, 1, 2, 2]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[&a {x: 1, y: 2}, {<<: *a, y: 3}]|[{x=1, y=2}, {y=3, x=1}]",
        "[&a {x: 1, y: 2}, {y: 3, <<: *a}]|[{x=1, y=2}, {y=3, x=1}]",
        "[&a {x: 1}, &b {x: 2, y: 2}, {<<: [*a, *b]}]|[{x=1}, {x=2, y=2}, {x=1, y=2}]",
        "[&a {x: 1}, &b {<<: *a, y: 2}, {<<: *b}]|[{x=1}, {y=2, x=1}, {y=2, x=1}]",
        "{<<: {x: 1}}|{x=1}",
        "{'<<': {x: 1}}|{<<={x=1}}",
        "{!!merge <<: {x: 1}}|{x=1}",
        "{<<: [], x: 1}|{x=1}",
        "&a {<<: *a, x: 1}|{x=1}",
        "[&a {x: 1}, {<<: *a, <<: *a}]|[{x=1}, {<<=FAULTY is given twice, x=1}]",
        "{<<: text}|{<<=FAULTY can only take in mappings}",
        "{<<: [text]}|{<<=FAULTY can only take in mappings}",
        "{<<: }|{<<=FAULTY can only take in mappings}",
      })
  void mergesOfMappings(String yaml, String expected) {
    assertThat(show(read(yaml))).isEqualTo(expected);
  }

  @Test
  void aNameGivenTwiceIsKeptForTheOneWhoReportsIt() {
    assertThat(show(read("{x: 1, x: 2}"))).isEqualTo("{x=1, x=2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"? [a]\n: b", "? {a: b}\n: b", "~: b", "? \n: b", "!!binary '*': x"})
  void namesAreTexts(String yaml) {
    Entry entry = ((Mapping) read(yaml)).entries().get(0);
    assertThat(entry.value()).isInstanceOf(Faulty.class);
    assertThat(entry.keyPosition().line()).isEqualTo(1);
  }

  @Test
  @Timeout(20)
  void filesThatMultiplyThemselvesCostNothing() {
    StringBuilder bomb = new StringBuilder("a0: &a0 {k: x}\n");
    for (int i = 1; i < 60; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " {k" + i + ": " + alias + ", l: " + alias)
          .append(", <<: [" + alias + ", " + alias + ", " + alias + "]}\n");
    }
    List<Entry> entries = ((Mapping) read(bomb.toString())).entries();
    assertThat(((Mapping) entries.get(59).value()).entries()).hasSize(61);
  }

  @Test
  void filesMayReferToThemselves() {
    ConfigNode node = read("&a [*a, &b {c: *a, d: *b}]");
    for (int i = 0; i < 1_000; i++) {
      node = ((Sequence) node).items().get(0);
    }
    assertThat(((Sequence) node).items()).hasSize(2);
  }

  @Test
  @Timeout(60)
  void expansionHasABound() {
    Sequence root =
        (Sequence) read("[&a [" + "x,".repeat(10_000) + "]" + ", *a".repeat(5_000) + "]");
    long faults =
        root.items().stream()
            .flatMap(item -> ((Sequence) item).items().stream())
            .filter(Faulty.class::isInstance)
            .count();
    assertThat(faults).isBetween(2_000L, 4_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a:§  b: 1§\tc: 2|f:3:1: not valid YAML: found character '\\t(TAB)' that cannot start any"
            + " token; indent with spaces, not with tabs",
        "a: b: c|f:1:5: not valid YAML: mapping values are not allowed here; check the indentation,"
            + " and put a value that contains ': ' in quotes",
        "a: [1, 2|f:1:9: not valid YAML: expected ',' or ']', but got <stream end>; while parsing a"
            + " flow sequence that begins on line 1",
        "a: *secret|f:1:4: not valid YAML: found undefined alias; a value that begins with * stands"
            + " for one marked with & before it; else put it in quotes",
        "a: 1§bcd§|f:3:1: not valid YAML: could not find expected ':'; a colon and a space must"
            + " follow the name: 'name: value'",
        "- a§b: 1|f:2:1: not valid YAML: the indentation does not fit what stands above; check the"
            + " indentation of what begins on line 1",
        "{a: 1}}|f:1:7: not valid YAML: the document has ended before this; check brackets and"
            + " indentation",
        "a: \"\\q\"|f:1:6: not valid YAML: found unknown escape character q(113); in double quotes"
            + " \\ begins an escape; use single quotes or write \\\\",
        "a: 1§---§b: 2|f:2:1: a second document begins here; a configuration is one document;"
            + " remove the line '---'",
        "# nothing|f:1:1: the file is empty; write 'listen', 'groups' and 'outputs'",
        "``|f:1:1: the file is empty; write 'listen', 'groups' and 'outputs'",
      })
  void faultsOfTheFileAreProblems(String yaml, String expected) {
    Problems problems = new Problems();
    YamlReader.read(yaml.replace('§', '\n').getBytes(UTF_8), problems);
    assertThat(problems.hasErrors()).isTrue();
    assertThat(problems.all().get(0).describe("f")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "[{"})
  void depthHasABound(String opening) {
    Problems problems = new Problems();
    assertThat(YamlReader.read(opening.repeat(100_000).getBytes(UTF_8), problems)).isEmpty();
    assertThat(problems.all().get(0).describe("f"))
        .startsWith("f:1:")
        .endsWith(": is nested more than 100 levels deep");
  }

  @ParameterizedTest
  @CsvSource({"[%s], 'a,'", "{%s}, 'a,'", "'- &a x\n- [%s]', '*a,'"})
  void theNumberOfValuesHasABound(String around, String value) {
    Problems problems = new Problems();
    String file = around.formatted(value.repeat(1_500_000));

    assertThat(YamlReader.read(file.getBytes(UTF_8), problems)).isEmpty();
    assertThat(problems.all()).hasSize(1);
    assertThat(problems.all().get(0).describe("f"))
        .matches("f:\\d:\\d+: the file has more than 500000 values; is it the right file\\?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\n---\n",
        "a: 1\n---",
        "---\na: 1\n--- # the end\n---\n# of it\n",
        "a: 1\n...\n",
        "a: 1\n...\n---\n...\n",
        "a: 1\n---\n~\n",
        "--- {a: 1}\n--- null",
      })
  void documentsWithoutContentAreNone(String yaml) {
    assertThat(show(read(yaml))).isEqualTo("{a=1}");
  }

  @Test
  void utf16WithAMark() {
    assertThat(show(read("a: é\r\n", UTF_16))).isEqualTo("{a=é}");
    assertThat(show(read("\uFEFFa: é\r\n", UTF_16LE))).isEqualTo("{a=é}");
  }

  @Test
  void encodings() {
    assertThat(problemWith("a: ü".getBytes(ISO_8859_1)))
        .isEqualTo("f:1:4: byte 0xfc is not UTF-8; save the file as UTF-8");
    assertThat(problemWith("a: é\r\nb: \u00c3".getBytes(ISO_8859_1)))
        .isEqualTo("f:1:4: byte 0xe9 is not UTF-8; save the file as UTF-8");
    assertThat(problemWith(new byte[] {'a', ':', ' ', (byte) 0xc3}))
        .isEqualTo("f:1:4: byte 0xc3 is not UTF-8; save the file as UTF-8");
    assertThat(problemWith(Arrays.copyOf("a: bc".getBytes(UTF_16), 11)))
        .isEqualTo("f:1:5: byte 0x00 is not UTF-16; save the file as UTF-8");
    assertThat(problemWith("a: b".getBytes(UTF_16LE)))
        .isEqualTo("f:1:1: the file is UTF-16 or UTF-32; save the file as UTF-8");
    assertThat(problemWith("a: b\r\nc: \u0007".getBytes(UTF_8)))
        .isEqualTo("f:2:4: the character U+0007 is not allowed; remove it");
    assertThat(((Mapping) read("\uFEFFa: b")).entries().get(0).keyPosition())
        .isEqualTo(new Position(1, 1));
  }

  @Test
  @Timeout(60)
  void damagedFilesAreNeverExceptions() {
    byte[] file =
        "%YAML 1.1\n---\na: &x [1, \"\\u00e9\"]\nb: !!binary {c: *x, <<: *x}\n? - d\n: |2-\n   e\n"
            .getBytes(UTF_8);
    byte[] others = "\0\t\n !\"#%&'*-:<>?@[]`{|}~\u00ff9".getBytes(ISO_8859_1);
    for (int at = 0; at < file.length; at++) {
      for (byte other : others) {
        byte[] damaged = file.clone();
        damaged[at] = other;
        Problems problems = new Problems();
        boolean read = YamlReader.read(damaged, problems).isPresent();
        assertThat(read || problems.hasErrors()).isTrue();
      }
    }
  }

  private static ConfigNode read(String yaml) {
    return read(yaml, UTF_8);
  }

  private static ConfigNode read(String yaml, Charset charset) {
    Problems problems = new Problems();
    ConfigNode node = YamlReader.read(yaml.getBytes(charset), problems).orElseThrow();
    assertThat(problems.all()).isEmpty();
    return node;
  }

  private static String problemWith(byte[] file) {
    Problems problems = new Problems();
    assertThat(YamlReader.read(file, problems)).isEmpty();
    assertThat(problems.all()).hasSize(1);
    return problems.all().get(0).describe("f");
  }

  private static String show(ConfigNode node) {
    return switch (node) {
      case Empty empty -> "EMPTY";
      case Faulty faulty -> "FAULTY " + faulty.what();
      case Scalar scalar -> scalar.text();
      case Sequence sequence ->
          sequence.items().stream()
              .map(YamlReaderTest::show)
              .collect(Collectors.joining(", ", "[", "]"));
      case Mapping mapping ->
          mapping.entries().stream()
              .map(entry -> entry.key() + "=" + show(entry.value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
